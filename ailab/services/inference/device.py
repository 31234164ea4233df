"""What networks can be run on: the processor, or what speeds it up."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from ailab.services.inference.engine_table import ONNX, TORCH

AUTO = "auto"
"""The choice that is left to ailab."""

CPU, CUDA, TENSORRT = "cpu", "cuda", "tensorrt"
COREML, MPS, DIRECTML, OPENVINO = "coreml", "mps", "directml", "openvino"

SERVER = "server"
"""What a model on another machine runs on; nothing that can be chosen here."""


@dataclass(frozen=True, slots=True)
class Device:
    """One of them.

    Attributes:
        key: its name in settings, on the command line and in records.
        name: what people call it.
        by_engine: what each engine calls it, by the engine's name: an execution provider of ONNX
            Runtime, a type of device of PyTorch; an engine that is not there cannot use it.
    """

    key: str
    name: str
    by_engine: Mapping[str, str]


_DEVICES = (
    Device(CPU, "CPU", {ONNX: "CPUExecutionProvider", TORCH: "cpu"}),
    Device(CUDA, "CUDA", {ONNX: "CUDAExecutionProvider", TORCH: "cuda"}),
    Device(TENSORRT, "TensorRT", {ONNX: "TensorrtExecutionProvider"}),
    Device(COREML, "CoreML", {ONNX: "CoreMLExecutionProvider"}),
    Device(MPS, "Metal (MPS)", {TORCH: "mps"}),
    Device(DIRECTML, "DirectML", {ONNX: "DmlExecutionProvider"}),
    Device(OPENVINO, "OpenVINO", {ONNX: "OpenVINOExecutionProvider"}),
)
DEVICES: Mapping[str, Device] = MappingProxyType({device.key: device for device in _DEVICES})
"""All of them by key, in the order in which people see them."""

CHOICES = (AUTO, *DEVICES)
"""What can be set."""

# TensorRT builds its engine for minutes; CoreML and Metal reckon some layers otherwise than the
# reference does, or not at all: these three are for a person to choose.
_AUTOMATIC = (CUDA, DIRECTML, OPENVINO, CPU)
# Where an engine does not know a device by itself, what comes nearest: the same hardware.
_NEAREST = {(TORCH, TENSORRT): CUDA, (TORCH, COREML): MPS, (ONNX, MPS): COREML}
# What else is tried where a chosen device fails, before the processor.
_NEXT = {(ONNX, TENSORRT): (CUDA,)}


def device_name(key: str) -> str:
    """What people call a device: `CUDA` for `cuda`."""
    if key == SERVER:
        return "its server"
    return DEVICES[key].name if key in DEVICES else key


def own_device(engine: str, choice: str) -> str | None:
    """The device by which an engine follows a choice; None where it cannot, or for `AUTO`."""
    key = _NEAREST.get((engine, choice), choice)
    return key if key in DEVICES and engine in DEVICES[key].by_engine else None


def candidates(engine: str, choice: str, installed: Collection[str]) -> tuple[str, ...]:
    """The devices to try, in order; the last is always the processor.

    Args:
        engine: name of the engine.
        choice: one of `CHOICES`; anything else counts as `AUTO`.
        installed: the devices that the installed engine can use.
    """
    if choice not in DEVICES:
        wanted = tuple(key for key in _AUTOMATIC if engine in DEVICES[key].by_engine)
    else:
        own = own_device(engine, choice)
        wanted = () if own is None else (own, *_NEXT.get((engine, own), ()))
    there = [key for key in wanted if key in installed and key != CPU]
    return (*there, CPU)
