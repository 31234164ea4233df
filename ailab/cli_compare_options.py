"""The options of the command that compares two saved runs."""

from __future__ import annotations

import argparse

from ailab.cli_numbers import share
from ailab.cli_options import EXIT_STATUSES, add_command, add_json


def add_compare(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command."""
    compare = add_command(
        commands,
        "compare",
        "tell how far two saved runs agree",
        "Compare what two models found in the same pictures, from the folders of their runs: for "
        "each picture what agrees, and all pictures together. Boxes and masks are the same where "
        "their labels are and their IoU is at least 0.5. Nothing is run.",
    )
    compare.epilog = EXIT_STATUSES
    for name in ("run_a", "run_b"):
        compare.add_argument(
            name,
            metavar=name.upper(),
            help="folder of a saved run, or a folder of runs, of which the newest is taken",
        )
    compare.add_argument(
        "--threshold",
        type=share,
        metavar="0..1",
        help="confidence below which nothing counts, in both (default: that of each run)",
    )
    compare.add_argument(
        "--save-to",
        metavar="FILE",
        default="",
        help="write a table (CSV) with a row for each picture, or each label in it, to FILE, or "
        "to comparison.csv in a folder",
    )
    add_json(compare)
