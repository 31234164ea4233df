"""Networks that tell a foreground from its background, and how they take their pictures.

They are not in transformers, and the Hub files them under image segmentation. Their exports are
named by their authors' own classes, or by the model's type alone.

Sources: the sessions of rembg (https://github.com/danielgatis/rembg, sizes and normalisation) and
the cards of the repositories on the Hub that transformers.js runs as background removal.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

LABEL = "foreground"
"""What the one thing that they find is called."""

_HALF = (0.5, 0.5, 0.5)
_WHOLE = (1.0, 1.0, 1.0)
_IMAGENET = ((0.485, 0.456, 0.406), (0.229, 0.224, 0.225))


@dataclass(frozen=True, slots=True)
class _Kind:
    side: int
    mean: tuple[float, ...]
    std: tuple[float, ...]


_KINDS: Mapping[str, _Kind] = MappingProxyType(
    {
        "birefnet": _Kind(1024, *_IMAGENET),
        "rmbg": _Kind(1024, _HALF, _WHOLE),
        "briarmbg": _Kind(1024, _HALF, _WHOLE),
        "ormbg": _Kind(1024, (0.0, 0.0, 0.0), _WHOLE),
        "isnet": _Kind(1024, _HALF, _WHOLE),
        "isnetdis": _Kind(1024, _HALF, _WHOLE),
        "ben": _Kind(1024, _HALF, _WHOLE),
        "benbase": _Kind(1024, _HALF, _WHOLE),
        "ben2": _Kind(1024, _HALF, _WHOLE),
        "mvanet": _Kind(1024, *_IMAGENET),
        "inspyrenet": _Kind(1024, *_IMAGENET),
        "modnet": _Kind(512, _HALF, _HALF),
        "u2net": _Kind(320, *_IMAGENET),
        "u2netp": _Kind(320, *_IMAGENET),
        "silueta": _Kind(320, *_IMAGENET),
        # The small export of BiRefNet names its backbone, and no architecture.
        "swin": _Kind(1024, *_IMAGENET),
    }
)
_BY_TYPE_ALONE = frozenset({"swin"})
_TOO_SHORT = frozenset({"ben", *_BY_TYPE_ALONE})
"""What names of files hold by chance, or of other networks."""


def is_matte_model(architecture: object) -> bool:
    """True for the name of an architecture that makes a matte."""
    name = _plain(architecture)
    return name in _KINDS and name not in _BY_TYPE_ALONE


def matte_kind(config: Mapping[str, Any]) -> str | None:
    """The kind of network that a `config.json` describes; None where it makes no matte."""
    architectures = config.get("architectures") or ()
    names = architectures if isinstance(architectures, list | tuple) else [architectures]
    if not names:
        kind = _plain(config.get("model_type"))
        return kind if kind in _KINDS else None
    return next((_plain(name) for name in names if is_matte_model(name)), None)


def matte_named(file: str) -> str | None:
    """The kind of network that a file's name tells (`u2net_human_seg.onnx`); None for none.

    Args:
        file: its name.
    """
    words = re.split(r"[^a-z0-9]+", file.lower())
    return next((word for word in words if word in _KINDS and word not in _TOO_SHORT), None)


def matte_side(architecture: str) -> int | None:
    """Pixels along each side of the pictures that a network takes; None for no such network."""
    return _KINDS[_plain(architecture)].side if is_matte_model(architecture) else None


def matte_defaults(kind: str | None) -> dict[str, Any]:
    """What `preprocessor_config.json` means where it is silent, for a kind of network."""
    if kind is None:
        return {}
    found = _KINDS[kind]
    return {
        "size": {"height": found.side, "width": found.side},
        "image_mean": list(found.mean),
        "image_std": list(found.std),
    }


def _plain(name: object) -> str:
    """A name without its marks: `U-2-Net` as `u2net`."""
    return "".join(c for c in name.lower() if c.isalnum()) if isinstance(name, str) else ""
