"""How far a run is, told on the error stream."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Callable
from time import monotonic

from ailab.cli_lines import in_a_line, tell_line
from ailab.viewmodels.inference_state import InferenceState
from ailab.viewmodels.progress_text import progress_text, stage_text
from ailab.viewmodels.run_progress import RunProgress, RunStage
from ailab.viewmodels.time_left import TimeLeft

_BETWEEN_LINES = 10.0
"""Seconds: so often a line goes into a log, however quick the pictures are."""


class ProgressLine:
    """Tells how far a run is: on a terminal in one line that is written over, else now and then.

    Args:
        clock: tells seconds.
    """

    def __init__(self, clock: Callable[[], float] = monotonic) -> None:
        self._is_terminal = sys.stderr.isatty()
        self._clock = clock
        self._time_left = TimeLeft(clock)
        self._stage: RunStage | None = None
        self._told = 0.0

    def follow(self, _: InferenceState, new: InferenceState) -> None:
        """Tell what has come."""
        if new.progress is None:
            return
        left = self._time_left.text(new.progress)
        # Where nobody reads it any more, the run goes on: PyQt would end the program for an error.
        with contextlib.suppress(BrokenPipeError):
            self._tell(new.progress, left)
        self._stage = new.progress.stage

    def clear(self) -> None:
        """Make room for a line of something else."""
        if self._is_terminal and self._stage is not None:
            sys.stderr.write("\r\x1b[K")
            sys.stderr.flush()

    def _tell(self, progress: RunProgress, left: str) -> None:
        words = " · ".join(filter(None, (_words(progress), left)))
        if self._is_terminal and progress.stage is RunStage.RESUMING:
            self.clear()  # what was there before is worth a line that stays
            self._write_line(stage_text(progress))
        elif self._is_terminal:
            sys.stderr.write(f"\r\x1b[K{in_a_line(words)}")
            sys.stderr.flush()
        elif progress.stage is not self._stage:
            self._write_line(stage_text(progress))
        elif self._clock() - self._told >= _BETWEEN_LINES:
            self._write_line(words)

    def _write_line(self, words: str) -> None:
        self._told = self._clock()
        tell_line(words)
        sys.stderr.flush()


def _words(progress: RunProgress) -> str:
    return ": ".join(part for part in progress_text(progress) if part)
