"""Make everything that ailab needs to run from its source folder, on a machine with Python alone.

A virtual environment in `.venv`, the package with its dependencies in it, and on Debian and
Ubuntu the system libraries that Qt needs: installed where that is allowed, else the exact
command is printed. Runs with the standard library alone.

    python3 scripts/set_up.py           to run ailab
    python3 scripts/set_up.py --dev     to test it as well
    python3 scripts/set_up.py --torch   to test it with its PyTorch engine
    python3 scripts/set_up.py --served  to test it with a real server of models, MLServer
    python3 scripts/set_up.py --ray     to test its runs on Ray
    python3 scripts/set_up.py --timm    to test models of timm, and those that need torchvision
"""

from __future__ import annotations

import argparse
import hashlib
import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
VENV = ROOT / ".venv"
PYTHON = VENV / ("Scripts/python.exe" if os.name == "nt" else "bin/python")

OLDEST = (3, 11)

TORCH = "torch==2.13.0"
"""What the tests of the PyTorch engine are run with."""

SERVER_VENV = ROOT / ".venv-serve"
SERVER_PYTHON = SERVER_VENV / PYTHON.relative_to(VENV)
SERVER = ("mlserver==1.7.1", "onnxruntime>=1.24.4")
"""A real server of models, and what runs its models; apart, since it wants its own versions."""

TIMM_VENV = ROOT / ".venv-timm"
TIMM_PYTHON = TIMM_VENV / PYTHON.relative_to(VENV)
TIMM = ("torch==2.14.1", "torchvision==0.29.1", "timm")
"""Apart too: torchvision goes with one version of PyTorch, and brings gigabytes under Linux."""


def main() -> int:
    """Set everything up; returns the exit status."""
    parser = argparse.ArgumentParser(description="Set ailab up in its source folder.")
    parser.add_argument("--dev", action="store_true", help="with what the tests need")
    parser.add_argument("--torch", action="store_true", help="with PyTorch, and to test it")
    parser.add_argument("--served", action="store_true", help="with MLServer, and to test with it")
    parser.add_argument("--ray", action="store_true", help="with Ray, and to test runs on it")
    parser.add_argument("--timm", action="store_true", help="with timm, and to test its models")
    options = parser.parse_args()
    is_for_tests = any(vars(options).values())
    if sys.version_info < OLDEST:
        sys.stderr.write("ailab needs Python 3.11 or newer; set PYTHON to one: make PYTHON=…\n")
        return 1
    packages = missing_packages(for_tests=is_for_tests)
    if packages and not install_packages(packages):
        return 1
    make_environment(VENV, PYTHON)
    install_ailab("dev" if is_for_tests else "")
    if options.ray:
        install_ailab("dev,ray")
    if options.torch:
        # PyTorch first and in one version: the newest may bring gigabytes for graphics cards.
        install_ailab("dev,torch", first=[TORCH])
    if options.served:
        install_apart(SERVER_VENV, SERVER_PYTHON, SERVER)
    if options.timm:
        install_apart(TIMM_VENV, TIMM_PYTHON, [*TIMM, "--editable", f"{ROOT}[dev,torch]"])
    return 0


def missing_packages(*, for_tests: bool) -> list[str]:
    """Debian's packages that are needed and not there; none on other systems."""
    if not sys.platform.startswith("linux") or shutil.which("apt-get") is None:
        return []
    sys.path.insert(0, str(ROOT))
    from ailab.system_libraries import (  # noqa: PLC0415 - it is not installed yet
        QT_LIBRARIES,
        WINDOW_LIBRARIES,
        missing_among,
    )

    libraries = dict(QT_LIBRARIES)
    if for_tests or os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"):
        libraries |= WINDOW_LIBRARIES
    missing = [libraries[library] for library in missing_among(libraries)]
    if not any(Path("/usr/share/fonts").rglob("*.ttf")):
        missing.append("fonts-dejavu-core")
    if for_tests and shutil.which("Xvfb") is None:
        missing.append("xvfb")
    if not has_venv():
        missing.append(f"python{sys.version_info.major}.{sys.version_info.minor}-venv")
    return missing


def has_venv() -> bool:
    """True where this Python can make a virtual environment with pip in it."""
    probe = subprocess.run([sys.executable, "-c", "import ensurepip, venv"], capture_output=True)
    return probe.returncode == 0


def install_packages(packages: list[str]) -> bool:
    """Install Debian's packages where that is allowed, else print how; False where it failed."""
    install = ["apt-get", "install", "-y", "--no-install-recommends", *packages]
    manual = f"sudo apt-get update && sudo {' '.join(install)}"
    prefix = privilege()
    if prefix is None:
        sys.stderr.write(
            f"Some system packages are missing. Install them, then try again:\n  {manual}\n"
        )
        return False
    sys.stdout.write(f"Installing system packages: {' '.join(packages)}\n")
    sys.stdout.flush()
    quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for command in (["apt-get", "update", "-qq"], [*install, "-qq"]):
        outcome = subprocess.run([*prefix, *command], env=quiet, stdout=subprocess.DEVNULL)
        if outcome.returncode != 0:
            sys.stderr.write(f"Installing failed. Try it by hand:\n  {manual}\n")
            return False
    return True


def privilege() -> list[str] | None:
    """What to put before a command to run it as root; None where that is not allowed."""
    if os.geteuid() == 0:
        return []
    if shutil.which("sudo") is None:
        return None
    asks_nothing = subprocess.run(["sudo", "-n", "true"], capture_output=True).returncode == 0
    return ["sudo"] if asks_nothing else None


def make_environment(folder: Path, python: Path) -> None:
    """Make a virtual environment, where there is none that works."""
    if python.exists() and subprocess.run([str(python), "-c", "import pip"]).returncode == 0:
        return
    sys.stdout.write(f"Making a virtual environment in {folder.name}\n")
    sys.stdout.flush()
    subprocess.run([sys.executable, "-m", "venv", "--clear", str(folder)], check=True)


def install_ailab(extras: str, first: Sequence[str] = ()) -> None:
    """Install ailab from this folder, where its requirements have changed since last time.

    Args:
        extras: names of extras, with commas; empty for none.
        first: packages to be installed before it.
    """
    stamp = VENV / f"ailab-{extras or 'run'}.stamp"
    wanted = hashlib.sha256((ROOT / "pyproject.toml").read_bytes()).hexdigest()
    if stamp.exists() and stamp.read_text(encoding="utf-8") == wanted:
        return
    sys.stdout.write("Installing ailab and what it needs\n")
    sys.stdout.flush()
    target = f"{ROOT}[{extras}]" if extras else str(ROOT)
    pip = [str(PYTHON), "-m", "pip", "--disable-pip-version-check", "install", "--quiet"]
    if first:
        subprocess.run([*pip, *first], check=True)
    subprocess.run([*pip, "--editable", target], check=True)
    stamp.write_text(wanted, encoding="utf-8")


def install_apart(folder: Path, python: Path, packages: Sequence[str]) -> None:
    """Install packages into an environment of their own, where they have changed since last time.

    Args:
        folder: of the environment.
        python: its interpreter.
        packages: what pip is to install.
    """
    make_environment(folder, python)
    own = (ROOT / "pyproject.toml").read_text(encoding="utf-8") if str(ROOT) in packages[-1] else ""
    wanted = hashlib.sha256("\n".join([*packages, own]).encode()).hexdigest()
    stamp = folder / "installed.stamp"
    if stamp.exists() and stamp.read_text(encoding="utf-8") == wanted:
        return
    sys.stdout.write(f"Installing {packages[0]} and what goes with it\n")
    sys.stdout.flush()
    pip = [str(python), "-m", "pip", "--disable-pip-version-check", "install", "--quiet"]
    subprocess.run([*pip, *packages], check=True)
    stamp.write_text(wanted, encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main())
