"""Groups of pictures that are alike, on the command line."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING, Any

from ailab.cli_numbers import share
from ailab.services.compatibility.runnable_tasks import FEATURES
from ailab.services.images.picture_reference import parse_picture
from ailab.services.inference.alike_group import GROUPS_FROM
from ailab.services.inference.picture_json import picture_to_json
from ailab.services.problem import Problem

if TYPE_CHECKING:
    from ailab.services.inference.alike_group import AlikeGroup
    from ailab.viewmodels.inference import InferenceViewModel

GROUP_HEADINGS = ("GROUP", "PICTURE", "SIMILARITY", "LEAST")


def add_groups(group: argparse._ArgumentGroup) -> None:
    """Add the option for groups of pictures."""
    group.add_argument(
        "--groups-from",
        type=share,
        metavar="0..1",
        help="print the groups of pictures each of which is at least so alike to another one of "
        "its group, such as 0.95 for near-duplicates; first the picture that is most like all "
        "others of its group, then these with their similarity to it, and behind each that of the "
        f"two that are least alike (groups.csv of a saved run, else from {GROUPS_FROM})",
    )


class PictureGroups:
    """The groups that were asked for, and what was found.

    Args:
        inference: runs the pictures.
        options: the parsed command line.
    """

    def __init__(self, inference: InferenceViewModel, options: argparse.Namespace) -> None:
        self._inference = inference
        self._model: str = options.model
        self._least: float | None = options.groups_from
        self._found: tuple[AlikeGroup, ...] | None = None
        inference.results.neighbours.groups.set_least(self._least)

    def problem(self) -> Problem | None:
        """What stands against them, or None."""
        task = self._inference.results.state.task
        if self._least is None or task in {"", FEATURES}:
            return None
        return Problem(
            f"{self._model} makes no vectors of pictures, so that none are alike: its task is "
            f"{task}.",
            f"Name a model of {FEATURES}, such as facebook/dinov2-small.",
        )

    async def find(self) -> None:
        """Compare what was run."""
        if self._least is not None:
            self._found = await self._inference.results.neighbours.groups.of_run()

    def rows(self) -> list[tuple[str, str, str, str]]:
        """A row for each picture of each group."""
        return [
            (
                str(number),
                parse_picture(each.picture).words,
                f"{each.similarity:.4f}",
                f"{group.least_similarity:.4f}",
            )
            for number, group in enumerate(self._found or (), 1)
            for each in group.members
        ]

    def note(self) -> str:
        """How many there are; empty where none were asked for."""
        if self._found is None:
            return ""
        results = self._inference.results.state.results
        ran = sum(result.prediction is not None for result in results)
        grouped = sum(len(group.members) for group in self._found)
        return (
            f"Groups of pictures alike from {self._least}: {len(self._found):,}, of {grouped:,} of "
            f"{ran:,} pictures."
        )

    def to_json(self) -> dict[str, Any]:
        """What is told of them beside the rest; nothing where none were asked for."""
        if self._found is None:
            return {}
        groups = [
            {
                "least_similarity": group.least_similarity,
                "pictures": [
                    {**picture_to_json(each.picture), "similarity": each.similarity}
                    for each in group.members
                ],
            }
            for group in self._found
        ]
        return {"groups_from": self._least, "groups": groups}
