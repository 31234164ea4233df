"""How many pieces a region has, beside its label and of the whole run."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from ailab.services.images.pixel_size import PixelSize
from ailab.services.inference.picture_result import PictureResult
from ailab.services.inference.predictions import Segment, Segmentation
from ailab.viewmodels.inference_state import ModelSource
from ailab.viewmodels.picture_scale import PictureScale
from ailab.views.results_panel import ResultsPanel
from inference_lab import Lab

WIDTH, HEIGHT = 200, 100


def strips(*labels: str) -> Segmentation:
    """A background that splits each label in as many strips as its number says."""
    row = bytes((1, 2, 1, 2, 2, 1)) + bytes(WIDTH - 6)
    segments = tuple(Segment(n, n, label, 0.9, 0.1) for n, label in enumerate(labels, 1))
    flat = bytes((230,)) * WIDTH * HEIGHT
    return Segmentation.pack(WIDTH, HEIGHT, row * HEIGHT, flat, segments)


def details(panel: ResultsPanel) -> list[str]:
    return [row.detail for row in panel.labels.rows.rows]


def told(panel: ResultsPanel) -> str:
    return panel.count.text().replace("\u00a0", " ")


async def test_that_pieces_are_told_beside_labels_and_follow_their_size(
    lab: Lab, panel: ResultsPanel
) -> None:
    lab.inference.prediction = strips("nucleus", "mitosis")
    await lab.run()
    assert details(panel) == ["3 pieces, confidence 90%", "2 pieces, confidence 90%"]
    assert told(panel) == (
        "2 regions. Each is a whole class. Pieces of 20 pixels or more: 3 × nucleus, 2 × mitosis "
        "(5 at the border). Objects that touch are one piece."
    )
    panel.pieces.pixels.setValue(500)  # pixels of the picture, which is larger than its maps
    await lab.view_model.wait()
    assert details(panel) == ["0 pieces, confidence 90%", "1 piece, confidence 90%"]
    assert "1 × mitosis, 0 × nucleus (1 at the border, 4 smaller left out, hatched)." in told(panel)
    panel.pieces.pixels.setValue(0)
    await lab.view_model.wait()
    assert "Pieces: 3 × nucleus" in told(panel)


async def test_that_areas_are_told_in_micrometres_where_the_size_of_pixels_is_known(
    lab: Lab, panel: ResultsPanel, monkeypatch: pytest.MonkeyPatch
) -> None:
    predict = lab.inference.predict

    async def scaled(*given: Any, **named: Any) -> PictureResult:
        return replace(await predict(*given, **named), pixel_size=PixelSize(0.5, 0.25))

    monkeypatch.setattr(lab.inference, "predict", scaled)
    lab.inference.prediction = strips("background", "mitosis")
    await lab.run()
    scale = PictureScale(320, 240, PixelSize(0.5, 0.25))
    areas = [scale.of_share(each.area) for each in lab.inference.prediction.segments]
    assert details(panel) == [
        f"{areas[0]}, confidence 90%",
        f"{areas[1]}, 2 pieces, confidence 90%",
    ]
    shown = lab.view_model.results.pieces.state.shown
    assert shown is not None
    mean = scale.of_mean(shown[2])
    assert f"2 × mitosis, {mean} on average (2 at".replace("\u00a0", " ") in told(panel)
    tip = panel.labels.rows.rows[1].tip
    assert f" pixels, {mean}, on average\n2 pieces at the picture's border" in tip


async def test_that_background_and_labels_switched_off_are_not_told_of(
    lab: Lab, panel: ResultsPanel
) -> None:
    lab.inference.prediction = strips("background", "mitosis")
    await lab.run()
    assert details(panel) == ["confidence 90%", "2 pieces, confidence 90%"]
    assert "pixels or more: 2 × mitosis (2 at the border)." in told(panel)
    lab.view_model.results.show_label("mitosis", visible=False)
    assert told(panel) == "2 regions. Each is a whole class."


async def test_that_many_labels_are_told_in_short(lab: Lab, panel: ResultsPanel) -> None:
    lab.inference.prediction = strips("a", "b", "c", "d", "e", "f")
    await lab.run()
    assert "3 × a, 2 × b, 0 × c, 0 × d, 2 more labels (5 at the border)." in told(panel)


async def test_that_regions_which_are_objects_have_no_pieces(lab: Lab, panel: ResultsPanel) -> None:
    lab.inference.prediction = replace(strips("nucleus", "mitosis"), tells_objects=True)
    await lab.run()
    assert told(panel) == "2 regions"
    assert details(panel) == ["confidence 90%"] * 2
    assert not panel.pieces.isVisible()


async def test_that_the_size_can_be_chosen_before_a_run_and_is_recorded(
    lab: Lab, panel: ResultsPanel
) -> None:
    lab.inference.task = "image-segmentation"
    lab.inference.prediction = strips("nucleus", "mitosis")
    lab.view_model.set_model_source(ModelSource.LOCAL)
    lab.view_model.set_local_path("/models/one.onnx")
    await lab.view_model.wait()
    assert panel.pieces.isVisible()
    panel.pieces.pixels.setValue(35)
    await lab.run("a.png", save_to="results")
    assert lab.inference.pieces_from == 35
    (record,) = lab.runs.records.values()
    assert record.pieces_from == 35


async def test_that_a_saved_run_comes_with_its_own(lab: Lab, panel: ResultsPanel) -> None:
    lab.inference.task = "image-segmentation"
    lab.inference.prediction = strips("nucleus", "mitosis")
    lab.view_model.results.pieces.set_pieces_from(35)
    await lab.run("a.png", save_to="results")
    panel.pieces.pixels.setValue(3)
    (folder,) = lab.runs.records
    lab.view_model.load_results(str(folder))
    await lab.view_model.wait()
    assert panel.pieces.pixels.value() == 35


async def test_that_other_tasks_have_none(lab: Lab, panel: ResultsPanel) -> None:
    await lab.run("a.png", save_to="results")
    assert not panel.pieces.isVisible()
    (record,) = lab.runs.records.values()
    assert record.pieces_from is None


async def test_that_the_whole_run_is_told(lab: Lab, panel: ResultsPanel) -> None:
    lab.inference.prediction = strips("nucleus", "mitosis")
    await lab.run("folder")
    words = panel.totals.text().replace("\u00a0", " ")
    assert words == "Whole run (3 pictures, pieces): 9 × nucleus, 6 × mitosis"
    await lab.run("a.png")
    assert not panel.totals.isVisible()
