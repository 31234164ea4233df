"""The program's entry: the window, or a command."""

from __future__ import annotations

import sys


def main() -> int:
    """Open the lab, or carry out the command that was asked for; returns the exit status."""
    from ailab.services.inference.worker_command import WORKER_ARGUMENT  # noqa: PLC0415

    # A frozen app has no interpreter to call, so that the worker is the app itself.
    if sys.argv[1:2] == [WORKER_ARGUMENT]:
        from ailab.services.inference.worker import main as work  # noqa: PLC0415

        work()
        return 0
    from ailab.cli import run_command  # noqa: PLC0415

    return run_command(sys.argv[1:])


if __name__ == "__main__":
    sys.exit(main())
