"""`zero-shot-image-classification` by vectors: each label's is compared with the picture's.

What comes of it is softmax of the cosines, 100 times: see `dual_encoder.py`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from ailab.services.inference.dual_encoder import SCALE
from ailab.services.inference.network import MODEL, WORDS, Network, check_finite
from ailab.services.inference.pipelines.asked_by_labels import AskedByLabels, LabelQuestion
from ailab.services.inference.predictions import Classification
from ailab.services.inference.tasks.decoding import unexpected
from ailab.services.inference.tasks.image_classification import decode_class_scores

if TYPE_CHECKING:
    import numpy.typing as npt

    from ailab.services.inference.label_feeds import LabelBatch
    from ailab.services.inference.model_description import ModelDescription
    from ailab.services.inference.network import Tensors

    Vectors = npt.NDArray[np.float32]

# By CLIP, Jina's CLIP and SigLIP.
_OF_PICTURE = ("image_embeds", "l2norm_image_embeddings", "image_embeddings", "pooler_output")
_OF_WORDS = ("text_embeds", "l2norm_text_embeddings", "text_embeddings", "pooler_output")


class LabelVectorsPipeline(AskedByLabels):
    """Networks of two parts, one that sees and one that reads, or of one that gives both vectors.

    Labels are read once, and again only where they change.
    """

    def __init__(self, network: Network, description: ModelDescription) -> None:
        self._reads_apart = network.has(WORDS)
        super().__init__(network, description, reads=WORDS if self._reads_apart else MODEL)
        self._read: tuple[tuple[LabelBatch, ...], Vectors] | None = None

    def run(self, prepared: LabelQuestion) -> tuple[LabelQuestion, Any]:
        """See `Pipeline.run`."""
        if self._reads_apart:
            words = self._words_of(prepared)
            return prepared, [(self._network.run(prepared.picture), words)]
        question, outputs = super().run(prepared)
        return question, [
            (each, _vectors(each, _OF_WORDS)[: batch.count])
            for each, batch in zip(outputs, question.batches, strict=True)
        ]

    def finish(self, answer: tuple[LabelQuestion, Any]) -> Classification:
        """See `Pipeline.finish`."""
        question, found = answer
        scores = [_scores(outputs, words) for outputs, words in found]
        together = {"logits": np.concatenate(scores)[None]}
        return decode_class_scores(together, self._decoding(question))

    def _words_of(self, question: LabelQuestion) -> Vectors:
        """A vector for each label, of shape (labels, n)."""
        kept = self._read
        if kept is None or kept[0] is not question.batches:
            found = [
                _vectors(self._network.run(batch.feeds, WORDS), _OF_WORDS)[: batch.count]
                for batch in question.batches
            ]
            kept = self._read = question.batches, np.concatenate(found)
        return kept[1]


def _scores(outputs: Tensors, words: Vectors) -> Vectors:
    """One score per label.

    Raises:
        ModelFileError: there is no vector of the picture that could be compared with the labels'.
    """
    picture = _vectors(outputs, _OF_PICTURE)
    if picture.shape != (1, words.shape[1]):
        raise unexpected(outputs, f"a vector of {words.shape[1]} numbers, as labels have")
    scores: Vectors = np.float32(SCALE) * (words @ picture[0])
    return scores


def _vectors(outputs: Tensors, names: tuple[str, ...]) -> Vectors:
    """The output of vectors, of shape (count, n), each made one long."""
    alone = next(iter(outputs.values())) if len(outputs) == 1 else None
    found = next((outputs[name] for name in names if name in outputs), alone)
    if found is None or found.ndim != 2 or not found.size:
        raise unexpected(outputs, f"vectors, called {names[0]} or {names[-1]}")
    check_finite({names[0]: found})
    vectors = found.astype(np.float32, copy=False)
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    made: Vectors = vectors / np.maximum(lengths, np.finfo(np.float32).tiny)
    return made
