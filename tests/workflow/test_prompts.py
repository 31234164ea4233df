"""Labels and points through the whole lab: run, saved, loaded, run again."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from PIL import Image

from ailab.lab import Lab
from ailab.services.inference.masks import Masks
from ailab.services.inference.picture_progress import PictureProgress
from ailab.services.inference.predictions import Classification, Detections
from ailab.services.lab_folders import LabFolders
from ailab.viewmodels.inference_state import InferenceState, ModelSource
from ailab.viewmodels.prompt_shapes import ShownPoint
from colour_words import colour_finder, colour_scorer
from disc_masks import write_discs


@asynccontextmanager
async def a_lab(folder: Path) -> AsyncIterator[Lab]:
    """A lab that reaches no Hub and keeps everything in a folder."""
    folders = LabFolders.below(folder / "lab")
    async with Lab("http://127.0.0.1:9", folder / "cache", token="", folders=folders) as lab:
        yield lab


async def test_that_labels_go_through_the_worker_into_the_record_and_back(tmp_path: Path) -> None:
    picture, scorer, finder = tmp_path / "red.png", tmp_path / "scorer", tmp_path / "finder"
    Image.new("RGB", (40, 30), (255, 51, 0)).save(picture)
    for folder in (scorer, finder):
        folder.mkdir()
    async with a_lab(tmp_path) as lab:
        inference, results = lab.inference, lab.inference.results
        inference.set_model_source(ModelSource.LOCAL)
        inference.set_local_path(str(colour_scorer(scorer)))
        inference.set_inputs([str(picture)])
        inference.set_save_to(str(tmp_path / "runs"))
        await inference.wait()
        assert inference.state.why_not_run == "Type what to look for."
        inference.prompt.set_text("green, red,\nblue")
        inference.run()
        await inference.wait()
        assert inference.state.problem is None
        folder = Path(results.state.folder)
        assert json.loads((folder / "run.json").read_bytes())["prompts"]["labels"] == [
            "green",
            "red",
            "blue",
        ]
        first = results.state.results[0].prediction
        assert isinstance(first, Classification)
        assert [each.label for each in first.scores] == ["red", "green", "blue"]

        inference.set_local_path(str(colour_finder(finder)))
        await inference.wait()
        assert inference.state.can_run, "the labels stay for another model"
        inference.run()
        await inference.wait()
        found = results.state.results[0].prediction
        assert isinstance(found, Detections)
        assert found.items[0].label == "red"

        inference.prompt.set_text("dark")
        inference.load_results(str(folder))
        await inference.wait()
        assert inference.prompt.state.text == "green, red, blue"
        inference.run()
        await inference.wait()
        assert results.state.results[0].prediction == first


async def test_that_a_point_shows_its_masks_at_once_and_run_saves_them(tmp_path: Path) -> None:
    picture, folder = tmp_path / "grey.png", tmp_path / "discs"
    Image.new("RGB", (128, 96), (90, 90, 90)).save(picture)
    folder.mkdir()
    async with a_lab(tmp_path) as lab:
        inference, results = lab.inference, lab.inference.results
        inference.set_model_source(ModelSource.LOCAL)
        inference.set_local_path(str(write_discs(folder)))
        inference.set_inputs([str(picture)])
        inference.set_save_to(str(tmp_path / "runs"))
        await inference.wait()
        inference.prompt.add_point(60, 50, is_inside=True)
        await inference.wait()
        shown = results.state.results[0].prediction
        assert isinstance(shown, Masks)
        left, top, right, bottom = shown.items[0].box
        assert ((left + right) / 2, (top + bottom) / 2) == (60, 50)
        assert not (tmp_path / "runs").exists()

        inference.run()
        await inference.wait()
        assert inference.state.problem is None
        saved = Path(results.state.folder)
        assert results.state.results[0].prediction == shown

        inference.prompt.clear()
        await inference.wait()
        inference.load_results(str(saved))
        await inference.wait()
        assert inference.prompt.state.shown == (ShownPoint(60, 50),)
        inference.run()
        await inference.wait()
        assert results.state.results[0].prediction == shown


async def test_that_a_run_without_points_tells_how_far_it_is(tmp_path: Path) -> None:
    picture, folder = tmp_path / "grey.png", tmp_path / "discs"
    Image.new("RGB", (128, 96), (90, 90, 90)).save(picture)
    folder.mkdir()
    told: list[PictureProgress] = []

    def follow(_: InferenceState, new: InferenceState) -> None:
        if new.progress is not None and new.progress.within is not None:
            told.append(new.progress.within)

    async with a_lab(tmp_path) as lab:
        inference = lab.inference
        inference.set_model_source(ModelSource.LOCAL)
        inference.set_local_path(str(write_discs(folder)))
        inference.set_inputs([str(picture)])
        await inference.wait()
        inference.changed.connect(follow)
        inference.run()
        await inference.wait()
        assert inference.state.problem is None
    assert told[0] == PictureProgress(str(picture), 0, 1024)
    assert [each.done for each in told] == sorted(each.done for each in told)
