"""The most memory that a process held, on Linux."""

from __future__ import annotations

import os
from pathlib import Path


def forget_peak(pid: int | None = None) -> None:
    """Let `peak` tell of what is held from now on (proc(5), `clear_refs`)."""
    Path(f"/proc/{pid or os.getpid()}/clear_refs").write_text("5")


def peak(pid: int | None = None) -> int:
    """Bytes of resident memory that a process held at most since `forget_peak`."""
    return _status(pid, "VmHWM")


def held(pid: int | None = None) -> int:
    """Bytes of resident memory that a process holds now."""
    return _status(pid, "VmRSS")


def _status(pid: int | None, name: str) -> int:
    text = Path(f"/proc/{pid or os.getpid()}/status").read_text()
    line = next(line for line in text.splitlines() if line.startswith(f"{name}:"))
    return int(line.split()[1]) * 1024
