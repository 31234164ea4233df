"""The graphics card of this machine, read without an engine."""

from __future__ import annotations

import contextlib
import platform
import shutil
import subprocess
import sys
from dataclasses import dataclass
from functools import cache
from pathlib import Path

NVIDIA, AMD, INTEL, APPLE = "NVIDIA", "AMD", "Intel", "Apple"

_QUERY = ("--query-gpu=name,memory.total", "--format=csv,noheader,nounits")
_PATIENCE = 5.0  # seconds
_PCI_VENDORS = {"0x10de": NVIDIA, "0x1002": AMD, "0x8086": INTEL}
_ORDER = (NVIDIA, AMD, INTEL)
_CARDS = Path("/sys/class/drm")
_OWN_MEMORY = 2 * 2**30  # bytes; a processor's own graphics take less of the main memory
_DISPLAY_ADAPTERS = r"SYSTEM\CurrentControlSet\Control\Class\{4d36e968-e325-11ce-bfc1-08002be10318}"


@dataclass(frozen=True, slots=True)
class Gpu:
    """A graphics card, or the graphics within a processor.

    Attributes:
        name: as its maker calls it, as far as that is known.
        memory: bytes of its own; 0 where not known or not its own.
        maker: one of `NVIDIA`, `AMD`, `INTEL`, `APPLE`.
        has_driver: False for a card that NVIDIA's own driver does not serve.
    """

    name: str
    memory: int
    maker: str = NVIDIA
    has_driver: bool = True

    @property
    def is_card(self) -> bool:
        """It has a memory of its own, so that running on it is worth some trouble."""
        return self.maker == NVIDIA or self.memory >= _OWN_MEMORY


@cache  # the tools take their time, and cards stay where they are
def read_gpu() -> Gpu | None:
    """The card that is worth most for networks; None where none is known of."""
    if (card := _by_nvidia_smi()) is not None:
        return card
    if sys.platform == "darwin":
        return _apple()
    if sys.platform == "win32":
        return _of_registry()
    return _of_sysfs(_CARDS)


def _by_nvidia_smi() -> Gpu | None:
    tool = shutil.which("nvidia-smi")
    if tool is None:
        return None
    try:
        told = subprocess.run(  # noqa: S603 - a fixed command, no shell
            (tool, *_QUERY), capture_output=True, text=True, timeout=_PATIENCE, check=True
        ).stdout
        name, _, mebibytes = told.splitlines()[0].rpartition(",")
        return Gpu(name.strip(), int(mebibytes) * 2**20)
    except (OSError, subprocess.SubprocessError, ValueError, IndexError):
        return None


def _apple() -> Gpu | None:
    """The graphics within Apple's own processors, which share its memory."""
    if platform.machine() != "arm64":
        return None
    command = ("/usr/sbin/sysctl", "-n", "machdep.cpu.brand_string")
    try:
        told = subprocess.run(  # noqa: S603 - a fixed command, no shell
            command, capture_output=True, text=True, timeout=_PATIENCE, check=True
        ).stdout.strip()
    except (OSError, subprocess.SubprocessError):
        told = ""
    return Gpu(told or "Apple GPU", 0, APPLE)


def _of_sysfs(root: Path) -> Gpu | None:
    """What Linux tells of the cards on its PCI bus; no names, and AMD's memory alone."""
    found: list[Gpu] = []
    with contextlib.suppress(OSError):
        for vendor in sorted(root.glob("card[0-9]*/device/vendor")):
            maker = _PCI_VENDORS.get(_text(vendor))
            if maker is not None:
                memory = _text(vendor.with_name("mem_info_vram_total"))
                size = int(memory) if memory.isdecimal() else 0
                is_served = maker != NVIDIA  # else nvidia-smi had told of it
                found.append(Gpu(_plain_name(maker, size), size, maker, has_driver=is_served))
    return _best(found)


def _of_registry() -> Gpu | None:
    found: list[Gpu] = []
    if sys.platform == "win32":
        import winreg  # noqa: PLC0415 - on Windows alone

        with (
            contextlib.suppress(OSError),
            winreg.OpenKey(winreg.HKEY_LOCAL_MACHINE, _DISPLAY_ADAPTERS) as adapters,
        ):
            for number in range(16):
                with (
                    contextlib.suppress(OSError),
                    winreg.OpenKey(adapters, f"{number:04}") as adapter,
                ):
                    name = str(winreg.QueryValueEx(adapter, "DriverDesc")[0])
                    size = 0
                    with contextlib.suppress(OSError):
                        told = winreg.QueryValueEx(adapter, "HardwareInformation.qwMemorySize")[0]
                        size = told if isinstance(told, int) else 0
                    maker = next((each for each in _ORDER if each.lower() in name.lower()), None)
                    maker = AMD if maker is None and "radeon" in name.lower() else maker
                    if maker is not None:
                        found.append(Gpu(name, size, maker, has_driver=maker != NVIDIA))
    return _best(found)


def _best(found: list[Gpu]) -> Gpu | None:
    return min(found, key=lambda each: (not each.is_card, _ORDER.index(each.maker)), default=None)


def _plain_name(maker: str, memory: int) -> str:
    return (
        f"{maker} graphics card"
        if maker == NVIDIA or memory >= _OWN_MEMORY
        else (f"{maker} graphics")
    )


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="ascii", errors="replace").strip()
    except OSError:
        return ""
