"""SAM and SAM 2 as two bare `.onnx` files, an encoder and a decoder that asks for points.

The graphs tell what they are, by what they take and give; the two are found by their names.
Sources: `SamOnnxModel` of facebookresearch/segment-anything (`segment_anything/utils/onnx.py`),
whose decoder MobileSAM's and most others' exports have, and vietanhdev/samexporter for the
encoders and for SAM 2.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from ailab.services.architecture.local_outline import read_local_outline
from ailab.services.architecture.network_outline import NetworkOutline
from ailab.services.inference.model_description import DecoderSettings, ModelDescription
from ailab.services.inference.network import DECODER, VISION
from ailab.services.inference.output_shape import Shape, lengths
from ailab.services.inference.preprocessing import Preprocessing
from ailab.services.inference.preprocessor_config import parse_preprocessor_config
from ailab.services.inference.zero_shot_heads import MASK

POINTS, POINT_LABELS = "point_coords", "point_labels"
EARLIER_MASK, HAS_EARLIER_MASK = "mask_input", "has_mask_input"
PICTURE_SIZE = "orig_im_size"
SEEN, FINE, FINEST = "image_embed", "high_res_feats_1", "high_res_feats_0"
MASKS, SMALL_MASKS, SCORES = "masks", "low_res_masks", "iou_predictions"

_ASKED = {POINTS, POINT_LABELS, EARLIER_MASK, HAS_EARLIER_MASK}
_SEEN_BY_SAM = "image_embeddings"
_OF_SAM = {_SEEN_BY_SAM, *_ASKED, PICTURE_SIZE}, {SMALL_MASKS, SCORES}
_OF_SAM_2 = {SEEN, FINE, FINEST, *_ASKED}, {MASKS, SCORES}
_ENCODERS = ("vision_encoder", "image_encoder", "encoder")
_DECODERS = ("prompt_encoder_mask_decoder", "mask_decoder", "decoder")
_QUANTIZED = re.compile(r"[._-](quant(ized)?|u?int8|fp16)$", re.IGNORECASE)
_PATCH = 16
"""Pixels of a side of what SAM sees as one; its input has as many times more than what it saw."""

_PREPARED = (
    "Nothing in these files says how a picture goes in: it is prepared as {whose} authors do it. "
    "Look whether the masks fit."
)


@dataclass(frozen=True, slots=True)
class PromptedPair:
    """Two files that make masks together.

    Attributes:
        encoder: sees the picture.
        decoder: makes masks of points.
        preprocessing: how pictures go in.
        note: what a person should know.
    """

    encoder: Path
    decoder: Path
    preprocessing: Preprocessing
    note: str

    def description(self) -> ModelDescription:
        """What a configuration would say of them."""
        return ModelDescription(
            self.encoder,
            MASK,
            (),
            self.preprocessing,
            DecoderSettings("masks"),
            0.5,
            parts=((VISION, self.encoder), (DECODER, self.decoder)),
            note=self.note,
        )


def prompted_pair(weights: Path) -> PromptedPair | None:
    """The pair that a file belongs to, be it the encoder or the decoder; None where it is of none.

    Args:
        weights: an `.onnx` file without a configuration.
    """
    is_decoder = any(word in weights.name.lower() for word in _DECODERS)
    for other in _partners(weights, is_decoder=is_decoder):
        encoder, decoder = (other, weights) if is_decoder else (weights, other)
        try:
            sees, makes = read_local_outline(encoder), read_local_outline(decoder)
        except (OSError, ValueError):
            continue
        prepared = _preparation(sees, makes)
        if prepared is not None:
            return PromptedPair(encoder, decoder, *prepared)
    return None


def is_mask_decoder(outline: NetworkOutline) -> bool:
    """True for the one of such a pair that makes masks."""
    taken = {port.name for port in outline.inputs}
    return taken in (_OF_SAM[0], _OF_SAM_2[0])


def is_mask_encoder(outline: NetworkOutline) -> bool:
    """True for the one of such a pair that sees the picture."""
    if len(outline.inputs) != 1:
        return False
    given = {port.name: lengths(port) for port in outline.outputs}
    of_sam = given.keys() == {_SEEN_BY_SAM} and len(given[_SEEN_BY_SAM]) == 4
    return of_sam or given.keys() >= {SEEN, FINE, FINEST}


def _partners(weights: Path, *, is_decoder: bool) -> Iterator[Path]:
    """The files beside it that its name leads to, those of its own precision first."""
    own, others = (_DECODERS, _ENCODERS) if is_decoder else (_ENCODERS, _DECODERS)
    stem = weights.stem
    word = next((each for each in own if each in stem.lower()), None)
    if word is None:
        return
    start = stem.lower().rfind(word)
    before, after = stem[:start], stem[start + len(word) :]
    for ending in dict.fromkeys((after, _QUANTIZED.sub("", after))):
        for other in others:
            path = weights.with_name(f"{before}{other}{ending}{weights.suffix}")
            if path.is_file():
                yield path


def _preparation(sees: NetworkOutline, makes: NetworkOutline) -> tuple[Preprocessing, str] | None:
    """How pictures go in, and what is told of that; None for other networks."""
    taken = {port.name: lengths(port) for port in makes.inputs}
    given = {port.name for port in makes.outputs}
    if len(sees.inputs) != 1:
        return None
    picture = lengths(sees.inputs[0])
    if taken.keys() == _OF_SAM[0] and given >= _OF_SAM[1] and len(sees.outputs) == 1:
        return _of_sam(picture, taken[_SEEN_BY_SAM])
    are_seen = {port.name for port in sees.outputs} >= {SEEN, FINE, FINEST}
    if taken.keys() == _OF_SAM_2[0] and given >= _OF_SAM_2[1] and are_seen:
        return _of_sam_2(_side(picture))
    return None


def _of_sam(picture: Shape, seen: Shape) -> tuple[Preprocessing, str] | None:
    # An encoder that fills up and normalises by itself takes height × width × 3, of any size.
    fills_up = len(picture) == 3 and picture[2] == 3
    side = (seen[3] or 0) * _PATCH if fills_up and len(seen) == 4 else _side(picture)
    if not side:
        return None
    how = parse_preprocessor_config(
        {
            "image_processor_type": "SamImageProcessor",
            "size": {"longest_edge": side},
            "pad_size": {"height": side, "width": side},
            "do_rescale": not fills_up,
            "do_normalize": not fills_up,
        },
        {},
    )
    how = replace(how, is_channels_last=fills_up, is_cut_out=fills_up)
    return how, _PREPARED.format(whose="SAM's")


def _of_sam_2(side: int) -> tuple[Preprocessing, str] | None:
    if not side:
        return None
    size = {"height": side, "width": side}
    how = {"image_processor_type": "Sam2ImageProcessor", "size": size}
    return parse_preprocessor_config(how, {}), _PREPARED.format(whose="SAM 2's")


def _side(picture: Shape) -> int:
    """The side of a square that is fixed, colours first; 0 for another input."""
    is_square = len(picture) == 4 and picture[1] == 3 and picture[2] == picture[3]
    return (picture[2] or 0) if is_square else 0
