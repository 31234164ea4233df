"""The inference worker's process: `python -m ailab.services.inference.worker`.

Models of strangers run here and nowhere else, and the heavy imports happen here, so that neither
a crash nor a lack of memory takes the window along.
"""

from __future__ import annotations

import contextlib
import faulthandler
import logging
import os
import signal
import sys
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, NoReturn

from ailab.services.inference.freed_memory import keep_freed_pieces
from ailab.services.inference.sandbox.compiled_code import compile_ahead
from ailab.services.inference.sandbox.enter_sandbox import enter_sandbox
from ailab.services.inference.sandbox.graphics_devices import make_devices_ready
from ailab.services.inference.sandbox.handed_pictures import HandedPictures
from ailab.services.inference.sandbox.worker_sandbox import WorkerSandbox
from ailab.services.inference.shared_block import inherited_block
from ailab.services.inference.worker_loop import WorkerLoop

if TYPE_CHECKING:
    from ailab.services.inference.model_runner import ModelRunner


def main() -> NoReturn:
    """Serve requests on standard input until it is closed; then the process is over."""
    requests, replies = take_pipes()
    # A frozen app without a console has no streams of its own.
    sys.stdout = sys.stderr = open(  # noqa: SIM115 - for as long as the process lives
        2, "w", buffering=1, encoding="utf-8", errors="backslashreplace", closefd=False
    )
    logging.basicConfig(
        stream=sys.stderr, level=logging.DEBUG, format="%(levelname)s %(name)s: %(message)s"
    )
    # Pillow's own debugging lines would drown the worker's.
    logging.getLogger("PIL").setLevel(logging.INFO)
    _behave_as_a_child()
    compile_ahead()
    make_devices_ready()
    keep_freed_pieces()
    sandbox = WorkerSandbox.of_arguments(sys.argv[1:])
    pictures = HandedPictures(sandbox.handing)
    block = inherited_block(sys.argv[1:])
    # Before any thread is started, and before the first byte of anybody else's is read.
    enter_sandbox(sandbox)
    WorkerLoop(requests, replies, lambda: _make_runner(pictures), pictures, block).run()
    # All is answered and written. Python would take PyTorch down piece by piece, for over a second
    # in which a person waits; the system takes back all of it at once.
    sys.stderr.flush()
    os._exit(0)


def _make_runner(pictures: HandedPictures) -> ModelRunner:
    """Import what is heavy."""
    from ailab.services.images.image_reader import read_image  # noqa: PLC0415
    from ailab.services.inference.loaded_model import load_model  # noqa: PLC0415
    from ailab.services.inference.model_runner import ModelRunner  # noqa: PLC0415
    from ailab.services.results.result_writer import ResultWriter  # noqa: PLC0415

    return ModelRunner(load_model, partial(read_image, open_file=pictures.open), ResultWriter())


def take_pipes() -> tuple[BinaryIO, BinaryIO]:
    """Keep the two pipes for the messages alone.

    Native libraries print to descriptor 1 and scripts may ask on descriptor 0: the first then
    goes to the log, and the second finds an end of file.
    """
    requests = os.fdopen(os.dup(0), "rb")
    replies = os.fdopen(os.dup(1), "wb")
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.close(nothing)
    os.dup2(2, 1)
    return requests, replies


def _behave_as_a_child() -> None:
    # Ctrl-C reaches the whole terminal's group; the window decides what it means.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    faulthandler.enable()
    if sys.platform == "win32":
        import ctypes  # noqa: PLC0415

        # No "has stopped working" box: it would keep a crashed worker alive until it is clicked.
        sem_failcriticalerrors, sem_nogpfaulterrorbox = 0x0001, 0x0002
        ctypes.windll.kernel32.SetErrorMode(sem_failcriticalerrors | sem_nogpfaulterrorbox)
    if sys.platform == "linux":
        # Where memory runs out, the system shall end the worker and not the window.
        with contextlib.suppress(OSError):
            Path("/proc/self/oom_score_adj").write_text("500")


if __name__ == "__main__":
    main()
