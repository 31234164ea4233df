"""What is asked of a model that does nothing but answer, where a person asks nothing."""

from __future__ import annotations

from ailab.services.inference.answer_models import ANSWER_SCORES, USUAL_QUESTION
from ailab.services.inference.model_description import ModelDescription
from ailab.services.inference.writing_models import BLIP_VQA


def usual_question(description: ModelDescription) -> str:
    """The question; empty for models that do something else without one, as captioning is."""
    question = description.question
    writes = question is not None and question.form == BLIP_VQA
    return USUAL_QUESTION if writes or description.decoder.name == ANSWER_SCORES else ""
