"""`mask-generation`: masks of what is shown by points and boxes, or of everything."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from ailab.services.inference.inference_errors import ModelFileError
from ailab.services.inference.masks import MOST_MASKS, Masks
from ailab.services.inference.network import VISION, Network
from ailab.services.inference.pipeline import tell_nobody
from ailab.services.inference.pipelines.last_picture import LastPicture, Sight
from ailab.services.inference.pipelines.mask_decoder import DECODER, MaskDecoder
from ailab.services.inference.pipelines.mask_prompts import GRID_POINTS, grid, shown_things
from ailab.services.inference.pipelines.point_mask_decoder import PointMaskDecoder
from ailab.services.inference.predictions import Prediction
from ailab.services.inference.preprocessing import Resize
from ailab.services.inference.prompt import Prompt
from ailab.services.inference.prompted_pair import POINTS as POINT_COORDS
from ailab.services.inference.tasks.detected_boxes import best_apart
from ailab.services.inference.tasks.mask_candidate import MaskCandidate
from ailab.services.inference.tasks.mask_sampling import MaskSampling, mask_sampling

if TYPE_CHECKING:
    import numpy.typing as npt

    from ailab.services.inference.model_description import ModelDescription
    from ailab.services.inference.network import Tensors
    from ailab.services.inference.pipeline import Tell
    from ailab.services.inference.placement import Placement
    from ailab.services.inference.tasks.decoding import Floats

# The defaults of transformers' `MaskGenerationPipeline`.
_MIN_SCORE = 0.88
_MIN_STABILITY = 0.95
_STABILITY_OFFSET = 1.0
_MAX_OVERLAP = 0.7


@dataclass(frozen=True, slots=True, eq=False)
class Asked:
    """A picture, and what is asked about it."""

    sight: Sight
    prompt: Prompt


@dataclass(frozen=True, slots=True, eq=False)
class Found:
    """Masks at the network's resolution, by descending score."""

    placement: Placement
    candidates: tuple[MaskCandidate, ...]


class MaskGenerationPipeline:
    """SAM and its kin: a picture is seen once, and each prompt makes masks of what was seen.

    With one thing shown (points, or a box and the points with it), all of the decoder's masks are
    given, which are usually a whole, a part and a part of that; with several boxes the best one
    for each. With nothing shown, everything is: a grid of points, of whose masks those are kept
    that transformers' `MaskGenerationPipeline` keeps.

    What was seen of the last picture is kept, so that another prompt for it takes only the
    decoder.

    Args:
        network: has the parts `vision` and `decoder`.
        description: how pictures go in.

    Raises:
        ModelFileError: the description does not suit the network.
    """

    def __init__(self, network: Network, description: ModelDescription) -> None:
        if not (network.has(VISION) and network.has(DECODER)):
            raise ModelFileError(
                "The model makes masks, but not in the two parts that ailab runs: one that sees "
                "the picture and one that makes masks of a prompt.",
                "Choose a copy with vision_encoder.onnx and prompt_encoder_mask_decoder.onnx, or "
                "with safetensors.",
            )
        self._network = network
        self._picture = LastPicture(network, VISION, description.preprocessing)
        is_of_points = any(spec.name == POINT_COORDS for spec in network.inputs(DECODER))
        self._decoder = PointMaskDecoder(network) if is_of_points else MaskDecoder(network)
        # SAM 2 and later stretch pictures to their input, SAM fills it up.
        self._is_direct = description.preprocessing.resize is Resize.STRETCH

    def prepare(self, pixels: npt.NDArray[np.uint8], prompt: Prompt) -> Asked:
        """See `Pipeline.prepare`."""
        return Asked(self._picture.ready(pixels), prompt)

    def run(self, prepared: Asked) -> Found:
        """See `Pipeline.run`."""
        return self.run_telling(prepared, tell_nobody)

    def run_telling(self, prepared: Asked, tell: Tell) -> Found:
        """See `SteadyPipeline.run_telling`; told of are the points, where everything is found."""
        seen, placement = self._picture.seen(prepared.sight), prepared.sight.placement
        if prepared.prompt.shows:
            candidates = self._of_prompt(prepared.prompt, seen, placement)
        else:
            candidates = self._of_everything(seen, placement, tell)
        candidates.sort(key=lambda each: -each.score)
        return Found(placement, tuple(candidates[:MOST_MASKS]))

    def finish(self, answer: Found) -> Prediction:
        """See `Pipeline.finish`."""
        if not answer.candidates:
            return Masks(answer.placement.width, answer.placement.height, ())
        sampling = self._sampling(answer.placement, answer.candidates[0].values)
        masks = (each.mask(sampling) for each in answer.candidates)
        found = tuple(mask for mask in masks if mask is not None)
        return Masks(sampling.width, sampling.height, found)

    def _sampling(self, placement: Placement, logits: Floats) -> MaskSampling:
        height, width = logits.shape[-2:]
        return mask_sampling(placement, (height, width), is_direct=self._is_direct)

    def _of_prompt(
        self, prompt: Prompt, seen: Tensors, placement: Placement
    ) -> list[MaskCandidate]:
        candidates = []
        for shown in shown_things(prompt, placement, self._decoder.things_at_once):
            scores, masks = self._decoder.masks(seen, shown)
            if len(prompt.boxes) > 1:
                best = scores.argmax(axis=1)[:, None]
                scores = np.take_along_axis(scores, best, axis=1)
                masks = np.take_along_axis(masks, best[..., None, None], axis=1)
            candidates += [
                MaskCandidate(float(score), logits)
                for score, logits in zip(
                    scores.reshape(-1), masks.reshape(-1, *masks.shape[2:]), strict=True
                )
            ]
        return candidates

    def _of_everything(
        self, seen: Tensors, placement: Placement, tell: Tell
    ) -> list[MaskCandidate]:
        """The masks that are sure, stable, and not all but the same as a surer one."""
        candidates: list[MaskCandidate] = []
        boxes: list[npt.NDArray[np.intp]] = []
        done = 0
        tell(done, GRID_POINTS)
        for shown in grid(placement, self._decoder.things_at_once):
            scores, masks = self._decoder.masks(seen, shown)
            sampling = self._sampling(placement, masks)
            for place in zip(*np.nonzero(scores > _MIN_SCORE), strict=True):
                stability, box = sampling.stability(masks[place], _STABILITY_OFFSET)
                if stability > _MIN_STABILITY:
                    candidates.append(MaskCandidate(float(scores[place]), masks[place].copy()))
                    boxes.append(box)
            done += len(shown.points)
            tell(done, GRID_POINTS)
        if not candidates:
            return []
        kept = best_apart(
            np.array(boxes, np.float32),
            np.array([each.score for each in candidates], np.float32),
            np.zeros(len(candidates), np.intp),
            _MAX_OVERLAP,
        )
        return [candidates[index] for index in kept]
