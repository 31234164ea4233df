"""Opens pictures for a worker that may open nothing; see `HandedPictures`."""

from __future__ import annotations

import logging
import os
import socket
import stat

_log = logging.getLogger(__name__)
_ONE = b"1"


class PictureHandout:
    """The window's end.

    Attributes:
        their_end: the descriptor that the worker inherits; closed by `close_theirs` once it has.
    """

    def __init__(self) -> None:
        self._mine, theirs = socket.socketpair()
        self._theirs = theirs
        self.their_end = theirs.fileno()

    def close_theirs(self) -> None:
        """To be called once the worker has started."""
        self._theirs.close()

    def hand(self, picture: str) -> bool:
        """Open a picture and send it; False where it cannot be, and the worker says why.

        Waits for the disk, so that it is called in a thread.
        """
        try:
            # A pipe without a writer would else be waited for.
            file = os.open(picture, os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK)
        except (OSError, ValueError):
            return False
        try:
            if not stat.S_ISREG(os.fstat(file).st_mode):
                return False
            socket.send_fds(self._mine, [_ONE], [file])
        except OSError as error:
            _log.debug("the picture could not be handed over: %r", error)
            return False
        finally:
            os.close(file)
        return True

    def close(self) -> None:
        """Close both ends that are still here."""
        self._theirs.close()
        self._mine.close()
