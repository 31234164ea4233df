"""What an extra takes on the disk, told before it is installed."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from ailab.services.compatibility.timm_case import TIMM
from ailab.services.inference.engine_table import TORCH
from ailab.services.inference.text_detectors import TEXT_EXTRA

_MB = 1_000_000
_SIZES: Mapping[str, int] = MappingProxyType(
    {TORCH: 1260 * _MB, TIMM: 43 * _MB, "torchvision": 25 * _MB, TEXT_EXTRA: 160 * _MB}
)
"""Bytes on the disk of what each extra brings beside ailab and, but for its own, beside PyTorch.

Measured on Linux: CPU build of PyTorch 2.13 (790 MB) with SciPy, transformers 5.24 and what these
need; timm 1.0, torchvision, OpenCV 5.0.
"""


def extra_size(extra: str, *, lacks_torch: bool) -> int:
    """Bytes on the disk that installing an extra takes, about; 0 where that is next to nothing.

    Args:
        extra: its name, or several with commas.
        lacks_torch: PyTorch is not there yet, which most extras bring.
    """
    names = {*extra.split(","), TORCH} if lacks_torch else {*extra.split(",")} - {TORCH}
    return sum(_SIZES.get(name, 0) for name in names)


def extra_cost(extra: str, *, lacks_torch: bool) -> str:
    """The same as a sentence; empty where nothing need be said."""
    size = extra_size(extra, lacks_torch=lacks_torch)
    if not size:
        return ""
    more = ", several times that where pip brings CUDA along, as on Linux" if lacks_torch else ""
    about = f"{size / 1e9:.1f} GB" if size >= 1e9 else f"{size / 1e6:.0f} MB"
    return f"The extra takes about {about} on disk{more}."
