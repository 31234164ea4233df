"""The commands of the command line, on the lab's own view models."""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
from collections.abc import Mapping
from statistics import median
from typing import Any

from ailab.cli_cautions import cautions
from ailab.cli_groups import GROUP_HEADINGS
from ailab.cli_lines import in_a_line, print_line, tell_line
from ailab.cli_nearest import NEAREST_HEADINGS, NearestPictures
from ailab.cli_notes import PictureNotes
from ailab.cli_pages import choose_pages
from ailab.cli_place import choose_place, find_asker
from ailab.cli_progress import ProgressLine
from ailab.cli_prompt import ask
from ailab.cli_resume import choose_resume
from ailab.cli_time import limit_time
from ailab.cli_words import fail, model_source, print_table
from ailab.exit_status import FAILED, MISUSED, OK, PARTLY_FAILED
from ailab.lab import Lab
from ailab.services.images.picture_files import matching_files
from ailab.services.images.picture_reference import parse_picture
from ailab.services.inference.background_label import is_background
from ailab.services.inference.picture_result import PictureResult
from ailab.services.inference.picture_result_json import result_to_json
from ailab.services.inference.precision import half_words
from ailab.services.problem import Problem
from ailab.services.results.piece_counts_json import piece_counts_to_json
from ailab.services.results.region_pieces import RegionPieces
from ailab.viewmodels.inference import InferenceViewModel
from ailab.viewmodels.inference_state import (
    Fitness,
    InferenceState,
    ModelSource,
)
from ailab.viewmodels.left_out_text import closed_folders_text, left_out_text
from ailab.viewmodels.picture_scale import PictureScale
from ailab.viewmodels.prediction_text import counted, summary
from ailab.viewmodels.remote_run import NOT_SENT
from ailab.viewmodels.saved_run_text import saved_run_text


async def run_pictures(lab: Lab, options: argparse.Namespace) -> int:
    """Run a model on pictures; prints each result as it comes, and the progress beside it."""
    inference = lab.inference
    problem = choose_resume(inference, options) or choose_place(inference, options)
    if problem is not None:
        fail(problem)
        return MISUSED
    limit_time(lab, options)
    source = model_source(options.model)
    inference.set_model_source(source)
    if source is ModelSource.LOCAL:
        inference.set_local_path(options.model)
    elif source is ModelSource.SERVER:
        inference.set_served_model(options.model.strip())
    else:
        inference.set_model_text(options.model)
    if options.read_with:
        inference.reader.use(options.read_with, model_source(options.read_with))
    if options.pieces_from is not None:
        inference.results.pieces.set_pieces_from(options.pieces_from)
    inference.check_again()
    paths = [path for each in options.images for path in matching_files(each)]
    inference.set_inputs(paths, with_sub_folders=options.sub_folders)
    choose_pages(inference.pages, options)
    inference.set_save_to(options.save_to)
    if options.threshold is not None:
        inference.choose_threshold(options.threshold)
    await inference.wait()
    state = inference.state
    if state.input_problem is not None:
        return fail(state.input_problem)
    if state.status.fitness is Fitness.REFUSED:
        advice = f"{state.status.advice} {state.status.command}".strip()
        refusal = Problem(state.status.text, advice, next_step=state.status.next_step)
        return fail(refusal, is_demo=options.demo)
    _tell_of_input(state)
    is_known = state.status.fitness is Fitness.RUNS
    nearest = NearestPictures(inference, options)
    problem = await nearest.open() or (ask(inference, options) if is_known else None)
    if (problem := problem or find_asker(inference, options)) is not None:
        fail(problem)
        return MISUSED
    if unused := _unused_card(lab):
        tell_line(unused)
    await _run_all(lab, options, nearest)
    return _conclude(lab, options, nearest)


async def _run_all(lab: Lab, options: argparse.Namespace, nearest: NearestPictures) -> None:
    """Run what is chosen, and print what is found; also of a run that is broken off."""
    inference = lab.inference
    progress = ProgressLine()
    printer = _ResultPrinter(progress, inference, is_quiet=options.json)
    inference.changed.connect(progress.follow)
    try:
        inference.run()
        await inference.wait()
        if printer.is_unread:
            _tell_how_far(lab)
            raise BrokenPipeError
        await nearest.find()
    except asyncio.CancelledError:
        progress.clear()
        _tell_how_far(lab)
        if options.json:
            _print_json(lab, options, nearest)
        raise
    finally:  # also where the person interrupts: what is done is saved
        printer.finish()
        progress.clear()
        _tell_of_run(lab)


def _tell_of_input(state: InferenceState) -> None:
    """Tell what the folders chosen are, where they may be meant otherwise, and what they lack."""
    pictures = counted(len(state.pictures), "picture", "pictures")
    runs = saved_run_text(state.saved_runs)
    meant = f"{pictures}{runs} in the window" if runs else ""
    closed = closed_folders_text(state.closed_folders)
    for line in (meant, closed, left_out_text(state.left_out)):
        if line:
            tell_line(f"ailab: {line}.")


def _unused_card(lab: Lab) -> str:
    """Why this computer's graphics card is not used for the run; empty where nothing is to say."""
    inference = lab.inference
    return inference.state.status.unused_card if inference.place.state.target.is_here else ""


def _tell_of_run(lab: Lab) -> None:
    """Tell what a person should know of how it ran, and where the results are."""
    results, is_here = lab.inference.results.state, lab.inference.place.state.target.is_here
    half = half_words(lab.worker.placed.precision) if is_here and results.results else ""
    told = cautions(results.results, results.threshold)
    for line in (f"ran in {half}" if half else "", results.note, *told):
        if line:
            tell_line(line)
    if results.results and (took := _time_taken(lab)):
        tell_line(took)
    if results.folder and results.results:
        tell_line(f"saved in {results.folder}")


def _time_taken(lab: Lab) -> str:
    """How long the run took, and of it the model; empty of one that was broken off."""
    results, notice = lab.inference.results.state, lab.inference.state.notice
    ran = notice.removesuffix(results.note).rstrip()  # the note is told by itself
    times = [each.timings.forward for each in results.results if each.prediction is not None]
    if not ran or not times:
        return ran
    return f"{ran} The model took {1000 * median(times):,.0f} ms a picture (median)."


def _tell_how_far(lab: Lab) -> None:
    """Tell how many pictures a run that is broken off has done."""
    done, total = len(lab.inference.results.state.results), len(lab.inference.state.pictures)
    tell_line(f"{done:,} of {counted(total, 'picture', 'pictures')} were run")


def _print_json(lab: Lab, options: argparse.Namespace, nearest: NearestPictures) -> None:
    """Print what was found; of a run that was broken off, what is done."""
    results = lab.inference.results.state
    target, pieces = lab.inference.place.state.target, lab.inference.results.pieces
    answer = {
        "model": results.title,
        "folder": results.folder or None,
        "place": str(target),
        "device": lab.worker.placed.device if target.is_here else None,
        "precision": (lab.worker.placed.precision or None) if target.is_here else None,
        "unused_card": _unused_card(lab) or None,
        "threshold": results.threshold,
        "pieces_from": pieces.state.pieces_from if pieces.state.totals else None,
        "results": [
            _result_json(result, pieces.of(place)) | nearest.to_json(place)
            for place, result in enumerate(results.results)
        ],
        **nearest.groups.to_json(),
    }
    print_line(json.dumps(answer, indent=2))


def _conclude(lab: Lab, options: argparse.Namespace, nearest: NearestPictures) -> int:
    state, results = lab.inference.state, lab.inference.results.state
    if options.json:
        _print_json(lab, options, nearest)
    else:
        print_table(NEAREST_HEADINGS, nearest.rows())
        print_table(GROUP_HEADINGS, nearest.groups.rows())
    for note in filter(None, (nearest.note(), nearest.groups.note())):
        tell_line(f"ailab: {note}")
    if nearest.problem is not None:
        return fail(nearest.problem)
    if state.problem is not None:
        return fail(state.problem, is_demo=options.demo)
    if state.notice == NOT_SENT:
        return fail(Problem(NOT_SENT))
    failed = sum(result.prediction is None for result in results.results)
    if failed == len(results.results):
        return FAILED
    return PARTLY_FAILED if failed else OK


def _result_json(
    result: PictureResult, pieces: Mapping[int, RegionPieces] | None
) -> dict[str, Any]:
    """A result without the names of its maps' pixels, which are in the files saved.

    Its regions are told with the numbers of their pieces, where these are counted.
    """
    answer, parts = result_to_json(result)
    for name in parts:
        del answer["prediction"][name]
    if pieces is not None:
        for segment in answer["prediction"]["segments"]:
            if not is_background(segment["label"]):
                found = pieces.get(segment["index"], RegionPieces())
                segment.update(piece_counts_to_json(found))
    return answer


class _ResultPrinter:
    """Prints each result as it comes: what was found to standard output, the rest beside it.

    Attributes:
        is_unread: the reader of a pipe has seen enough, so that the run was cancelled.
    """

    def __init__(
        self, progress: ProgressLine, inference: InferenceViewModel, *, is_quiet: bool
    ) -> None:
        self._progress = progress
        self._inference = inference
        self._results = inference.results
        self._is_quiet = is_quiet
        self._notes = PictureNotes()
        self._printed = 0
        self.is_unread = False
        self._results.changed.connect(self._follow)
        self._results.pieces.changed.connect(self._follow)

    def finish(self) -> None:
        """Print what is left, though its pieces are not counted."""
        if self.is_unread:
            return
        for place in range(self._printed, len(self._results.state.results)):
            self._print(place)
        self._progress.clear()
        self._notes.end()

    def _follow(self, _old: object, _new: object) -> None:
        """Print what is new, in its order, as far as its pieces are counted."""
        if self.is_unread:
            return
        try:
            self._print_new()
        except BrokenPipeError:  # which PyQt would end the program for, with nothing saved
            self.is_unread = True
            self._inference.cancel()

    def _print_new(self) -> None:
        while self._printed < len(self._results.state.results):
            if not self._is_quiet and self._results.pieces.awaits(self._printed):
                return
            self._print(self._printed)

    def _print(self, place: int) -> None:
        self._printed = place + 1
        state, pieces = self._results.state, self._results.pieces.of(place)
        result = state.results[place]
        picture = in_a_line(parse_picture(result.picture).words)
        self._progress.clear()
        if result.prediction is not None and not self._is_quiet:
            shown = result.prediction.above(state.threshold)
            words = summary(shown, pieces, PictureScale.of(result))
            print_line(f"{picture}: {words}")
            sys.stdout.flush()
        self._notes.tell(result.picture, result.notes)
        problem = result.problem
        if problem is not None:
            fail(Problem(f"{picture}: {problem.message}", problem.advice))
