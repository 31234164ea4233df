"""What an inference worker must read and use of the system, whatever its model is."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

_LIBRARIES = (
    "/usr", "/lib", "/lib32", "/lib64", "/bin", "/opt", "/nix/store", "/gnu/store", "/snap", "/app",
)  # fmt: skip
_FACTS = (
    # What the dynamic linker, the C library and time zones ask.
    "/etc/ld.so.cache", "/etc/ld.so.conf", "/etc/ld.so.conf.d", "/etc/ld.so.preload",
    "/etc/localtime", "/etc/timezone", "/etc/passwd", "/etc/group", "/etc/nsswitch.conf",
    "/etc/mime.types", "/etc/alternatives", "/etc/os-release",
    # What engines ask of the machine.
    "/etc/OpenCL", "/etc/vulkan", "/etc/nvidia", "/proc/self", "/proc/cpuinfo", "/proc/meminfo",
    "/proc/stat", "/proc/version", "/proc/devices", "/proc/modules", "/proc/filesystems",
    "/proc/driver/nvidia", "/proc/sys/vm", "/proc/sys/kernel", "/sys",
)  # fmt: skip
_NAMES_ON_THE_NETWORK = (
    "/etc/resolv.conf", "/etc/hosts", "/etc/host.conf", "/etc/gai.conf", "/etc/services",
    "/etc/ssl", "/etc/pki", "/etc/ca-certificates", "/run/systemd/resolve",
)  # fmt: skip
_DEVICES = ("/dev/null", "/dev/zero", "/dev/full", "/dev/random", "/dev/urandom")
_GRAPHICS_DEVICES = ("/dev/dri", "/dev/kfd", "/dev/accel", "/dev/nvidia-caps", "/dev/dxg")


def readable_places(*, network: bool) -> Iterator[str]:
    """Absolute paths of what may be read; some may not exist.

    Args:
        network: True for what finding a server's address and checking its certificate takes.
    """
    yield from _LIBRARIES
    yield from _FACTS
    if network:
        yield from _NAMES_ON_THE_NETWORK
        yield from _certificates(os.environ)
    yield from python_places()


def python_places() -> Iterator[str]:
    """Where Python, its packages and ailab itself lie."""
    own = Path(__file__).resolve().parents[3]
    yield str(own)
    unpacked = getattr(sys, "_MEIPASS", "")  # of a frozen app
    roots = {sys.prefix, sys.exec_prefix, sys.base_prefix, sys.base_exec_prefix, unpacked}
    roots |= {str(Path(sys.executable).parent), *sys.path}
    for root in roots - {""}:
        path = os.path.realpath(root)
        # A home folder, or one around it, is no place of packages, whatever names it.
        if not _is_around_home(path):
            yield path
        elif root in sys.path:
            yield from _packages_in(path)


def device_places(*, graphics: bool) -> Iterator[str]:
    """Devices that every program may use, and where `graphics` is True those that compute."""
    yield from _DEVICES
    if not graphics:
        return
    yield from _GRAPHICS_DEVICES
    with os.scandir("/dev") as entries:
        yield from (entry.path for entry in entries if entry.name.startswith("nvidia"))


def _certificates(environ: Mapping[str, str]) -> Iterator[str]:
    """Where OpenSSL is told that the certificates lie which are trusted, as a company's own."""
    folders = environ.get("SSL_CERT_DIR", "").split(os.pathsep)
    for place in (environ.get("SSL_CERT_FILE", ""), *folders):
        path = os.path.realpath(place)
        if place and not _is_around_home(path):
            yield path


def _is_around_home(path: str) -> bool:
    home = os.path.realpath(Path.home())
    return path == os.sep or f"{home}{os.sep}".startswith(f"{path}{os.sep}")


def _packages_in(folder: str) -> Iterator[str]:
    """The packages directly in a folder, without what else lies there."""
    try:
        with os.scandir(folder) as entries:
            for entry in entries:
                if entry.name.endswith((".py", ".so", ".dist-info", ".egg-info")) or (
                    entry.is_dir() and Path(entry.path, "__init__.py").is_file()
                ):
                    yield entry.path
    except OSError:
        return
