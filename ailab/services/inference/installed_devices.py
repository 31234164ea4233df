"""What the installed engines can run on, told from their files."""

from __future__ import annotations

import platform
import sys
from functools import cache
from importlib.util import find_spec
from pathlib import Path

from ailab.services.inference.device import (
    COREML,
    CPU,
    CUDA,
    DIRECTML,
    MPS,
    OPENVINO,
    TENSORRT,
)
from ailab.services.inference.engine_table import ONNX, TORCH

# A build of ONNX Runtime or PyTorch is the same package whatever it can do: its libraries tell.
_LIBRARIES = {
    ONNX: (
        "onnxruntime",
        "capi",
        (
            ("onnxruntime_providers_cuda.", CUDA),
            ("onnxruntime_providers_tensorrt.", TENSORRT),
            ("onnxruntime_providers_openvino.", OPENVINO),
            ("DirectML.", DIRECTML),
        ),
    ),
    TORCH: ("torch", "lib", (("torch_cuda.", CUDA), ("torch_hip.", CUDA))),
}


@cache  # packages are installed while ailab does not run
def installed_devices(engine: str) -> frozenset[str]:
    """Keys of the devices that an engine was built for; imports nothing.

    Whether the machine has such a device, and its driver, is another question.
    """
    found = {CPU}
    package, folder, libraries = _LIBRARIES.get(engine, ("", "", ()))
    names = _files(package, folder)
    for start, device in libraries:
        if any(name.removeprefix("lib").startswith(start) for name in names):
            found.add(device)
    if sys.platform == "darwin" and names:
        if engine == ONNX:
            found.add(COREML)
        elif platform.machine() == "arm64":
            found.add(MPS)
    return frozenset(found)


def _files(package: str, folder: str) -> list[str]:
    try:
        spec = find_spec(package) if package else None
        if spec is None or spec.origin is None:
            return []
        return [path.name for path in (Path(spec.origin).parent / folder).iterdir()]
    except (ImportError, ValueError, OSError):  # a broken installation
        return []
