"""The networks that pick answers to a question from those that they were trained on."""

from __future__ import annotations

ANSWERS = "visual-question-answering"
"""Their task."""

ANSWER_SCORES = "answer-scores"
"""Name of the pipeline that runs them."""

ANSWER_MODELS = frozenset({"ViltForQuestionAnswering"})
"""By the names that stand in `config.json`."""

MOST_WORDS = 40
"""Tokens of a question that ViLT reads, where `config.json` does not say."""

USUAL_QUESTION = "What is in the picture?"
"""What networks that only answer questions are asked where a person asks nothing."""
