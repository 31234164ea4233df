"""Options that several commands have."""

from __future__ import annotations

import argparse

from ailab.services.inference.device import CHOICES

EXIT_STATUSES = """\
exit status: 0 done, 1 failed, 2 misused, 3 some pictures failed,
             130 interrupted, 143 ended by SIGTERM"""


def add_command(
    commands: argparse._SubParsersAction[argparse.ArgumentParser],
    name: str,
    summary: str,
    description: str,
) -> argparse.ArgumentParser:
    """A command with the options that all have."""
    command = commands.add_parser(name, help=summary, description=description)
    add_demo(command, default=argparse.SUPPRESS)
    command.add_argument("--verbose", action="store_true", help="log to standard error")
    return command


def add_demo(parser: argparse.ArgumentParser, default: bool | str = False) -> None:
    """Add the option of the embedded Hub."""
    parser.add_argument(
        "--demo",
        action="store_true",
        default=default,
        help="use the embedded Hub with its small trained models; needs no internet",
    )


def add_device(parser: argparse.ArgumentParser) -> None:
    """Add the choice of what the model runs on."""
    parser.add_argument(
        "--device",
        choices=CHOICES,
        help="what the model runs on (default: as in the settings of the lab)",
    )


def add_json(parser: argparse.ArgumentParser) -> None:
    """Add the option of answers for programs."""
    parser.add_argument("--json", action="store_true", help="print JSON instead of text")
