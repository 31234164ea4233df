"""How a process ended, in words."""

from __future__ import annotations

import signal

_OUT_OF_MEMORY = "was ended by the system, most often for lack of memory"
_SIGNALS = {
    "SIGKILL": _OUT_OF_MEMORY,
    "SIGTERM": "was ended by another program or by the system",
    "SIGSEGV": "crashed (it touched memory that is not its own, SIGSEGV)",
    "SIGBUS": "crashed (it touched memory that is not there, SIGBUS)",
    "SIGILL": "crashed (this computer's processor lacks an instruction that it uses, SIGILL)",
    "SIGABRT": "crashed (it gave up by itself, SIGABRT)",
    "SIGFPE": "crashed (an impossible calculation, SIGFPE)",
}
# NTSTATUS values, from Microsoft's [MS-ERREF], section 2.3.1.
_WINDOWS_CODES = {
    0xC0000005: "crashed (it touched memory that is not its own, access violation)",
    0xC0000017: "ran out of memory",
    0xC000001D: "crashed (this computer's processor lacks an instruction that it uses)",
    0xC00000FD: "crashed (its stack overflowed)",
    0xC000012D: "ran out of memory",
    0xC0000135: "could not start: a library (DLL) is missing",
    0xC0000409: "crashed (it gave up by itself)",
}


def exit_words(code: int | None) -> str:
    """What a process did in the end, to follow "the inference process".

    Args:
        code: as `subprocess.Popen.returncode`; None where the process had to be ended because it
            no longer answered.
    """
    if code is None:
        return "closed its connection without an answer"
    if code < 0:
        try:
            name = signal.Signals(-code).name
        except ValueError:
            name = f"signal {-code}"
        return _SIGNALS.get(name, f"was ended by {name}")
    return _WINDOWS_CODES.get(code & 0xFFFFFFFF, f"ended by itself with exit code {code}")
