"""`image-segmentation` with CLIPSeg: each of the typed labels has a map of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from ailab.services.inference.label_feeds import LabelBatch
from ailab.services.inference.network import check_finite
from ailab.services.inference.pipelines.asked_by_labels import AskedByLabels, LabelQuestion
from ailab.services.inference.tasks.decoding import unexpected
from ailab.services.inference.tasks.zero_shot_segmentation import decode_label_masks

if TYPE_CHECKING:
    import numpy.typing as npt

    from ailab.services.inference.network import Tensors
    from ailab.services.inference.pipelines.asked_by_labels import Answers
    from ailab.services.inference.predictions import Segmentation


class LabelMasksPipeline(AskedByLabels):
    """Networks that map where each label is seen: they give `logits` of shape (labels, h, w)."""

    def finish(self, answer: tuple[LabelQuestion, Answers]) -> Segmentation:
        """See `Pipeline.finish`."""
        question, answers = answer
        maps = [_maps(each, batch) for each, batch in zip(answers, question.batches, strict=True)]
        return decode_label_masks(np.concatenate(maps), self._decoding(question))


def _maps(outputs: Tensors, batch: LabelBatch) -> npt.NDArray[Any]:
    """The maps of a batch; one that stands alone may come without its axis of labels."""
    logits = outputs.get("logits")
    if logits is None or logits.ndim not in {2, 3}:
        raise unexpected(outputs, "one map per label")
    check_finite({"logits": logits})
    maps = logits.reshape(-1, *logits.shape[-2:])
    if len(maps) < batch.count:
        raise unexpected(outputs, "one map per label")
    return maps[: batch.count]
