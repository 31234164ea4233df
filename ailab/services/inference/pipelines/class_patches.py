"""`image-segmentation` with EoMT's semantic networks, which see the picture in square pieces."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from ailab.services.inference.inference_errors import ModelFileError
from ailab.services.inference.network import Network, check_finite
from ailab.services.inference.picture_input import picture_input
from ailab.services.inference.pipelines.piece_scores import PieceScores
from ailab.services.inference.preprocess import preprocess
from ailab.services.inference.prompt import Prompt
from ailab.services.inference.tasks.decoding import Decoding
from ailab.services.inference.tasks.image_segmentation import label_map_of

if TYPE_CHECKING:
    import numpy.typing as npt

    from ailab.services.inference.model_description import ModelDescription
    from ailab.services.inference.network import Tensors
    from ailab.services.inference.placement import Placement
    from ailab.services.inference.predictions import Segmentation


@dataclass(frozen=True, slots=True)
class _Pieces:
    """A resized picture in pieces.

    Attributes:
        feeds: what the network is run on, for each.
        starts: where each begins along the picture's longer side.
        placement: of the picture in the resized one.
    """

    feeds: Sequence[Tensors]
    starts: list[int]
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
        return _Pieces(feeds, starts, placement)

    def run(self, prepared: _Pieces) -> tuple[_Pieces, list[dict[str, npt.NDArray[Any]]]]:
        """See `Pipeline.run`; each piece is a run of the network of its own."""
        return prepared, [self._network.run(feeds) for feeds in prepared.feeds]

    def finish(self, answer: tuple[_Pieces, list[dict[str, npt.NDArray[Any]]]]) -> Segmentation:
        """See `Pipeline.finish`."""
        pieces, outputs = answer
        for each in outputs:
            check_finite(each)
        place = pieces.placement
        settings = replace(self._description.decoder, activation="none")
        decoding = Decoding(self._description.labels, settings, place)
        scores = PieceScores(outputs, pieces.starts, self._side, place)
        return label_map_of(scores, decoding)


def _starts(length: int, side: int) -> list[int]:
    """Where the pieces of a side begin."""
    count = -(-length // side)
    overlap = (count * side - length) / (count - 1) if count > 1 else 0
    return [int(index * (side - overlap)) for index in range(count)]
