"""How long pictures take when one follows the other."""

from __future__ import annotations

_LENGTH = 6
_GAP = 0.02  # seconds


class Pace:
    """Seconds for each picture, from end to end, over some that came without a gap.

    How long one takes by itself tells little where several share the cores.
    """

    def __init__(self) -> None:
        self._skipped = 0
        self._since: float | None = None
        self._last = 0.0
        self._ended = 0

    def restart(self, skipped: int = 0) -> None:
        """Begin anew; the first `skipped` pictures do not count, nor does the time before."""
        self._skipped = skipped
        self._since = None

    def began(self, at: float) -> None:
        """A picture began while no other was under way."""
        if at - self._last > _GAP:
            self.restart()

    def ended(self, at: float) -> float | None:
        """A picture ended; the pace of the last ones where they are enough to tell."""
        self._last = at
        if self._skipped > 0:
            self._skipped -= 1
        elif self._since is None:
            self._since, self._ended = at, 0
        else:
            self._ended += 1
            if self._ended == _LENGTH:
                pace = (at - self._since) / _LENGTH
                self._since, self._ended = at, 0
                return pace
        return None
