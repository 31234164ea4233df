"""What this machine has that a run needs."""

from __future__ import annotations

import os
import platform
from collections.abc import Mapping
from dataclasses import dataclass, field

from ailab.services.compatibility.gpu import Gpu, read_gpu
from ailab.services.inference.device import AUTO
from ailab.services.inference.engine_table import ONNX
from ailab.services.inference.half_precision import reckons_bfloat16
from ailab.services.inference.installed_devices import installed_devices
from ailab.services.inference.installed_engines import installed_engines, installed_packages


@dataclass(frozen=True, slots=True)
class Machine:
    """This machine, as far as it was looked at.

    Attributes:
        engines: names of the engines installed.
        total_memory: bytes; None where not known.
        free_memory: bytes that programs could still take; None where not known.
        cores: of the processor.
        gpu: the graphics card that is worth most; None where there is none.
        devices: keys of the devices that each installed engine was built for.
        packages: what is installed of that which some models need beside their engine.
        reckons_bfloat16: the processor does so by itself.
        choice: on what a person lets the engines run; one of `device.CHOICES`.
    """

    engines: frozenset[str] = frozenset({ONNX})
    total_memory: int | None = None
    free_memory: int | None = None
    cores: int = 1
    gpu: Gpu | None = None
    devices: Mapping[str, frozenset[str]] = field(default_factory=dict)
    packages: frozenset[str] = frozenset()
    choice: str = AUTO
    reckons_bfloat16: bool = False

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
        gpu=read_gpu(),
        packages=installed_packages(),
        devices={engine: installed_devices(engine) for engine in engines},
        reckons_bfloat16=reckons_bfloat16(),
    )
