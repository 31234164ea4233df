"""What this machine has that a run needs."""

from __future__ import annotations

import os
import platform
import shutil
import subprocess
from dataclasses import dataclass
from functools import cache

from ailab.services.inference.installed_engines import installed_engines
from ailab.services.inference.model_layout import ONNX, TORCH

_QUERY = ("--query-gpu=name,memory.total", "--format=csv,noheader,nounits")
_PATIENCE = 5.0  # seconds


@dataclass(frozen=True, slots=True)
class Gpu:
    """A graphics card that PyTorch can use.

    Attributes:
        name: as its maker calls it.
        memory: bytes.
    """

    name: str
    memory: int


@dataclass(frozen=True, slots=True)
class Machine:
    """This machine, as far as it was looked at.

    Attributes:
        engines: names of the engines installed.
        total_memory: bytes; None where not known.
        free_memory: bytes that programs could still take; None where not known.
        cores: of the processor.
        gpu: the first graphics card; None where there is none that an engine uses.
    """

    engines: frozenset[str] = frozenset({ONNX})
    total_memory: int | None = None
    free_memory: int | None = None
    cores: int = 1
    gpu: Gpu | None = None

    @property
    def key(self) -> str:
        """Tells this machine from others, as far as speed goes."""
        card = f", {self.gpu.name}" if self.gpu else ""
        return f"{platform.system()} {platform.machine()}, {self.cores} cores{card}"


def read_machine() -> Machine:
    """Look at this machine; imports no engine. Takes milliseconds, the first time longer."""
    from psutil import virtual_memory  # noqa: PLC0415 - not before the window is painted

    memory = virtual_memory()
    engines = installed_engines()
    return Machine(
        engines=engines,
        total_memory=int(memory.total),
        free_memory=int(memory.available),
        cores=os.cpu_count() or 1,
        gpu=_read_gpu() if TORCH in engines else None,
    )


@cache  # the tool takes its time, and cards stay where they are
def _read_gpu() -> Gpu | None:
    """The first card that NVIDIA's own tool tells of; PyTorch uses no other here."""
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
