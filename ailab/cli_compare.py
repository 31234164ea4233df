"""The command that compares two saved runs."""

from __future__ import annotations

import argparse
import asyncio
import json
from contextlib import ExitStack

from ailab.cli_compare_tables import label_table, picture_table
from ailab.cli_lines import print_line, tell_line
from ailab.cli_words import print_table
from ailab.exit_status import FAILED, OK, PARTLY_FAILED
from ailab.services.comparison.agreement_total import total_of
from ailab.services.comparison.comparison_json import comparison_to_json
from ailab.services.comparison.comparison_table import COMPARISON_FILE, comparison_table
from ailab.services.comparison.picture_comparison import PictureComparison
from ailab.services.comparison.run_comparison import ComparedSide, RunComparison
from ailab.services.inference.keypoints import Keypoints
from ailab.services.inference.masks import Masks
from ailab.services.inference.predictions import Detections, Segmentation
from ailab.services.local_path import local_path
from ailab.viewmodels.agreement_total_text import total_text
from ailab.viewmodels.prediction_text import counted

_NAMED = 10
"""Pictures of one run alone that are named; files and `--json` have all."""

_FILTERED = frozenset({Detections.kind, Segmentation.kind, Masks.kind, Keypoints.kind})
"""Kinds of results of which less is compared where the threshold is higher."""


async def compare_runs(options: argparse.Namespace) -> int:
    """Compare two runs; exit status 3 where some of the pictures that both have could not be.

    Raises:
        LabError: they cannot be compared, or the table cannot be written.
    """
    paths = local_path(options.run_a), local_path(options.run_b)
    comparison = RunComparison(*paths, options.threshold)
    compared = await _compare(comparison, options.save_to)
    for note in comparison.notes:
        tell_line(note)
    if options.json:
        print_line(json.dumps(comparison_to_json(comparison, compared), indent=2))
    else:
        _print(comparison, compared)
    common = [each for each in compared if not each.only_in]
    done = sum(each.agreement is not None for each in common)
    if done == len(common):
        return OK
    return PARTLY_FAILED if done else FAILED


async def _compare(comparison: RunComparison, save_to: str) -> list[PictureComparison]:
    compared = []
    with ExitStack() as stack:
        table = None
        if save_to:
            path = local_path(save_to)
            path = path / COMPARISON_FILE if path.is_dir() else path
            table = stack.enter_context(comparison_table(path, comparison))
        for each in comparison.pictures():
            compared.append(each)
            if table is not None:
                table.write(each)
            if not each.only_in and each.agreement is None:
                tell_line(f"{each.name}: {each.why_not}")
            await asyncio.sleep(0)  # Ctrl+C is heeded here
    return compared


def _print(comparison: RunComparison, compared: list[PictureComparison]) -> None:
    for name, side in zip("AB", comparison.sides, strict=True):
        print_line(f"{name:<14}{_side_text(side, comparison.kind)}")
    alone = {name: [each.name for each in compared if each.only_in == name] for name in "AB"}
    counts = [f"{len(comparison.pairs.both):,} in both"]
    counts += [f"{len(names):,} only in {name}" for name, names in alone.items() if names]
    print_line(f"{'pictures':<14}{', '.join(counts)}")
    for name, names in alone.items():
        if names:
            more = f" and {len(names) - _NAMED:,} more" if len(names) > _NAMED else ""
            print_line(f"{f'only in {name}':<14}{', '.join(names[:_NAMED])}{more}")
    agreements = [each.agreement for each in compared if each.agreement is not None]
    if not agreements:
        return
    total = total_of(agreements)
    print_line(f"{'together':<14}{total_text(total)}")
    for table in (picture_table(compared), label_table(total)):
        if table is not None:
            print_line("")
            print_table(*table)


def _side_text(side: ComparedSide, kind: str) -> str:
    record = side.record
    weights = f" ({record.variant})" if record.variant else ""
    words = [f"{record.identity.title}{weights}"]
    words.append(counted(len(record.pictures), "picture", "pictures"))
    if kind in _FILTERED:
        words.append(f"threshold {side.threshold:.0%}")
    return ", ".join(words)
