"""The engines: what each is called, where its code is, what it needs. Imports none of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from ailab.services.inference.model_layout import ONNX, SERVED, TORCH

_FOLDER = "ailab.services.inference"


@dataclass(frozen=True, slots=True)
class EngineEntry:
    """An engine.

    Attributes:
        name: what people call it.
        module: where its class is.
        class_name: of the class, an `Engine`.
        packages: what has to be installed for it.
    """

    name: str
    module: str
    class_name: str
    packages: tuple[str, ...] = ()


# Another engine is one more file and one more line here.
ENGINES: Mapping[str, EngineEntry] = MappingProxyType(
    {
        ONNX: EngineEntry("ONNX Runtime", f"{_FOLDER}.onnx_engine", "OnnxEngine", ("onnxruntime",)),
        SERVED: EngineEntry("Open Inference Protocol", f"{_FOLDER}.oip_engine", "OipEngine"),
        TORCH: EngineEntry(
            "PyTorch",
            f"{_FOLDER}.torch_engine",
            "TorchEngine",
            ("torch", "transformers", "safetensors"),
        ),
    }
)
"""By the names that `ModelLayout.engine` gives them."""
