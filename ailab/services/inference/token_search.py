"""Writing token after token: the best one each time, or the best of several beginnings.

Source: `_sample` (without sampling) and `_beam_search` of transformers' `generation/utils.py`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, TypeAlias

import numpy as np

from ailab.services.inference.token_scores import log_softmax, ruled_scores

if TYPE_CHECKING:
    import numpy.typing as npt

    from ailab.services.inference.generation_settings import GenerationSettings
    from ailab.services.inference.pipeline import Tell
    from ailab.services.inference.token_scores import Scores, Tokens

NextScores: TypeAlias = "Callable[[Tokens, npt.NDArray[np.intp] | None], Scores]"
"""From what was written so far, shape (beginnings, length), and which of the beginnings of the
step before each of these goes on (None at first), to the logits of the next token, shape
(beginnings, vocabulary)."""

_NEVER = -1e9
"""What transformers takes for a score that cannot win; added to others, as it does."""


def written_tokens(
    next_scores: NextScores, rules: GenerationSettings, tell: Tell | None = None
) -> list[int]:
    """What a network writes, its first token and the one that ends it included.

    Args:
        next_scores: the network.
        rules: what is asked.
        tell: is told with each token how many were written, of how many at most; the tokens that
            the text begins with are not counted.
    """
    if tell is not None:
        next_scores = _telling(next_scores, rules, tell)
    if rules.num_beams == 1:
        return _greedy(next_scores, rules)
    return _BeamSearch(next_scores, rules).run()


def _telling(next_scores: NextScores, rules: GenerationSettings, tell: Tell) -> NextScores:
    start = len(rules.start)
    most = max(rules.max_length - start, 1)

    def scores_of(tokens: Tokens, order: npt.NDArray[np.intp] | None) -> Scores:
        scores = next_scores(tokens, order)
        tell(min(tokens.shape[1] + 1 - start, most), most)
        return scores

    return scores_of


def _greedy(next_scores: NextScores, rules: GenerationSettings) -> list[int]:
    tokens = np.array([rules.start], np.int64)
    order: npt.NDArray[np.intp] | None = None
    while tokens.shape[1] < rules.max_length:
        scores = ruled_scores(next_scores(tokens, order), tokens, rules)
        token = int(scores[0].argmax())
        tokens = np.append(tokens, [[token]], axis=1)
        if token in rules.ends:
            break
        order = np.zeros(1, np.intp)
    return [int(token) for token in tokens[0]]


class _BeamSearch:
    """One search; the names are those of the algorithm's source."""

    def __init__(self, next_scores: NextScores, rules: GenerationSettings) -> None:
        self._next_scores = next_scores
        self._rules = rules
        count = rules.num_beams
        self._running = np.tile(np.array(rules.start, np.int64), (count, 1))
        # Only the first counts at first: all of them are the same.
        self._running_scores = np.full(count, _NEVER, np.float32)
        self._running_scores[0] = 0
        self._finished: list[list[int]] = [[] for _ in range(count)]
        self._finished_scores = np.full(count, _NEVER, np.float32)
        self._is_finished = np.zeros(count, np.bool_)
        self._can_improve = True

    def run(self) -> list[int]:
        order: npt.NDArray[np.intp] | None = None
        while True:
            order, goes_on = self._step(order)
            if not goes_on:
                return self._finished[0] or [int(token) for token in self._running[0]]

    def _step(self, order: npt.NDArray[np.intp] | None) -> tuple[npt.NDArray[np.intp], bool]:
        rules, count = self._rules, self._rules.num_beams
        scores = log_softmax(self._next_scores(self._running, order))
        scores = ruled_scores(scores, self._running, rules) + self._running_scores[:, None]
        vocabulary = scores.shape[1]
        kept = min(max(2, 1 + len(rules.ends)) * count, scores.size)
        best = _top(scores.reshape(-1), kept)
        best_scores, origin, token = scores.reshape(-1)[best], best // vocabulary, best % vocabulary
        written = np.append(self._running[origin], token[:, None], axis=1)
        length = written.shape[1]
        ends = np.isin(token, rules.ends) | (length >= rules.max_length)
        going = best_scores + ends.astype(np.float32) * np.float32(_NEVER)
        following = _top(going, count)
        self._running, self._running_scores = written[following], going[following]
        self._finish(written, best_scores, ends)
        self._can_improve = self._can_improve and self._could_improve(length)
        is_full = self._is_finished.all() and rules.early_stopping is True
        return origin[following], bool(self._can_improve and not is_full and not ends.all())

    def _finish(self, written: Tokens, scores: Scores, ends: npt.NDArray[np.bool_]) -> None:
        """Keep the best of the texts that have ended."""
        rules, count = self._rules, self._rules.num_beams
        # Others than the best `count` are there only so that enough can go on.
        is_done = ends & (np.arange(len(ends)) < count)
        scores = scores / np.float32((written.shape[1] - len(rules.start)) ** rules.length_penalty)
        if (self._is_finished.all() and rules.early_stopping is True) or not self._can_improve:
            scores = scores + np.float32(_NEVER)
        scores = scores + (~is_done).astype(np.float32) * np.float32(_NEVER)
        merged_scores = np.concatenate((self._finished_scores, scores))
        merged_done = np.concatenate((self._is_finished, is_done))
        chosen = _top(merged_scores, count)
        texts = [*self._finished, *([int(t) for t in row] for row in written)]
        self._finished = [texts[i] for i in chosen]
        self._finished_scores, self._is_finished = merged_scores[chosen], merged_done[chosen]

    def _could_improve(self, length: int) -> bool:
        rules = self._rules
        is_patient = rules.early_stopping is None and rules.length_penalty > 0
        hoped = (rules.max_length if is_patient else length) - len(rules.start)
        possible = self._running_scores[0] / np.float32(hoped**rules.length_penalty)
        worst = np.where(self._is_finished, self._finished_scores.min(), np.float32(_NEVER))
        return bool((possible > worst).any())


def _top(scores: npt.NDArray[np.float32], count: int) -> npt.NDArray[np.intp]:
    """Places of the largest, the largest first; of equal ones the earlier."""
    if count >= scores.size:
        return np.argsort(-scores, kind="stable")
    # Of a whole vocabulary for each beginning only those are sorted that can be among them.
    least = np.partition(scores, scores.size - count)[scores.size - count]
    among = np.flatnonzero(scores >= least)
    return among[np.argsort(-scores[among], kind="stable")[:count]]
