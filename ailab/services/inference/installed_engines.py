"""Which engines are installed."""

from __future__ import annotations

from collections.abc import Mapping
from importlib.util import find_spec
from types import MappingProxyType

from ailab.services.inference.engine_table import ENGINES
from ailab.services.inference.text_detectors import OPENCV

TIMM_PACKAGES = ("timm", "torchvision")
"""What models of timm need beside PyTorch; the extra `timm` brings it."""

EXTRAS: Mapping[str, str] = MappingProxyType(
    {"num2words": "torch", "timm": "timm", "torchvision": "torchvision"}
)
"""What some models need beside their engine, and the extra that brings it."""


def installed_engines() -> frozenset[str]:
    """Names of the engines whose packages are all there; imports none of them."""
    return frozenset(
        name for name, entry in ENGINES.items() if all(map(_is_installed, entry.packages))
    )


def installed_packages() -> frozenset[str]:
    """What is there of that which some models need beside their engine; imports none of it."""
    return frozenset(filter(_is_installed, (*EXTRAS, OPENCV)))


def _is_installed(package: str) -> bool:
    try:
        return find_spec(package) is not None
    except (ImportError, ValueError):  # a broken installation
        return False
