"""The process that speaks with Ray: `python -m ailab.services.ray_run.driver`.

Ray is a large import, starts processes and needs the network, so that neither the window's
process nor ailab's own worker has anything to do with it. The window speaks with it in the
frames of `worker_messages`: `{"id", "do": "open", …}` (see `RayJob`) is answered once the cluster
is there; then come `{"id", "do": "predict", "picture", "save_as", "prompt"}` for all pictures, and
`{"id", "do": "run"}`, which is answered last. The answers to the pictures come in their order.
"""

from __future__ import annotations

import contextlib
import json
import logging
import os
import signal
import sys
import threading
from typing import BinaryIO

from ailab.services.inference.child_process import take_pipes
from ailab.services.inference.json_fields import BadFieldError
from ailab.services.inference.lab_error_json import error_to_json
from ailab.services.inference.worker_messages import Message, read_message, write_message
from ailab.services.lab_error import LabError
from ailab.services.ray_run.ray_job import RayJob
from ailab.services.ray_run.ray_pictures import RayPictures

_log = logging.getLogger(__name__)
_LAST_MOMENTS = 30.0
"""Seconds for Ray to end what it started: what is cut short leaves agents for a minute."""


class Driver:
    """Serves one run.

    Args:
        requests: the pipe from the window.
        replies: the pipe to the window.
    """

    def __init__(self, requests: BinaryIO, replies: BinaryIO) -> None:
        self._requests = requests
        self._replies = replies
        self._pictures: RayPictures | None = None
        self._sent: list[tuple[int, str]] = []

    def run(self) -> None:
        """Serve until the window closes the pipe; Ray is left, or ended where it was started."""
        try:
            while (message := read_message(self._requests)) is not None:
                number = int(message.body["id"])
                if message.body["do"] == "predict":
                    self._sent.append((number, json.dumps(dict(message.body))))
                    continue
                try:
                    self._serve(number, message)
                except LabError as error:
                    self._answer(Message({"id": number, "error": error_to_json(error)}))
        except KeyboardInterrupt:
            _log.info("stopped")
        finally:
            if self._pictures is not None:
                self._pictures.close()

    def _serve(self, number: int, message: Message) -> None:
        if message.body["do"] == "open":
            self._pictures = RayPictures(RayJob.from_json(dict(message.body)))
            workers = self._pictures.open()
            self._answer(Message({"id": number, "result": {"workers": workers}}))
            return
        if self._pictures is None:
            raise BadFieldError("nothing is open")
        threading.Thread(target=self._watch, name="window", daemon=True).start()
        for frame in self._pictures.frames(self._sent):
            self._replies.write(frame)
            self._replies.flush()
        self._answer(Message({"id": number, "result": None}))

    def _answer(self, message: Message) -> None:
        write_message(self._replies, message)

    def _watch(self) -> None:
        """End the run where the window wants it no more, or is gone."""
        with contextlib.suppress(OSError):
            self._requests.read(1)
        os.kill(os.getpid(), signal.SIGINT)
        # Ray's own threads may hold the main one up.
        threading.Event().wait(_LAST_MOMENTS)
        os._exit(1)


def main() -> None:
    """Serve requests on standard input until it is closed."""
    requests, replies = take_pipes()
    sys.stdout = sys.stderr = open(  # noqa: SIM115 - for as long as the process lives
        2, "w", buffering=1, encoding="utf-8", errors="backslashreplace", closefd=False
    )
    logging.basicConfig(
        stream=sys.stderr, level=logging.INFO, format="%(levelname)s %(name)s: %(message)s"
    )
    if hasattr(os, "setpgrp"):
        os.setpgrp()  # Ctrl-C reaches the whole terminal's group; the window decides
    with contextlib.suppress(BrokenPipeError):
        Driver(requests, replies).run()


if __name__ == "__main__":
    main()
