"""Which files this process may open, held by Linux's Landlock, which needs no root.

A wall of Landlock (https://docs.kernel.org/userspace-api/landlock.html) is a list of what is
allowed beneath which folder or file; all else is refused from then on, to this process and its
threads, for good. Files that are open already, and those that come open over a socket, stay
usable. Looking at a file's size and times is never refused, so that a picture that is missing is
told from one that may not be read.

The numbers are those of `linux/landlock.h`; system calls have the same numbers on all processors.
"""

from __future__ import annotations

import ctypes
import os
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

from ailab.services.inference.sandbox.native import c_library, last_error

_CREATE_RULESET, _ADD_RULE, _RESTRICT_SELF = 444, 445, 446
_ASK_VERSION = 1
_PATH_BENEATH = 1

_EXECUTE, _WRITE_FILE, _READ_FILE, _READ_DIR = 1 << 0, 1 << 1, 1 << 2, 1 << 3
_REMOVE_DIR, _REMOVE_FILE, _MAKE_DIR, _MAKE_REG = 1 << 4, 1 << 5, 1 << 7, 1 << 8
_REFER, _TRUNCATE, _IOCTL_DEV = 1 << 13, 1 << 14, 1 << 15
_FILE_RIGHTS_BY_VERSION = {1: 13, 2: 14, 3: 15, 4: 15, 5: 16}  # how many of them are known
_BIND_TCP, _CONNECT_TCP = 1 << 0, 1 << 1
_ABSTRACT_SOCKETS, _SIGNALS = 1 << 0, 1 << 1

_READ = _READ_FILE | _READ_DIR
_MAKE = _MAKE_DIR | _MAKE_REG | _REMOVE_DIR | _REMOVE_FILE
# Files may be moved between the folders beneath: libraries write them whole in that way.
_WRITE = _READ | _MAKE | _WRITE_FILE | _TRUNCATE | _REFER
_DEVICE = _READ | _WRITE_FILE | _IOCTL_DEV
_OF_A_FILE = _EXECUTE | _WRITE_FILE | _READ_FILE | _TRUNCATE | _IOCTL_DEV


class _Ruleset(ctypes.Structure):
    _fields_ = (
        ("files", ctypes.c_uint64),
        ("network", ctypes.c_uint64),
        ("scopes", ctypes.c_uint64),
    )


class _PathBeneath(ctypes.Structure):
    _pack_ = 1
    _layout_ = "ms"  # what packing means from Python 3.14 on
    _fields_ = (("allowed", ctypes.c_uint64), ("parent", ctypes.c_int32))


def landlock_version() -> int:
    """Which Landlock the running kernel has; 0 for none, or switched off."""
    version = c_library().syscall(_CREATE_RULESET, None, ctypes.c_size_t(0), _ASK_VERSION)
    return max(0, int(version))


def wall_off(
    readable: Iterable[str],
    listable: Iterable[str],
    writable: Iterable[str],
    devices: Iterable[str],
    *,
    network: bool,
) -> int:
    """Refuse every file but these to this thread and those that it starts, for good.

    Nothing may be run as a program, and no pipe, socket or device be made. From version 4 of
    Landlock on no TCP connection is made or taken where `network` is False; from 6 on no other
    process gets a signal. Paths that do not exist are passed over.

    Args:
        readable: folders and files that may be read.
        listable: folders whose names may be read, and those of the folders in them.
        writable: folders that may be read, and in which files may be made, written and removed.
        devices: files and folders of devices, which may be read, written and controlled.
        network: whether TCP stays as it is.

    Returns:
        The version of Landlock; 0 where the kernel has none, and nothing was done.

    Raises:
        OSError: the kernel refuses.
    """
    version = landlock_version()
    if version == 0:
        return 0
    known = (1 << _FILE_RIGHTS_BY_VERSION.get(version, 16)) - 1
    rules = _Ruleset(files=known)
    if version >= 4 and not network:
        rules.network = _BIND_TCP | _CONNECT_TCP
    if version >= 6:
        rules.scopes = _ABSTRACT_SOCKETS | _SIGNALS
    library = c_library()
    # An older kernel takes the fields that it knows; those behind them are nought for it.
    size = 24 if version >= 6 else 16 if version >= 4 else 8
    ruleset = library.syscall(_CREATE_RULESET, ctypes.byref(rules), ctypes.c_size_t(size), 0)
    if ruleset < 0:
        raise last_error("landlock_create_ruleset")
    try:
        for paths, rights in (
            (readable, _READ),
            (listable, _READ_DIR),
            (writable, _WRITE),
            (devices, _DEVICE),
        ):
            for path in paths:
                with suppress(FileNotFoundError, NotADirectoryError, PermissionError):
                    _allow(library, ruleset, path, rights & known)
        if library.syscall(_RESTRICT_SELF, ruleset, 0) != 0:
            raise last_error("landlock_restrict_self")
    finally:
        os.close(ruleset)
    return version


def _allow(library: ctypes.CDLL, ruleset: int, path: str, rights: int) -> None:
    place = os.open(path, os.O_PATH | os.O_CLOEXEC)
    try:
        if not Path(path).is_dir():
            rights &= _OF_A_FILE
        rule = _PathBeneath(rights, place)
        if library.syscall(_ADD_RULE, ruleset, _PATH_BENEATH, ctypes.byref(rule), 0) != 0:
            raise last_error(f"landlock_add_rule for {path}")
    finally:
        os.close(place)
