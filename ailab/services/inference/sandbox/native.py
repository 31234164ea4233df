"""The C library, for what Python has no words for."""

from __future__ import annotations

import ctypes
import os


def c_library() -> ctypes.CDLL:
    """The C library of this process, which keeps `errno`."""
    return ctypes.CDLL(None, use_errno=True)


def last_error(what: str) -> OSError:
    """The failure of the call that has just returned."""
    number = ctypes.get_errno()
    return OSError(number, f"{what}: {os.strerror(number)}")


def forbid_new_privileges() -> None:
    """Never gain rights by starting a program; the walls of Linux ask for it.

    Raises:
        OSError: the kernel refuses.
    """
    pr_set_no_new_privs = 38
    if c_library().prctl(pr_set_no_new_privs, 1, 0, 0, 0) != 0:
        raise last_error("PR_SET_NO_NEW_PRIVS")


def drop_capabilities() -> None:
    """Give up what root may do, but for reading files whoever owns them (they stay walled).

    Nothing for anybody else, who has no capabilities.

    Raises:
        OSError: the kernel refuses.
    """
    kept = 1 << 1 | 1 << 2  # CAP_DAC_OVERRIDE, CAP_DAC_READ_SEARCH
    version_3 = 0x20080522
    library = c_library()
    header = (ctypes.c_uint32 * 2)(version_3, 0)
    sets = (ctypes.c_uint32 * 6)()  # effective, permitted, inheritable; low halves first
    if library.capget(header, sets) != 0:
        raise last_error("capget")
    fewer = (ctypes.c_uint32 * 6)(sets[0] & kept, sets[1] & kept)
    if library.capset(header, fewer) != 0:
        raise last_error("capset")
