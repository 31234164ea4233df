"""The options of the command that finds models."""

from __future__ import annotations

import argparse

from ailab.cli_numbers import positive
from ailab.cli_options import add_command, add_json
from ailab.services.compatibility.runnable_tasks import RUNNABLE_TASKS
from ailab.services.hub.model_query import ModelSort

SORTS = {
    "trending": ModelSort.TRENDING,
    "downloads": ModelSort.DOWNLOADS,
    "likes": ModelSort.LIKES,
    "updated": ModelSort.UPDATED,
}


def add_search(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command."""
    search = add_command(
        commands,
        "search",
        "find models on the Hub",
        "Find models on the Hub by a part of their name, and list them one a line: "
        "id, task, downloads, likes, licence, and whether it runs here as far as the list tells; "
        "under headings on a terminal, with tabs between them elsewhere.",
    )
    search.add_argument(
        "query", metavar="QUERY", nargs="?", default="", help="part of a model's name; else all"
    )
    search.add_argument(
        "--task",
        metavar="TASK",
        help=f"keep one task: {', '.join(RUNNABLE_TASKS)}, or another pipeline tag of the Hub",
    )
    search.add_argument(
        "--runs-here", action="store_true", help="keep what runs on this machine as it is"
    )
    search.add_argument(
        "--sort", choices=tuple(SORTS), default="trending", help="order (default: %(default)s)"
    )
    search.add_argument(
        "--limit", type=positive, default=20, help="models to list (default: %(default)s)"
    )
    add_json(search)
