"""Versions of what takes part in a run."""

from __future__ import annotations

import platform
from functools import cache
from importlib import metadata

import ailab

_PACKAGES = (
    *("onnxruntime", "onnxruntime-gpu", "onnxruntime-directml", "onnxruntime-openvino"),
    *("torch", "transformers", "onnx", "onnxscript", "numpy", "pillow"),
    *("opencv-python-headless", "opencv-python"),
)


@cache
def versions() -> tuple[tuple[str, str], ...]:
    """Name and version of ailab, Python, the system and the packages that compute.

    Read from the packages' metadata; none of them is imported.
    """
    found = [
        ("ailab", ailab.__version__),
        ("python", platform.python_version()),
        ("platform", platform.platform()),
    ]
    for package in _PACKAGES:
        try:
            found.append((package, metadata.version(package)))
        except metadata.PackageNotFoundError:
            continue  # a frozen app may leave it out
    return tuple(found)
