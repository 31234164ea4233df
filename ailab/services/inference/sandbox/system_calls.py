"""Which system calls this process may make, held by Linux's seccomp, which needs no root.

Landlock knows nothing of UDP, of sockets of the file system, of other processes' memory and of
the keys that the kernel keeps, nor of who may read a file, its times and its attributes. A filter
of seccomp
(https://docs.kernel.org/userspace-api/seccomp_filter.html) does, on any kernel and within
containers too: a small program in the language of the Berkeley Packet Filter that the kernel
asks before each system call. A network namespace would do it as well, but several distributions
and all usual containers refuse one to whoever is not root.

What is refused fails with "permission denied", as if the person were not allowed it, which
libraries know to deal with. `clone3` and `io_uring`, whose arguments no filter can see, seem not
to be there, so that the C library takes `clone` for its threads.
"""

from __future__ import annotations

import ctypes
import errno
import os
import struct
from collections.abc import Mapping
from types import MappingProxyType

from ailab.services.inference.sandbox.native import c_library, last_error

# linux/audit.h and the tables of system calls: x86_64, aarch64. -1 for what is not there.
_MACHINES: Mapping[str, tuple[int, int]] = MappingProxyType(
    {"x86_64": (0, 0xC000003E), "aarch64": (1, 0xC00000B7)}
)
_NETWORK = {
    "socket": (41, 198),
    "connect": (42, 203),
    "bind": (49, 200),
    "listen": (50, 201),
    "accept": (43, 202),
    "accept4": (288, 242),
}
_REFUSED = {
    # Programs and processes.
    "execve": (59, 221),
    "execveat": (322, 281),
    "fork": (57, -1),
    "vfork": (58, -1),
    # Other processes: their memory, their descriptors, signals to them.
    "ptrace": (101, 117),
    "process_vm_readv": (310, 270),
    "process_vm_writev": (311, 271),
    "process_madvise": (440, 440),
    "pidfd_getfd": (438, 438),
    "pidfd_send_signal": (424, 424),
    "rt_sigqueueinfo": (129, 138),
    "rt_tgsigqueueinfo": (297, 240),
    "tkill": (200, 130),
    "kcmp": (312, 272),
    "shmget": (29, 194),
    "shmat": (30, 196),
    "shmctl": (31, 195),
    "semget": (64, 190),
    "msgget": (68, 186),
    "mq_open": (240, 180),
    # Files' rights, owners, times and attributes: changing them needs no open file.
    "chmod": (90, -1),
    "fchmod": (91, 52),
    "fchmodat": (268, 53),
    "fchmodat2": (452, 452),
    "chown": (92, -1),
    "fchown": (93, 55),
    "lchown": (94, -1),
    "fchownat": (260, 54),
    "utime": (132, -1),
    "utimes": (235, -1),
    "futimesat": (261, -1),
    "utimensat": (280, 88),
    "setxattr": (188, 5),
    "lsetxattr": (189, 6),
    "fsetxattr": (190, 7),
    "setxattrat": (463, 463),
    "removexattr": (197, 14),
    "lremovexattr": (198, 15),
    "fremovexattr": (199, 16),
    "removexattrat": (466, 466),
    "file_setattr": (469, 469),
    # What happens in folders whose names may not be read.
    "inotify_init": (253, -1),
    "inotify_init1": (294, 26),
    # The kernel's key ring.
    "add_key": (248, 217),
    "request_key": (249, 218),
    "keyctl": (250, 219),
    # The system itself.
    "mount": (165, 40),
    "umount2": (166, 39),
    "pivot_root": (155, 41),
    "chroot": (161, 51),
    "unshare": (272, 97),
    "setns": (308, 268),
    "open_tree": (428, 428),
    "move_mount": (429, 429),
    "fsopen": (430, 430),
    "fsconfig": (431, 431),
    "fsmount": (432, 432),
    "fspick": (433, 433),
    "mount_setattr": (442, 442),
    "open_by_handle_at": (304, 265),
    "bpf": (321, 280),
    "perf_event_open": (298, 241),
    "userfaultfd": (323, 282),
    "fanotify_init": (300, 262),
    "kexec_load": (246, 104),
    "kexec_file_load": (320, 294),
    "init_module": (175, 105),
    "finit_module": (313, 273),
    "delete_module": (176, 106),
    "reboot": (169, 142),
    "swapon": (167, 224),
    "swapoff": (168, 225),
    "quotactl": (179, 60),
    "acct": (163, 89),
    "settimeofday": (164, 170),
    "clock_settime": (227, 112),
    "sethostname": (170, 161),
    "setdomainname": (171, 162),
    "syslog": (103, 116),
    "iopl": (172, -1),
    "ioperm": (173, -1),
}
_NOT_THERE = {
    "clone3": (435, 435),
    "io_uring_setup": (425, 425),
    "io_uring_enter": (426, 426),
    "io_uring_register": (427, 427),
}
_CLONE, _KILL, _TGKILL, _IOCTL = (56, 220), (62, 129), (234, 131), (16, 29)
_PRLIMIT, _FCNTL = (302, 261), (72, 25)
_CLONE_THREAD = 0x00010000
_TERMINAL_INPUT = (0x5412, 0x541C)  # TIOCSTI, TIOCLINUX: typing into the person's terminal
_SIGNAL_OWNERS = (0x8901, 0x8902)  # FIOSETOWN, SIOCSPGRP: the process that a file's signals go to
_SIGNAL_OWNER_COMMANDS = (8, 15)  # F_SETOWN, F_SETOWN_EX: the same

_LOAD, _IF_EQUAL, _IF_GREATER_EQUAL, _IF_ANY_BIT, _RETURN = 0x20, 0x15, 0x35, 0x45, 0x06
_ALLOW, _FAIL = 0x7FFF0000, 0x00050000
_NUMBER, _MACHINE, _ARGUMENTS = 0, 4, 16  # offsets in `struct seccomp_data`
_OTHER_TABLE = 0x40000000  # numbers of the x32 table begin here


class _Program(ctypes.Structure):
    _fields_ = (("length", ctypes.c_ushort), ("steps", ctypes.c_void_p))


def refuse_system_calls(*, network: bool) -> bool:
    """Refuse what no model needs to this thread and those that it starts, for good.

    Args:
        network: whether sockets may be made.

    Returns:
        False where this kind of processor has no table here, and nothing was done.

    Raises:
        OSError: the kernel refuses.
    """
    machine = _MACHINES.get(os.uname().machine)
    if machine is None or struct.calcsize("P") != 8:
        return False
    steps = _steps(*machine, network=network)
    data = b"".join(struct.pack("=HBBI", *step) for step in steps)
    buffer = ctypes.create_string_buffer(data, len(data))
    program = _Program(len(steps), ctypes.addressof(buffer))
    pr_set_seccomp, mode_filter = 22, 2
    if c_library().prctl(pr_set_seccomp, mode_filter, ctypes.byref(program), 0, 0) != 0:
        raise last_error("PR_SET_SECCOMP")
    return True


def _steps(table: int, machine: int, *, network: bool) -> list[tuple[int, int, int, int]]:
    """The filter: each step a code, where to jump if true and if false, and a value."""
    denied, missing = _FAIL | errno.EACCES, _FAIL | errno.ENOSYS
    steps = [
        (_LOAD, 0, 0, _MACHINE),
        (_IF_EQUAL, 1, 0, machine),
        (_RETURN, 0, 0, missing),
        (_LOAD, 0, 0, _NUMBER),
        (_IF_GREATER_EQUAL, 0, 1, _OTHER_TABLE),
        (_RETURN, 0, 0, missing),
    ]
    refused = _REFUSED if network else _NETWORK | _REFUSED
    for calls, answer in ((refused, denied), (_NOT_THERE, missing)):
        for numbers in calls.values():
            if numbers[table] >= 0:
                steps += [(_IF_EQUAL, 0, 1, numbers[table]), (_RETURN, 0, 0, answer)]
    thread_only = [(_IF_ANY_BIT, 1, 0, _CLONE_THREAD), (_RETURN, 0, 0, denied)]
    own_only = [(_IF_EQUAL, 1, 0, os.getpid()), (_RETURN, 0, 0, denied)]
    # Limits of another process, of its time for instance, can end it. 0 means one's own.
    own_limits = [(_IF_EQUAL, 2, 0, 0), *own_only]
    for numbers, argument, checks in (
        (_CLONE, 0, thread_only),
        (_KILL, 0, own_only),
        (_TGKILL, 0, own_only),
        (_PRLIMIT, 0, own_limits),
        (_IOCTL, 1, _none_of(_TERMINAL_INPUT + _SIGNAL_OWNERS, denied)),
        (_FCNTL, 1, _none_of(_SIGNAL_OWNER_COMMANDS, denied)),
    ):
        inner = [(_LOAD, 0, 0, _ARGUMENTS + 8 * argument), *checks, (_RETURN, 0, 0, _ALLOW)]
        steps += [(_IF_EQUAL, 0, len(inner), numbers[table]), *inner]
    return [*steps, (_RETURN, 0, 0, _ALLOW)]


def _none_of(values: tuple[int, ...], answer: int) -> list[tuple[int, int, int, int]]:
    return [
        step for value in values for step in ((_IF_EQUAL, 0, 1, value), (_RETURN, 0, 0, answer))
    ]
