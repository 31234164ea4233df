"""On what an engine will run here, and why not on the graphics card where there is one."""

from __future__ import annotations

import sys
from dataclasses import dataclass

from ailab.services.compatibility.gpu import AMD, APPLE, INTEL, NVIDIA, Gpu
from ailab.services.compatibility.machine import Machine
from ailab.services.inference.device import (
    AUTO,
    COREML,
    CPU,
    CUDA,
    DIRECTML,
    MPS,
    OPENVINO,
    TENSORRT,
    candidates,
    device_name,
    own_device,
)
from ailab.services.inference.engine_name import engine_name
from ailab.services.inference.engine_table import TORCH
from ailab.services.install_command import replace_command

_ON_CARD = frozenset({CUDA, TENSORRT, COREML, MPS, DIRECTML})
_CPU_BUILD = "onnxruntime"


@dataclass(frozen=True, slots=True)
class DeviceForecast:
    """What a run will use, as far as it can be told before an engine is started.

    Attributes:
        device: key of the device.
        words: how the engine and the device are named together: `ONNX Runtime (CUDA, Card X)`.
        why_not: why the graphics card, or the device that was chosen, is not used; empty where
            there is nothing to say.
        advice: what to do about it; may be empty.
        command: what to type to do it; may be empty.
        card: the graphics card that is used; None where none is.
        unused: the one that is there and not used, though nobody said so; None where none is.
    """

    device: str
    words: str
    why_not: str = ""
    advice: str = ""
    command: str = ""
    card: Gpu | None = None
    unused: Gpu | None = None

    @property
    def about_unused_card(self) -> str:
        """Why a card is not used and what to do about it; empty where none lies idle.

        Graphics within a processor are not worth a word. A command stands on lines of its own.
        """
        if self.unused is None or not self.unused.is_card:
            return ""
        words = " ".join(filter(None, (self.why_not, self.advice)))
        return f"{words}\n{self.command}".rstrip()


def forecast(engine: str, machine: Machine) -> DeviceForecast:
    """On what an engine will run.

    Args:
        engine: its name.
        machine: this machine, with what the person has chosen.
    """
    choice, gpu = machine.choice, machine.gpu
    built = machine.devices.get(engine, frozenset({CPU}))
    there = {key for key in built if key not in {CUDA, TENSORRT} or _has_cuda(gpu)}
    device = candidates(engine, choice, there)[0]
    name = engine_name(engine)
    card = gpu if device in _ON_CARD else None
    if device != CPU or choice == CPU:
        detail = f"{device_name(device)}, {card.name}" if card else device_name(device)
        name = f"{name} ({detail})"
    if choice not in {AUTO, CPU} and own_device(engine, choice) not in there:
        return DeviceForecast(device, name, _not_as_chosen(engine, choice, built))
    if gpu is None or card is not None or choice == CPU:
        return DeviceForecast(device, name, card=card)
    why_not, advice, command = _unused(engine, gpu, built)
    return DeviceForecast(
        device, name, why_not, advice, command, unused=gpu if device == CPU else None
    )


def _has_cuda(gpu: Gpu | None) -> bool:
    return gpu is not None and gpu.maker == NVIDIA and gpu.has_driver


def _not_as_chosen(engine: str, choice: str, built: frozenset[str]) -> str:
    name = device_name(choice)
    own = own_device(engine, choice)
    if own is None:
        return f"{name} is chosen, which {engine_name(engine)} does not know."
    if own in built:
        return f"{name} is chosen, and this machine has no graphics card for it."
    return f"{name} is chosen, which the installed {engine_name(engine)} was not built for."


def _unused(engine: str, gpu: Gpu, built: frozenset[str]) -> tuple[str, str, str]:
    """Why a card is not used by an engine, what to do about it, and the command for that."""
    name = engine_name(engine)
    this = f"This machine has {_article(gpu.name)} {gpu.name}, which {name} does not use"
    if not gpu.has_driver:
        return f"{this}: NVIDIA's driver is not installed.", "Install the driver.", ""
    if all(own_device(engine, key) is None for key in _ON_CARD):
        return f"{this}: it runs on the processor alone.", "", ""
    if engine == TORCH:
        if gpu.maker == NVIDIA:
            why = f"{this}: the installed PyTorch is the build for the processor."
            return why, "https://pytorch.org/get-started tells how to install the one for CUDA.", ""
        if gpu.maker == APPLE:
            return _for_the_person(this, MPS)
        return f"{this}: ailab's PyTorch engine uses NVIDIA's and Apple's alone.", "", ""
    if gpu.maker == APPLE:
        return _for_the_person(this, COREML)
    package = _build_for(gpu)
    if not package:
        return f"{this}: there is no build of it for this card on this system.", "", ""
    if OPENVINO in built or DIRECTML in built or CUDA in built:
        return f"{this}: the installed build is for other hardware.", *_advice(package)
    return f"{this}: the installed onnxruntime is the build for the processor.", *_advice(package)


def _for_the_person(this: str, device: str) -> tuple[str, str, str]:
    why = f"{this} by itself: {device_name(device)} reckons some layers otherwise, or not at all."
    return why, f"To try it, choose {device_name(device)} in the settings.", ""


def _build_for(gpu: Gpu) -> str:
    """The package that uses a card on this system; empty where there is none to be had."""
    if gpu.maker == NVIDIA:
        return "onnxruntime-gpu[cuda,cudnn]"
    if sys.platform == "win32":
        return "onnxruntime-directml"
    return {INTEL: "onnxruntime-openvino", AMD: ""}.get(gpu.maker, "")


def _advice(package: str) -> tuple[str, str]:
    command = replace_command(_CPU_BUILD, package)
    name = package.partition("[")[0]
    if not command:
        return f"Install ailab with Python, as its documentation says, to add {name}.", ""
    return f"Install {name} in its place, and start ailab again.", command


def _article(name: str) -> str:
    return "an" if name[:1] in "AEIOaeio" or name.startswith("NVIDIA") else "a"
