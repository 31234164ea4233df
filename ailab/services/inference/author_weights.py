"""Which weights a model's author has transformers.js take, where others lose too much.

`transformers.js_config` of `config.json` says it for the whole network or for each of its parts; of
MobileCLIP-S0, for example, that the part that sees is taken in full precision, beside words in 8
bits.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from ailab.services.inference.exported_parts import SUFFIXES, stem_and_suffix

if TYPE_CHECKING:
    from ailab.services.inference.model_layout import ModelLayout

_EXACT = frozenset({"fp32", "fp16"})


def authors_choice(config: Mapping[str, Any], layout: ModelLayout) -> str:
    """That coarser weights are run than the author meant; empty where they are not.

    Args:
        config: the object in `config.json`.
        layout: the files that a run takes.
    """
    own = config.get("transformers.js_config")
    wanted = own.get("dtype") if isinstance(own, dict) else None
    for path in layout.part_files:
        stem, suffix = stem_and_suffix(path)
        meant = wanted.get(stem) if isinstance(wanted, dict) else wanted
        taken = next(variant for variant, ending in SUFFIXES if ending == suffix)
        if isinstance(meant, str) and meant in _EXACT and taken not in _EXACT:
            return (
                f"Its author has {stem} taken as {meant} (transformers.js_config in config.json): "
                f"as {taken}, results may be wrong."
            )
    return ""
