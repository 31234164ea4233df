"""`mask-generation` by typed labels: SAM 3 finds the things of each name, one by one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from ailab.services.inference.inference_errors import ModelFileError
from ailab.services.inference.label_feeds import LabelFeeds, asked_labels, shown_labels
from ailab.services.inference.masks import MOST_MASKS, Masks
from ailab.services.inference.network import FIND, READ, SEE, Network, check_finite
from ailab.services.inference.pipelines.last_picture import LastPicture, Sight
from ailab.services.inference.prompt import Prompt
from ailab.services.inference.tasks.decoding import sigmoid, unexpected
from ailab.services.inference.tasks.detected_boxes import MIN_SCORE
from ailab.services.inference.tasks.mask_candidate import MaskCandidate
from ailab.services.inference.tasks.mask_sampling import mask_sampling

if TYPE_CHECKING:
    import numpy.typing as npt

    from ailab.services.inference.model_description import ModelDescription
    from ailab.services.inference.network import Tensors
    from ailab.services.inference.placement import Placement

_MASK = "attention_mask"
_INSIDE = 0.5


@dataclass(frozen=True, slots=True, eq=False)
class Named:
    """A picture, and the names of what is looked for in it."""

    sight: Sight
    labels: tuple[str, ...]
    words: Tensors


@dataclass(frozen=True, slots=True, eq=False)
class ThingsFound:
    """The masks of all names at the network's resolution, by descending score."""

    placement: Placement
    candidates: tuple[MaskCandidate, ...]


class LabelThingsPipeline:
    """Each label is looked for by itself, and what is found for all of them is one answer.

    A thing that two labels name is found for both. What was seen of the last picture and read of
    the last labels is kept.

    Args:
        network: has the parts `see`, `read` and `find`.
        description: how pictures and labels go in.

    Raises:
        ModelFileError: the description does not suit the network, or there is no tokenizer.
    """

    def __init__(self, network: Network, description: ModelDescription) -> None:
        if not all(map(network.has, (SEE, READ, FIND))):
            raise ModelFileError(
                "The model finds what is named, but not in the parts that ailab runs.",
                "Choose a copy with safetensors.",
            )
        self._network = network
        self._words = LabelFeeds(network.inputs(READ), description)
        self._picture = LastPicture(network, SEE, description.preprocessing)
        self._read: tuple[tuple[str, ...], Tensors] = ((), {})

    def prepare(self, pixels: npt.NDArray[np.uint8], prompt: Prompt) -> Named:
        """See `Pipeline.prepare`."""
        labels = asked_labels(prompt)
        (batch,) = self._words.batches(labels)
        return Named(self._picture.ready(pixels), labels, batch.feeds)

    def run(self, prepared: Named) -> ThingsFound:
        """See `Pipeline.run`."""
        seen = self._picture.seen(prepared.sight)
        read = self._words_of(prepared)
        candidates: list[MaskCandidate] = []
        for number, label in enumerate(shown_labels(prepared.labels)):
            one = {name: values[number : number + 1] for name, values in read.items()}
            candidates += _things(self._network.run({**seen, **one}, FIND), label)
            candidates.sort(key=lambda each: -each.score)
            del candidates[MOST_MASKS:]
        return ThingsFound(prepared.sight.placement, tuple(candidates))

    def finish(self, answer: ThingsFound) -> Masks:
        """See `Pipeline.finish`."""
        if not answer.candidates:
            return Masks(answer.placement.width, answer.placement.height, ())
        height, width = answer.candidates[0].values.shape
        sampling = mask_sampling(answer.placement, (height, width), is_direct=True)
        masks = (each.mask(sampling) for each in answer.candidates)
        found = tuple(mask for mask in masks if mask is not None)
        return Masks(sampling.width, sampling.height, found)

    def _words_of(self, prepared: Named) -> Tensors:
        labels, read = self._read
        if labels != prepared.labels:
            read = self._network.run(prepared.words, READ)
            check_finite(read)
            read = {**read, _MASK: prepared.words[_MASK]}
            self._read = prepared.labels, read
        return read


def _things(outputs: Tensors, label: str) -> list[MaskCandidate]:
    """What was found for one label, from 5 % on.

    As `post_process_instance_segmentation` of transformers' `Sam3ImageProcessor`: a thing's score
    is the network's for it times that for there being such things at all; its mask is where its
    probability, interpolated to the picture, is above one half. Boxes are those around the masks,
    not the network's own.
    """
    logits, masks = outputs.get("pred_logits"), outputs.get("pred_masks")
    presence = outputs.get("presence_logits")
    if (
        logits is None
        or masks is None
        or logits.ndim != 2
        or masks.ndim != 4
        or logits.shape != masks.shape[:2]
        or len(logits) != 1
    ):
        raise unexpected(outputs, "a mask and a score for each thing")
    check_finite(outputs)
    scores = sigmoid(_floats(logits[0]))
    if presence is not None:
        scores = scores * sigmoid(_floats(presence.reshape(-1)[:1]))
    return [
        MaskCandidate(float(scores[index]), sigmoid(_floats(masks[0, index])) - _INSIDE, label)
        for index in np.flatnonzero(scores > MIN_SCORE)
    ]


def _floats(values: npt.NDArray[Any]) -> npt.NDArray[np.float32]:
    return values.astype(np.float32, copy=False)
