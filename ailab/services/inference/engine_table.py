"""The engines: what each is called, where its code is, what it reads and needs. Imports none."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

ONNX, TORCH = "onnxruntime", "torch"
"""Names of the engines that read weights."""

SERVED = "open-inference-protocol"
"""Name of the engine that reads no weights, but asks a server that has them."""

_FOLDER = "ailab.services.inference"
_MB = 1_000_000


@dataclass(frozen=True, slots=True)
class EngineEntry:
    """An engine.

    Attributes:
        name: what people call it.
        module: where its class is.
        class_name: of the class, an `Engine`.
        packages: what has to be installed for it.
        extra: the extra of ailab's that brings these; empty where they are always there.
        weights: how the paths of the files that it reads end: what stands first is preferred.
            Those of ONNX have many names; of any other these are the whole names.
        variant: what these weights are called; empty where their names tell.
        memory: bytes that Python, NumPy, Pillow and the engine take before a model is loaded.
    """

    name: str
    module: str
    class_name: str
    packages: tuple[str, ...] = ()
    extra: str = ""
    weights: tuple[str, ...] = ()
    variant: str = ""
    memory: int = 75 * _MB


# Another engine is one more file and one more line here; it runs on the processor, unless
# `device.py` says what it calls others.
_ENTRIES: dict[str, EngineEntry] = {
    ONNX: EngineEntry(
        "ONNX Runtime",
        f"{_FOLDER}.onnx_engine",
        "OnnxEngine",
        ("onnxruntime",),
        weights=(".onnx",),
    ),
    SERVED: EngineEntry("Open Inference Protocol", f"{_FOLDER}.oip_engine", "OipEngine"),
    TORCH: EngineEntry(
        "PyTorch",
        f"{_FOLDER}.torch_engine",
        "TorchEngine",
        ("torch", "transformers", "safetensors"),
        "torch",
        ("model.safetensors", "model.safetensors.index.json"),
        "safetensors",
        400 * _MB,
    ),
}
ENGINES: Mapping[str, EngineEntry] = MappingProxyType(_ENTRIES)
"""By the names that `ModelLayout.engine` gives them; whose weights are preferred comes first."""


def engine_reading(weights: str) -> str:
    """Name of the engine that reads a file of weights.

    Raises:
        ValueError: none does.
    """
    for name, entry in ENGINES.items():
        if entry.weights and weights.lower().endswith(entry.weights):
            return name
    raise ValueError(f"no engine reads {weights}")
