"""A stranger's `config.json` without what would make transformers do more than build a network."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ailab.services.inference.inference_errors import ModelFileError

_LEFT_OUT = frozenset(
    {
        # Code of a repository, and kernels that are fetched from the Hub.
        "auto_map",
        "custom_pipelines",
        "_attn_implementation",
        "_attn_implementation_internal",
        "attn_implementation",
        "_experts_implementation",
        "experts_implementation",
        "use_kernels",
        # Other packages that unpack the weights by themselves, and other ways to keep numbers.
        "compression_config",
        "quantization_config",
        "dtype",
        "torch_dtype",
        # Where the files came from: they are here.
        "_commit_hash",
        "_name_or_path",
        "name_or_path",
    }
)
_COUNTS = ("layer", "depth", "block", "stage")
_MOST_LAYERS = 10_000
_MOST = 2**40
_DEEPEST = 20


def harmless_config(values: Mapping[str, Any]) -> dict[str, Any]:
    """The same without those fields, here and in the configurations within it.

    Raises:
        ModelFileError: a number that no network has, or configurations nested too deep; a
            network of 10⁹ layers would be built until memory or patience ends.
    """
    return _harmless(values, 0)


def _harmless(values: Mapping[str, Any], depth: int) -> dict[str, Any]:
    if depth > _DEEPEST:
        raise _wrong("it is nested too deep")
    found: dict[str, Any] = {}
    for key, value in values.items():
        if key in _LEFT_OUT:
            continue
        _check(key, value)
        found[key] = _harmless(value, depth + 1) if isinstance(value, dict) else value
    return found


def _check(key: str, value: object) -> None:
    numbers = value if isinstance(value, list) else [value]
    most = _MOST_LAYERS if any(name in key.lower() for name in _COUNTS) else _MOST
    for number in numbers:
        if isinstance(number, int) and abs(number) > most:
            raise _wrong(f"{key:.80} is {number:.3g}")


def _wrong(why: str) -> ModelFileError:
    return ModelFileError(
        f"The model's config.json cannot be right: {why}.",
        "Download the model again, or choose another one.",
    )
