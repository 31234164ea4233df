"""How long a picture may take before it counts as one that never ends."""

from __future__ import annotations

from collections import deque
from statistics import median

from ailab.services.inference.run_before import Paces

LONG = 1800.0
"""Seconds for a model to be loaded, and for a picture as long as nothing tells the run's pace: more
than compiling a network and a first picture take on a slow machine."""
MOST = 86_400.0
"""Seconds after which a picture is ended however far it has come."""
LONGEST = 86_400
"""Seconds that a person can set at most."""

_LEAST = 300.0
_SLOWER = 10
_LARGER = 3
_REMEMBERED = 101


class TimeLimit:
    """Follows the pace of a run, unless it is set.

    Until a picture has come through, each has `LONG`: compiling and warming up are in the first,
    and neither its size nor the network's files tell what it takes. From then on, or from the first
    one on where the model's pace is known, a picture of the usual size has five minutes, which
    spares what is quick from all that a busy machine, a disk that wakes up or a network drive does
    to it; or ten times what the run's pictures take in the middle, which is room for a longer text
    and more objects. One that is larger has three times what its size alone explains, where that is
    more. What tells how far it is, has as long again from each step on.

    Args:
        fixed: seconds that were set; then each picture has these, and no more.
        paces: what is known of the run's pace before its first picture.
    """

    def __init__(self, fixed: float | None = None, paces: Paces = ()) -> None:
        self.fixed = fixed
        self._seconds: deque[float] = deque(maxlen=_REMEMBERED)
        self._pixels: deque[int] = deque(maxlen=_REMEMBERED)
        for seconds, pixels in paces:
            self.learn(seconds, pixels)

    def learn(self, seconds: float, pixels: int) -> None:
        """Take a picture into account that came through.

        Args:
            seconds: what it took.
            pixels: its width × height.
        """
        self._seconds.append(seconds)
        self._pixels.append(max(1, pixels))

    @property
    def usual(self) -> float:
        """Seconds that every picture has."""
        if self.fixed is not None:
            return self.fixed
        if not self._seconds:
            return LONG
        return max(_LEAST, _SLOWER * median(self._seconds))

    def of_size(self, pixels: int | None) -> float:
        """Seconds that a picture has.

        Args:
            pixels: its width × height; None where that is not known, for `LONG` at least.
        """
        usual = self.usual
        if self.fixed is not None or not self._seconds:
            return usual
        if pixels is None:
            return max(usual, LONG)
        larger = pixels / median(self._pixels)
        return max(usual, _LARGER * larger * median(self._seconds))
