"""A bare trained model is described in the window, and gives the results it is known for."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from ailab.lab import Lab
from ailab.services.inference.normalisation import Normalisation, Recipe, Scaling
from ailab.services.inference.predictions import (
    Classification,
    DepthMap,
    Detections,
    OutputImage,
    Prediction,
    Segmentation,
)
from ailab.viewmodels.inference_state import Fitness, ModelSource
from ailab.viewmodels.sheet_step import SheetStep
from ailab.views.main_window import MainWindow
from ailab.views.sheet_dialog import SheetDialog

Work = Callable[[], Awaitable[None]]


@dataclass(frozen=True)
class Case:
    """A bare model, what a person chooses beyond what is suggested, and what must come out."""

    photo: str
    label: str
    score: float
    task: str
    decoder: str
    labels: str | tuple[str, ...]
    recipe: Recipe | None = None


CASES = {
    "squeezenet_fp16": Case(
        "kitten_224.png",
        "tabby",
        0.899,
        "image-classification",
        "class-scores",
        "synset.txt",
        Recipe(Scaling.BYTE, Normalisation.CAFFE, "BGR"),
    ),
    "yolox_nano": Case("dog.jpg", "dog", 0.83, "object-detection", "yolox", "coco_classes.txt"),
    "FastestDet": Case(
        "dog.jpg",
        "car",
        0.61,
        "object-detection",
        "yolo-rows",
        "coco_classes.txt",
        Recipe(Scaling.UNIT, Normalisation.NONE, "BGR"),
    ),
    "tcmonodepth_tcsmallnet_192x320": Case(
        "tennis.jpg",
        "depth",
        0.36,
        "depth-estimation",
        "depth",
        (),
        Recipe(Scaling.BYTE, Normalisation.NONE, "RGB"),
    ),
    "pytorch_super_resolution": Case("wolves.jpg", "picture", 3.0, "image-to-image", "image", ()),
    "selfie_segmentation": Case(
        "girl-1.jpg", "person", 0.860, "image-segmentation", "matte", ("person",)
    ),
}


def best(prediction: Prediction | None, cut_out: Path) -> tuple[str, float]:
    """The surest label and its score.

    Of a mask, its overlap with that of another model; of a depth map, how much nearer the player
    is than the wall behind, where the whole picture's depth is 1: with other values the wall
    would be the nearer one; of a picture, how much wider than the one before it is.
    """
    if isinstance(prediction, OutputImage):
        return "picture", prediction.width / 500
    if isinstance(prediction, DepthMap):
        depth = prediction.depth.unpack()
        player, wall = depth[80, 197], depth[88, 94]
        return "depth", float(player - wall) / (prediction.maximum - prediction.minimum)
    if isinstance(prediction, Classification):
        return prediction.scores[0].label, prediction.scores[0].score
    if isinstance(prediction, Detections):
        return prediction.items[0].label, prediction.items[0].score
    assert isinstance(prediction, Segmentation)
    segment = prediction.segments[0]
    labels = np.frombuffer(prediction.label_map.unpack(), np.uint8)
    mask = labels.reshape(prediction.height, prediction.width) == segment.index
    reference = np.asarray(Image.open(cut_out))[..., 3] > 127
    iou = np.logical_and(mask, reference).sum() / np.logical_or(mask, reference).sum()
    return segment.label, float(iou)


@pytest.mark.slow
@pytest.mark.parametrize("name", CASES)
def test_that_a_bare_model_is_described_in_the_window_and_then_runs(
    name: str,
    on_window_loop: Callable[[Work], None],
    real_models: Callable[[str], Path],
    shared_dir: Path,
    tmp_path: Path,
) -> None:
    case, folder = CASES[name], real_models(name)
    by_hand = json.loads((folder / f"{name}.ailab.json").read_text("utf-8"))
    (folder / f"{name}.ailab.json").unlink()
    photo = shared_dir / "realdata" / "photos" / case.photo
    cut_out = photo.with_name("girl-1.rembg-u2net.png")

    async def workflow() -> None:
        async with Lab("http://127.0.0.1:9", tmp_path / "cache") as lab:
            window = MainWindow()
            window.show_lab(lab)
            window.show()
            inference, editor = lab.inference, lab.sheet_editor
            moved = asyncio.Event()
            for view_model in (inference, editor, editor.results):
                view_model.changed.connect(lambda *_: moved.set())

            async def until(condition: Callable[[], bool]) -> None:
                while not condition():
                    moved.clear()
                    await moved.wait()

            inference.set_model_source(ModelSource.LOCAL)
            inference.set_local_path(str(folder / f"{name}.onnx"))
            inference.set_inputs([str(photo)])
            await until(lambda: inference.state.status.sheet is SheetStep.DESCRIBE)
            await until(lambda: bool(inference.state.pictures))
            assert inference.state.status.fitness is Fitness.REFUSED
            panel = window.inference_view.model_panel
            assert panel.sheet.isVisible()
            assert panel.sheet.text() == "Describe…"
            panel.sheet.click()
            dialog = window.findChild(SheetDialog)
            assert dialog is not None
            await editor.wait()
            assert editor.state.picture == str(photo)
            # What the file tells stands in the fields already.
            draft = editor.state.draft
            assert (draft.task, draft.decoder) == (case.task, case.decoder)
            assert (draft.width, draft.height) == (
                by_hand["input"]["width"],
                by_hand["input"]["height"],
            )
            if isinstance(case.labels, str):
                editor.edit(replace(draft, label_file=case.labels))
            else:
                editor.edit(replace(draft, labels=case.labels))
            await editor.wait()
            assert not editor.state.are_names_wrong
            if case.recipe is not None:
                editor.compare()
                await editor.wait()
                assert case.label in editor.state.trials[case.recipe].text or not case.labels
                editor.choose_recipe(case.recipe)
                await editor.wait()
            shown = editor.results.state.current_result
            assert shown is not None
            label, score = best(shown.prediction, cut_out)
            assert case.label in label
            assert score == pytest.approx(case.score, abs=0.02)
            assert not (folder / f"{name}.ailab.json").exists()
            dialog.save.click()
            await until(lambda: inference.state.status.fitness is Fitness.RUNS)
            assert panel.sheet.text() == "Edit sheet…"
            inference.run()
            await inference.wait()
            assert best(inference.results.state.results[0].prediction, cut_out) == (label, score)
            window.close()
        window.deleteLater()

    on_window_loop(workflow)
