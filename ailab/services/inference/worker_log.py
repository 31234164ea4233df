"""What a worker writes to its standard error."""

from __future__ import annotations

import contextlib
import logging
from collections import deque
from typing import IO

_LAST_LINES = 120
"""What a library said before it gave up stands above where all threads were then."""
_LONGEST_LINE = 2000
_MOST_LETTERS = 40_000
"""Of all lines that are kept."""


class WorkerLog:
    """Puts a worker's lines into the log, and keeps the last of them.

    Attributes:
        lines: the last ones.

    Args:
        log: where they go.
        name: what the process is called there.
    """

    def __init__(self, log: logging.Logger, name: str) -> None:
        self.lines: deque[str] = deque(maxlen=_LAST_LINES)
        self._log = log
        self._name = name

    def drain(self, stream: IO[bytes]) -> None:
        """Read to the end, in a thread."""
        # In bounded pieces: a line without an end must not fill the memory.
        with contextlib.suppress(OSError, ValueError):
            while line := stream.readline(_LONGEST_LINE):
                text = line.decode("utf-8", "replace").rstrip()
                self.lines.append(text)
                while sum(map(len, self.lines)) > _MOST_LETTERS:
                    self.lines.popleft()
                self._log.debug("%s: %s", self._name, text)
