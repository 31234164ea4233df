"""The program's entry: the window, or a command."""

from __future__ import annotations

import sys


def main() -> int:
    """Open the lab, or carry out the command that was asked for; returns the exit status."""
    try:
        return _start()
    except ImportError as error:
        from ailab.system_libraries import how_to_install, lacked_by  # noqa: PLC0415 - seldom wanted

        if not (lacked := lacked_by(error)):
            raise
        sys.stderr.write(f"ailab: {how_to_install(lacked)}\n")
        return 1


def _start() -> int:
    if len(sys.argv) == 1:  # what most people start: no word to be parsed before the window
        from ailab.app import open_lab  # noqa: PLC0415

        return open_lab()
    from ailab.services.inference.worker_command import (  # noqa: PLC0415
        DECODER_ARGUMENT,
        WORKER_ARGUMENT,
    )

    # A frozen app has no interpreter to call, so that its workers are the app itself.
    if sys.argv[1:2] == [DECODER_ARGUMENT]:
        from ailab.services.decoding.decoder import main as decode  # noqa: PLC0415

        decode()
    if sys.argv[1:2] == [WORKER_ARGUMENT]:
        from ailab.services.inference.worker import main as work  # noqa: PLC0415

        work()
    from ailab.cli import make_parser, run_command  # noqa: PLC0415

    options = make_parser().parse_args()
    if options.command is not None:
        return run_command(options)
    from ailab.app import open_lab  # noqa: PLC0415 - commands need no window

    return open_lab(is_demo=options.demo, theme=options.theme, tour=options.tour)


if __name__ == "__main__":
    sys.exit(main())
