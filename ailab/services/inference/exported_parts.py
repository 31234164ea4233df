"""How networks of several parts are exported: what the file of each part is called.

Source: optimum's exports, and those that transformers.js reads
(https://github.com/huggingface/transformers.js, the sessions of its model types Seq2Seq,
Vision2Seq and ImageTextToText, and the classes CLIPVisionModelWithProjection and
CLIPTextModelWithProjection).
"""

from __future__ import annotations

from collections.abc import Set
from typing import TypeAlias

from ailab.services.inference.network import (
    DECODER,
    ENCODER,
    MODEL,
    TOKENS,
    VISION,
    WITH_PAST,
    WORDS,
)

Parts: TypeAlias = tuple[tuple[str, str], ...]
"""Name and file of each part, in order; POSIX paths."""

# What transformers.js calls its weights, and how it names their files
# (`DEFAULT_DTYPE_SUFFIX_MAPPING`), and two names of others; what loses least comes first, and last
# what not every provider runs.
SUFFIXES = (
    ("fp32", ""),
    ("fp32", "_fp32"),
    ("fp16", "_fp16"),
    ("q8", "_quantized"),
    ("int8", "_int8"),
    ("uint8", "_uint8"),
    ("q4", "_q4"),
    ("q4f16", "_q4f16"),
    ("bnb4", "_bnb4"),
    ("bf16", "_bf16"),
)
"""Variant and what ends the names of its files."""

_HALF = frozenset({"_fp16", "_q4f16"})
_MERGED, _UNMERGED, _LATER = "decoder_model_merged", "decoder_model", "decoder_with_past_model"
_SEES_ALONE, _READS_ALONE = "vision_model", "text_model"
_SEES = (VISION, "vision_encoder")
_READS = (TOKENS, "embed_tokens")
_ENCODES = (ENCODER, "encoder_model")
_WRITES = (DECODER, _MERGED)
_KINDS = (
    (_SEES, (DECODER, "prompt_encoder_mask_decoder")),  # SAM
    (_SEES, _READS, _ENCODES, _WRITES),  # Florence-2
    (_SEES, _READS, _WRITES),  # PaliGemma
    (_ENCODES, _WRITES),  # VisionEncoderDecoderModel
    ((MODEL, _SEES_ALONE), (WORDS, _READS_ALONE)),  # CLIP and SigLIP
)
VISUAL, _TEXTUAL = "visual/model.onnx", "textual/model.onnx"
"""The same as Immich keeps them, in folders of their own."""

LEADING = tuple(dict.fromkeys(kind[0][1] for kind in _KINDS))
"""What the file of a first part is called: it leads to the others."""

HALVES = frozenset(
    {
        *(stem for kind in _KINDS for _, stem in kind),
        *(_UNMERGED, _LATER),
    }
)
"""What parts of a network are called, which alone are no model."""


def stem_and_suffix(path: str) -> tuple[str, str]:
    """What comes first in a file's name and what tells its variant: `encoder_model`, `_fp16`."""
    name = path.rpartition("/")[2].removesuffix(".onnx")
    suffix = max((suffix for _, suffix in SUFFIXES if name.endswith(suffix)), key=len)
    return name.removesuffix(suffix), suffix


def exported_parts(weights: str, present: Set[str]) -> Parts:
    """The parts of the network that a file leads to; nothing for a network that is whole in one.

    Of each part the file of the same variant as the first is taken, or else the first of any; the
    first part alone where others are missing.

    Args:
        weights: the `.onnx` file; POSIX path.
        present: the files of its repository or folder.
    """
    if weights == VISUAL:
        return ((MODEL, VISUAL), *(((WORDS, _TEXTUAL),) if _TEXTUAL in present else ()))
    stem, suffix = stem_and_suffix(weights)
    kinds = [kind for kind in _KINDS if kind[0][1] == stem]
    wholes = (_whole(kind, weights, suffix, present) for kind in kinds)
    alone = ((kinds[0][0][0], weights),) if kinds else ()
    return next(filter(None, wholes), alone)


def leads(weights: str, present: Set[str]) -> bool:
    """True for a network that is whole in one file, and for the first part of one that is there.

    What could lead to a part of a larger network leads to none: the encoder of Florence-2 and its
    decoder are no captioner. What sees a picture makes a vector of it without any other part.
    """
    stem, suffix = stem_and_suffix(weights)
    if stem not in LEADING:
        return True
    firsts = (kind[0][1] for kind in _KINDS if _whole(kind, weights, suffix, present))
    return next(firsts, _SEES_ALONE) == stem


def sees_alone(weights: str) -> bool:
    """True for a part that makes a vector of a picture also where the others are left out."""
    return weights == VISUAL or stem_and_suffix(weights)[0] == _SEES_ALONE


def reads_alone(weights: str) -> bool:
    """True for a part that makes a vector of words, and sees no picture."""
    return weights == _TEXTUAL or stem_and_suffix(weights)[0] == _READS_ALONE


def is_of_one_variant(parts: Parts) -> bool:
    """True where all files have the same suffix."""
    return len({stem_and_suffix(path)[1] for _, path in parts}) < 2


def _whole(kind: Parts, weights: str, own: str, present: Set[str]) -> Parts:
    """The files of a network in the folder of one of them; nothing where a part is missing."""
    folder = weights[: weights.rfind("/") + 1]
    suffixes = (own, *(suffix for _, suffix in SUFFIXES if suffix != own))
    found: Parts = ()
    for part, stem in kind:
        tried = (_files(part, folder + stem, suffix, present) for suffix in suffixes)
        files = next(filter(None, tried), ())
        if not files:
            return ()
        found += files
    return found


def _files(part: str, stem: str, suffix: str, present: Set[str]) -> Parts:
    """The file of a part in a variant, or two; nothing where it is not there.

    A decoder that is not merged is two, with and without what it keeps of the text so far. In half
    precision these are taken before a merged one: of the Hub's, ONNX Runtime refuses the branches
    ("Subgraph output is an outer scope value", https://github.com/curiosity-ai/florence2-sharp
    issue 2).
    """
    path = f"{stem}{suffix}.onnx"
    merged = ((part, path),) if path in present else ()
    if not stem.endswith(_MERGED) or (merged and suffix not in _HALF):
        return merged
    place = stem.removesuffix(_MERGED)
    first, later = (f"{place}{name}{suffix}.onnx" for name in (_UNMERGED, _LATER))
    if {first, later} <= present:
        return ((part, first), (WITH_PAST, later))
    return merged or (((part, first),) if first in present else ())
