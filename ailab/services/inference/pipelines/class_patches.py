"""`image-segmentation` with EoMT's semantic networks, which see the picture in square pieces."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from ailab.services.inference.inference_errors import ModelFileError
from ailab.services.inference.network import Network, check_finite
from ailab.services.inference.picture_input import picture_input
from ailab.services.inference.preprocess import preprocess
from ailab.services.inference.prompt import Prompt
from ailab.services.inference.tasks.decoding import Decoding, sigmoid, softmax, unexpected
from ailab.services.inference.tasks.image_segmentation import decode_label_map
from ailab.services.inference.tasks.kept_queries import query_outputs
from ailab.services.inference.tasks.map_sampling import enlarged

if TYPE_CHECKING:
    import numpy.typing as npt

    from ailab.services.inference.model_description import ModelDescription
    from ailab.services.inference.network import Tensors
    from ailab.services.inference.placement import Placement
    from ailab.services.inference.predictions import Segmentation
    from ailab.services.inference.tasks.decoding import Floats

_ROWS = 64


@dataclass(frozen=True, slots=True)
class _Pieces:
    """A resized picture in pieces.

    Attributes:
        feeds: what the network is run on, for each.
        starts: where each begins along the picture's longer side.
        is_upright: True where that is its height.
        placement: of the picture in the resized one.
    """

    feeds: Sequence[Tensors]
    starts: list[int]
    is_upright: bool
    placement: Placement


class ClassPatchesPipeline:
    """Runs a network on overlapping squares, whose classes' scores are averaged where they overlap.

    As transformers' EoMT image processor does it (`do_split_image`, `_split_image`,
    `merge_image_patches`, `post_process_semantic_segmentation`).

    Args:
        network: has the part `model`; gives `class_queries_logits` and `masks_queries_logits`.
        description: how pictures go in, with `piece`.

    Raises:
        ModelFileError: the description does not suit the network.
    """

    def __init__(self, network: Network, description: ModelDescription) -> None:
        side = description.preprocessing.piece
        if side is None:
            raise ModelFileError(
                "The model's preprocessor_config.json tells no size of what the network sees.",
                "Download the model again, or choose another one.",
            )
        self._network = network
        self._description = description
        self._side = side
        specs = network.inputs()
        fixed = replace(description.preprocessing, pad_to=(side, side))  # a piece, to be checked
        self._picture = picture_input(specs, fixed)

    def prepare(self, pixels: npt.NDArray[np.uint8], _prompt: Prompt) -> _Pieces:
        """See `Pipeline.prepare`."""
        tensor, placement = preprocess(pixels, self._description.preprocessing)
        height, width = tensor.shape[2:]
        is_upright = height > width
        starts = _starts(max(height, width), self._side)
        pieces = [
            tensor[:, :, start : start + self._side]
            if is_upright
            else tensor[..., start : start + self._side]
            for start in starts
        ]
        feeds = [self._picture.feeds(np.ascontiguousarray(each), placement) for each in pieces]
        return _Pieces(feeds, starts, is_upright, placement)

    def run(self, prepared: _Pieces) -> tuple[_Pieces, list[dict[str, npt.NDArray[Any]]]]:
        """See `Pipeline.run`; each piece is a run of the network of its own."""
        return prepared, [self._network.run(feeds) for feeds in prepared.feeds]

    def finish(self, answer: tuple[_Pieces, list[dict[str, npt.NDArray[Any]]]]) -> Segmentation:
        """See `Pipeline.finish`."""
        pieces, outputs = answer
        place = pieces.placement
        total: Floats | None = None
        counts = np.zeros((place.input_height, place.input_width), np.float32)
        for start, each in zip(pieces.starts, outputs, strict=True):
            check_finite(each)
            scores = self._class_scores(each)
            if total is None:
                total = np.zeros((len(scores), *counts.shape), np.float32)
            part = slice(start, start + self._side)
            rows, columns = (part, slice(None)) if pieces.is_upright else (slice(None), part)
            shape = counts[rows, columns].shape
            total[:, rows, columns] += scores[:, : shape[0], : shape[1]]
            counts[rows, columns] += 1
        if total is None:
            raise ValueError("a picture has pieces")
        total /= np.maximum(counts, 1)
        settings = replace(self._description.decoder, activation="none")
        decoding = Decoding(self._description.labels, settings, place)
        return decode_label_map({"logits": total[None]}, decoding)

    def _class_scores(self, outputs: Tensors) -> Floats:
        """How much each class claims each pixel of a piece, shape (classes, side, side)."""
        logits, masks = query_outputs(outputs)
        if logits.shape[1] < 2:
            raise unexpected(outputs, "scores of one class and of none at least")
        of_queries = softmax(logits)[:, :-1]
        large = enlarged(np.ascontiguousarray(np.moveaxis(masks, 0, -1)), self._side, self._side)
        scores = np.empty((of_queries.shape[1], self._side, self._side), np.float32)
        for top in range(0, self._side, _ROWS):
            claimed = sigmoid(large[top : top + _ROWS]) @ of_queries
            scores[:, top : top + _ROWS] = np.moveaxis(claimed, -1, 0)
        return scores


def _starts(length: int, side: int) -> list[int]:
    """Where the pieces of a side begin."""
    count = -(-length // side)
    overlap = (count * side - length) / (count - 1) if count > 1 else 0
    return [int(index * (side - overlap)) for index in range(count)]
