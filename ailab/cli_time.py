"""How long the command line lets a picture take."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from ailab.services.inference.time_limit import LONGEST

if TYPE_CHECKING:
    from ailab.lab import Lab


def add_time_limit(run: argparse.ArgumentParser) -> None:
    """Add the option for the limit."""
    run.add_argument(
        "--time-limit",
        type=_seconds,
        metavar="SECONDS",
        help="give a picture up that takes longer, and go on with the next (default: as in the "
        "settings of the lab; there, what is usual in the run, ten times over)",
    )


def limit_time(lab: Lab, options: argparse.Namespace) -> None:
    """Set the limit that was named, if any."""
    if options.time_limit is not None:
        lab.limit_time(options.time_limit)


def _seconds(text: str) -> float:
    try:
        seconds = float(text)
    except ValueError:
        seconds = 0.0
    if not 0 < seconds <= LONGEST:
        raise argparse.ArgumentTypeError(
            f"a number of seconds above 0, and {LONGEST:,} at most, is needed"
        )
    return seconds
