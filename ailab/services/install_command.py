"""How to install an extra of ailab, for the way in which ailab itself was installed."""

from __future__ import annotations

import os
import shlex
import subprocess
import sys
from collections.abc import Callable
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
    pip = _pip(prefix, python, is_frozen)
    return pip("install", f"ailab[{extra}]") if pip is not None else ""


@cache
def replace_command(
    old: str,
    new: str,
    *,
    prefix: str = sys.prefix,
    python: str = sys.executable,
    is_frozen: bool | None = None,
) -> str:
    """Two lines for a terminal that put a package in the place of another; else as above.

    Builds of ONNX Runtime are packages of several names with the same files in them, so that the
    old one goes first.

    Args:
        old: name of the package that goes.
        new: what is installed.
        prefix: as above.
        python: as above.
        is_frozen: as above.
    """
    pip = _pip(prefix, python, is_frozen)
    return f"{pip('uninstall', old)}\n{pip('install', new)}" if pip is not None else ""


def _pip(prefix: str, python: str, is_frozen: bool | None) -> Callable[..., str] | None:
    """Makes a line of what pip is told, for this environment; None where it has none."""
    if getattr(sys, "frozen", False) if is_frozen is None else is_frozen:
        return None
    folder = Path(prefix)

    def line(what: str, package: str) -> str:
        # A question would take the next line that is pasted for its answer; uv asks none.
        words = (what, "-y", package) if what == "uninstall" else (what, package)
        if (folder / "pipx_metadata.json").exists():
            return _line("pipx", "runpip", folder.name, *words)
        if (folder / "uv-receipt.toml").exists() or _is_made_by_uv(folder):
            return _line("uv", "pip", what, "--python", python, package)
        return _line(python, "-m", "pip", *words)

    return line


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
