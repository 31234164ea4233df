"""How to install an extra of ailab, for the way in which ailab itself was installed."""

from __future__ import annotations

import os
import shlex
import subprocess
import sys
from functools import cache
from pathlib import Path


@cache  # what it looks at stays while ailab runs
def install_command(
    extra: str,
    *,
    prefix: str = sys.prefix,
    python: str = sys.executable,
    is_frozen: bool | None = None,
) -> str:
    """One line for a terminal; empty where nothing can be added (a packed app).

    Args:
        extra: the extra's name.
        prefix: folder of the environment that ailab runs in.
        python: its interpreter.
        is_frozen: True for a packed app; None to find out.
    """
    if getattr(sys, "frozen", False) if is_frozen is None else is_frozen:
        return ""
    wanted = f"ailab[{extra}]"
    folder = Path(prefix)
    if (folder / "pipx_metadata.json").exists():
        return _line("pipx", "runpip", folder.name, "install", wanted)
    if (folder / "uv-receipt.toml").exists() or _is_made_by_uv(folder):
        return _line("uv", "pip", "install", "--python", python, wanted)
    return _line(python, "-m", "pip", "install", wanted)


def _is_made_by_uv(folder: Path) -> bool:
    """True for an environment that uv made, which has no pip of its own."""
    try:
        text = (folder / "pyvenv.cfg").read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        return False
    return any(line.partition("=")[0].strip() == "uv" for line in text.splitlines())


def _line(*words: str) -> str:
    if os.name == "nt":
        return subprocess.list2cmdline(words)
    return " ".join(f'"{word}"' if "[" in word else shlex.quote(word) for word in words)
