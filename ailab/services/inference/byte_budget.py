"""How much of the pictures under way may be in memory at once."""

from __future__ import annotations

import threading


class ByteBudget:
    """Holds the next picture up while those before it fill the memory meant for them.

    How large a picture is shows only once it is decoded, so that the next one is taken to be as
    large as the last. One picture is always let in, however large.

    Args:
        most: bytes.
    """

    def __init__(self, most: int) -> None:
        self._most = most
        self._held: dict[int, int] = {}
        self._last = 0
        self._is_closed = False
        self._changed = threading.Condition()

    def wait_for_room(self) -> None:
        """Wait until another picture may be decoded, or the budget is closed."""
        with self._changed:
            self._changed.wait_for(self._has_room)

    def hold(self, key: int, size: int) -> None:
        """Say how many bytes are held for a picture now; the first time also how large it is."""
        with self._changed:
            if key not in self._held:
                self._last = size
            self._held[key] = size
            self._changed.notify_all()

    def release(self, key: int) -> None:
        """Nothing is held for a picture any more; known pictures or not."""
        with self._changed:
            self._held.pop(key, None)
            self._changed.notify_all()

    def close(self) -> None:
        """Hold nobody up any more."""
        with self._changed:
            self._is_closed = True
            self._changed.notify_all()

    def _has_room(self) -> bool:
        held = sum(self._held.values())
        return self._is_closed or not held or held + self._last <= self._most
