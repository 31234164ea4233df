"""Which pictures are alike, on the command line."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING, Any

from ailab.cli_groups import PictureGroups, add_groups
from ailab.cli_numbers import positive, share
from ailab.services.compatibility.runnable_tasks import FEATURES
from ailab.services.images.picture_reference import parse_picture
from ailab.services.inference.picture_json import picture_to_json
from ailab.services.problem import Problem

if TYPE_CHECKING:
    from ailab.services.inference.feature_index import Neighbour
    from ailab.viewmodels.inference import InferenceViewModel
    from ailab.viewmodels.neighbours_state import NeighboursState

NEAREST_HEADINGS = ("PICTURE", "NEAREST", "SIMILARITY")
_USUAL = 5


def add_nearest(run: argparse.ArgumentParser) -> None:
    """Add the options for the nearest pictures."""
    group = run.add_argument_group(
        "which pictures are alike", "For models that make vectors of pictures (feature extraction)."
    )
    group.add_argument(
        "--nearest",
        type=positive,
        metavar="N",
        help="print for each picture the N of the others that are nearest to it, by the cosine "
        "between their vectors",
    )
    group.add_argument(
        "--among",
        metavar="DIR",
        help="print the nearest among the pictures of an earlier run of the same model instead, "
        f"from its folder (with --nearest for another number than {_USUAL})",
    )
    group.add_argument(
        "--least-similarity",
        type=share,
        metavar="0..1",
        help="leave out what is less alike; from about 0.95 on these are near-duplicates",
    )
    add_groups(group)


class NearestPictures:
    """What was asked of the nearest pictures, and what was found.

    Args:
        inference: runs the pictures.
        options: the parsed command line.

    Attributes:
        groups: those of alike pictures, where they were asked for.
        problem: why the saved run is not compared with; the run is stopped then.
    """

    def __init__(self, inference: InferenceViewModel, options: argparse.Namespace) -> None:
        self._inference = inference
        self._neighbours = inference.results.neighbours
        self._model: str = options.model
        self._among: str | None = options.among
        is_asked = options.nearest is not None or self._among is not None
        self._count: int = options.nearest or (_USUAL if is_asked else 0)
        self._least: float | None = options.least_similarity
        self._found: tuple[tuple[Neighbour, ...], ...] = ()
        self.groups = PictureGroups(inference, options)
        self.problem: Problem | None = None

    async def open(self) -> Problem | None:
        """Read what is compared with; what stands against it, or None."""
        if self._least is not None and not self._count:
            return Problem(
                "--least-similarity leaves out some of the nearest pictures, and none are asked "
                "for.",
                "Add --nearest 5.",
            )
        task = self._inference.results.state.task
        if self._count and task not in {"", FEATURES}:
            return Problem(
                f"{self._model} makes no vectors of pictures, so that none are near others: its "
                f"task is {task}.",
                f"Name a model of {FEATURES}, such as facebook/dinov2-small.",
            )
        if self._among is not None:
            self._neighbours.compare_with(self._among)
            await self._neighbours.wait()
            self._neighbours.changed.connect(self._follow)
        return self._neighbours.state.problem or self.groups.problem()

    async def find(self) -> None:
        """Compare what was run."""
        if self._count and self.problem is None:
            self._found = await self._neighbours.of_each(self._count)
        if self.problem is None:
            await self.groups.find()

    def rows(self) -> list[tuple[str, str, str]]:
        """A row for each neighbour: the picture, its neighbour, and how alike they are."""
        results = self._inference.results.state.results
        return [
            (
                parse_picture(results[place].picture).words,
                parse_picture(each.picture).words,
                f"{each.similarity:.4f}",
            )
            for place in range(len(self._found))
            for each in self._kept(place)
        ]

    def note(self) -> str:
        """That pictures have none near them, and why; empty where each has one, or none is asked.

        Pictures that could not be run do not count: each of them is told of by itself.
        """
        results = self._inference.results.state.results
        ran = [place for place in range(len(self._found)) if results[place].prediction is not None]
        alone = sum(not self._kept(place) for place in ran)
        if not alone:
            return ""
        if not any(self._found):
            return (
                "There is nothing to compare with: name more pictures, or with --among the folder "
                "of an earlier run."
            )
        wanted = "" if self._least is None else f" of a similarity of {self._least} or more"
        return f"Pictures that have none near them{wanted}: {alone:,} of {len(ran):,}."

    def to_json(self, place: int) -> dict[str, Any]:
        """What is told of the result of a place beside the rest; nothing where none was asked."""
        if place >= len(self._found):
            return {}
        nearest = [
            {**picture_to_json(each.picture), "similarity": each.similarity}
            for each in self._kept(place)
        ]
        return {"nearest": nearest}

    def _kept(self, place: int) -> list[Neighbour]:
        least = -1.0 if self._least is None else self._least
        return [each for each in self._found[place] if each.similarity >= least]

    def _follow(self, _: NeighboursState, new: NeighboursState) -> None:
        """Stop a run of another model before its first picture."""
        if new.problem is not None and self.problem is None:
            self.problem = new.problem
            self._inference.cancel()
