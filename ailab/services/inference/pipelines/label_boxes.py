"""`zero-shot-object-detection` with OWL-ViT and OWLv2: each label is a query of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from ailab.services.inference.label_feeds import LabelBatch
from ailab.services.inference.pipelines.asked_by_labels import AskedByLabels, LabelQuestion
from ailab.services.inference.predictions import Detections
from ailab.services.inference.tasks.decoding import unexpected
from ailab.services.inference.tasks.zero_shot_detection import decode_label_boxes

if TYPE_CHECKING:
    import numpy.typing as npt

    from ailab.services.inference.network import Tensors
    from ailab.services.inference.pipelines.asked_by_labels import Answers


class LabelBoxesPipeline(AskedByLabels):
    """Networks that score each box for each label: they give `logits` and `pred_boxes`."""

    def finish(self, answer: tuple[LabelQuestion, Answers]) -> Detections:
        """See `Pipeline.finish`."""
        question, answers = answer
        outputs = dict(answers[0])
        if len(answers) > 1:  # the boxes are the picture's own, whatever is looked for
            logits = [
                _logits(each, batch) for each, batch in zip(answers, question.batches, strict=True)
            ]
            outputs["logits"] = np.concatenate(logits, axis=-1)
        return decode_label_boxes(outputs, self._decoding(question))


def _logits(outputs: Tensors, batch: LabelBatch) -> npt.NDArray[Any]:
    logits = outputs.get("logits")
    if logits is None or logits.ndim != 3 or logits.shape[2] < batch.count:
        raise unexpected(outputs, "one score per box and label")
    return logits[..., : batch.count]
