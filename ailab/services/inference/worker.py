"""The inference worker's process: `python -m ailab.services.inference.worker`.

Models of strangers run here and nowhere else, and the heavy imports happen here, so that neither
a crash nor a lack of memory takes the window along.
"""

from __future__ import annotations

import os
import sys
from functools import partial
from typing import TYPE_CHECKING, NoReturn

from ailab.services.inference.child_process import begin_as_a_child
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
    requests, replies = begin_as_a_child()
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
    from ailab.services.images.image_reader import read_picture  # noqa: PLC0415
    from ailab.services.inference.loaded_model import load_model  # noqa: PLC0415
    from ailab.services.inference.model_runner import ModelRunner  # noqa: PLC0415
    from ailab.services.results.result_writer import ResultWriter  # noqa: PLC0415

    return ModelRunner(load_model, partial(read_picture, open_file=pictures.open), ResultWriter())


if __name__ == "__main__":
    main()
