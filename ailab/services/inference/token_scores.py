"""Which tokens may come next: the rules of `generation_config.json`, applied to their scores.

Source: transformers' `generation/logits_process.py`, the processors of these names, in the order
in which `generate` applies them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

import numpy as np

if TYPE_CHECKING:
    import numpy.typing as npt

    from ailab.services.inference.generation_settings import GenerationSettings

    Scores: TypeAlias = npt.NDArray[np.float32]
    Tokens: TypeAlias = npt.NDArray[np.int64]

_NEVER = -np.inf


def ruled_scores(scores: Scores, tokens: Tokens, rules: GenerationSettings) -> Scores:
    """The scores of the next token after each of several beginnings.

    Args:
        scores: shape (beginnings, vocabulary); changed in place.
        tokens: shape (beginnings, length): what was written so far.
        rules: what is asked.
    """
    length = tokens.shape[1]
    ends = _known(rules.ends, scores)
    if rules.repetition_penalty != 1.0:
        _penalise(scores, tokens, rules.repetition_penalty)
    if 0 < rules.no_repeat_ngram_size <= length:
        _forbid_repeats(scores, tokens, rules.no_repeat_ngram_size)
    for words in rules.bad_words:
        if len(words) > 1 or words[0] not in rules.ends:
            _forbid(scores, tokens, words)
    if length < rules.min_length:
        scores[:, ends] = _NEVER
    if rules.forced_first is not None and length == 1:
        _force(scores, _known((rules.forced_first,), scores))
    if rules.forced_last and length == rules.max_length - 1:
        _force(scores, _known(rules.forced_last, scores))
    scores[:, _known(rules.suppressed, scores)] = _NEVER
    # Where the first token is forced, the next one is the first that is free.
    begun = len(rules.start)
    if length == (begun + 1 if rules.forced_first is not None and begun == 1 else begun):
        scores[:, _known(rules.suppressed_first, scores)] = _NEVER
    return scores


def log_softmax(logits: Scores) -> Scores:
    """Logarithms of probabilities along the last axis."""
    shifted: Scores = logits - logits.max(axis=-1, keepdims=True)
    shifted -= np.log(np.exp(shifted).sum(axis=-1, keepdims=True))
    return shifted


def _known(listed: tuple[int, ...], scores: Scores) -> list[int]:
    """Those tokens that the network has."""
    return [token for token in listed if token < scores.shape[1]]


def _penalise(scores: Scores, tokens: Tokens, penalty: float) -> None:
    for row, written in zip(scores, tokens, strict=True):
        seen = np.unique(written[written < scores.shape[1]])
        row[seen] = np.where(row[seen] < 0, row[seen] * penalty, row[seen] / penalty)


def _forbid_repeats(scores: Scores, tokens: Tokens, size: int) -> None:
    windows = np.lib.stride_tricks.sliding_window_view(tokens, size, axis=1)
    for row, written, groups in zip(scores, tokens, windows, strict=True):
        same = (groups[:, :-1] == written[len(written) - size + 1 :]).all(axis=1)
        row[groups[same, -1]] = _NEVER


def _forbid(scores: Scores, tokens: Tokens, words: tuple[int, ...]) -> None:
    *before, last = words
    if last >= scores.shape[1] or len(before) > tokens.shape[1]:
        return
    ending = tokens[:, tokens.shape[1] - len(before) :]
    scores[(ending == np.asarray(before, np.int64)).all(axis=1), last] = _NEVER


def _force(scores: Scores, forced: list[int]) -> None:
    scores[:] = _NEVER
    scores[:, forced] = 0
