"""`zero-shot-image-classification`: how well each of the typed labels suits the picture.

The sentence around a label, softmax and sigmoid are those of transformers' pipeline.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ailab.services.inference.label_feeds import LabelBatch
from ailab.services.inference.network import check_finite
from ailab.services.inference.pipelines.asked_by_labels import AskedByLabels, LabelQuestion
from ailab.services.inference.predictions import Classification
from ailab.services.inference.tasks.decoding import output, unexpected
from ailab.services.inference.tasks.image_classification import decode_class_scores

if TYPE_CHECKING:
    import numpy.typing as npt

    from ailab.services.inference.network import Tensors
    from ailab.services.inference.pipelines.asked_by_labels import Answers

_SCORES = "logits_per_image"


class LabelScoresPipeline(AskedByLabels):
    """Networks such as CLIP and SigLIP, picture and words in one graph: `logits_per_image`."""

    def finish(self, answer: tuple[LabelQuestion, Answers]) -> Classification:
        """See `Pipeline.finish`."""
        question, outputs = answer
        scores = [
            _scores(each, batch) for each, batch in zip(outputs, question.batches, strict=True)
        ]
        together = {"logits": np.concatenate(scores)[None]}
        return decode_class_scores(together, self._decoding(question))


def _scores(outputs: Tensors, batch: LabelBatch) -> npt.NDArray[np.float32]:
    """One score per label of a batch, of the output `logits_per_image`."""
    if _SCORES not in outputs:
        raise unexpected(outputs, "logits_per_image")
    check_finite({_SCORES: outputs[_SCORES]})
    scores = output({_SCORES: outputs[_SCORES]}, _SCORES, 1)
    if scores.size < batch.count:
        raise unexpected(outputs, "one score per label")
    return scores[: batch.count]
