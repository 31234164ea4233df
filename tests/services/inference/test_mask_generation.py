"""Mask generation on ONNX Runtime, with graphs made by hand, whose masks can be worked out."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, Literal

import numpy as np
import numpy.typing as npt
import pytest

from ailab.services.inference.engine import Terminated
from ailab.services.inference.inference_errors import ModelFileError
from ailab.services.inference.loaded_model import LoadedModel, load_model
from ailab.services.inference.masks import Mask, Masks
from ailab.services.inference.open_model import open_model
from ailab.services.inference.pipeline import SteadyPipeline
from ailab.services.inference.prompt import NO_PROMPT, Prompt
from ailab.services.inference.prompt_kind import PromptKind
from disc_masks import RADII, SIDE, write_discs

Flags = npt.NDArray[np.bool_]


@pytest.fixture
def loaded(tmp_path: Path) -> Callable[..., LoadedModel]:
    def load(**decoder: Any) -> LoadedModel:
        return load_model(open_model(write_discs(tmp_path, **decoder)))

    return load


def picture(width: int = 128, height: int = 96) -> npt.NDArray[np.uint8]:
    return np.full((height, width, 3), 90, np.uint8)


def found(model: LoadedModel, prompt: Prompt, **size: int) -> Masks:
    prediction = model.predict(picture(**size), prompt).prediction
    assert isinstance(prediction, Masks)
    return prediction


def disc(x: float, y: float, radius: float, width: int = 128, height: int = 96) -> Flags:
    down, across = np.mgrid[:height, :width] + 0.5
    inside: Flags = (across - x) ** 2 + (down - y) ** 2 <= radius**2
    return inside


def whole(mask: Mask, width: int = 128, height: int = 96) -> Flags:
    full = np.zeros((height, width), np.bool_)
    x0, y0, x1, y1 = mask.box
    inside = np.frombuffer(mask.inside.unpack(), np.uint8).reshape(y1 - y0, x1 - x0)
    full[y0:y1, x0:x1] = inside > 0
    return full


def iou(one: Flags, other: Flags) -> float:
    return float((one & other).sum() / (one | other).sum())


def test_that_a_point_gives_three_masks_the_best_first(
    loaded: Callable[..., LoadedModel],
) -> None:
    masks = found(loaded(), Prompt(inside=((60.0, 50.0),)))
    assert (masks.width, masks.height) == (128, 96)
    assert [mask.score for mask in masks.items] == pytest.approx([0.95, 0.9, 0.7])
    for mask, radius in zip(masks.items, (RADII[1], RADII[0], RADII[2]), strict=True):
        # The network sees the picture at half its size.
        assert iou(whole(mask), disc(60, 50, 2 * radius)) > 0.97
        assert mask.area == pytest.approx(whole(mask).mean())


def test_that_points_go_in_where_the_network_sees_them(loaded: Callable[..., LoadedModel]) -> None:
    prompt = Prompt(inside=((20.0, 30.0),), outside=((100.0, 70.0),))
    best = found(loaded(), prompt).items[1]
    assert iou(whole(best), disc(60, 50, 2 * RADII[0])) > 0.97


def test_that_each_of_several_boxes_gives_its_best_mask(
    loaded: Callable[..., LoadedModel],
) -> None:
    boxes = ((0.0, 0.0, 60.0, 50.0), (60.0, 40.0, 120.0, 90.0))
    masks = found(loaded(marks="boxes"), Prompt(boxes=boxes))
    assert [mask.score for mask in masks.items] == pytest.approx([0.95, 0.95])
    assert iou(whole(masks.items[0]), disc(30, 25, 2 * RADII[1])) > 0.97
    assert iou(whole(masks.items[1]), disc(90, 65, 2 * RADII[1])) > 0.97


def test_that_a_box_is_told_by_its_corners_where_the_network_knows_them(
    loaded: Callable[..., LoadedModel],
) -> None:
    masks = found(loaded(marks="corners"), Prompt(boxes=((40.0, 30.0, 80.0, 70.0),)))
    assert iou(whole(masks.items[0]), disc(60, 50, RADII[1])) > 0.95


def test_that_a_network_without_boxes_says_so(loaded: Callable[..., LoadedModel]) -> None:
    with pytest.raises(ModelFileError, match="no boxes") as told:
        found(loaded(), Prompt(boxes=((40.0, 30.0, 80.0, 70.0),)))
    assert "points" in told.value.advice


@pytest.mark.parametrize("marks", ["points", "boxes"])
def test_that_the_file_tells_whether_boxes_may_be_drawn(
    tmp_path: Path, marks: Literal["points", "boxes"]
) -> None:
    model = open_model(write_discs(tmp_path, marks=marks))
    assert model.takes_boxes is (marks == "boxes")
    assert model.asks_for is (PromptKind.SHAPES if model.takes_boxes else PromptKind.POINTS)


def test_that_everything_is_found_and_nothing_twice(loaded: Callable[..., LoadedModel]) -> None:
    masks = found(loaded(), NO_PROMPT)
    assert len(masks.items) > 3
    assert min(mask.score for mask in masks.items) > 0.88
    boxes = [np.array(mask.box, float) - (0, 0, 1, 1) for mask in masks.items]
    for index, box in enumerate(boxes):
        for other in boxes[:index]:
            upper, lower = np.maximum(box[:2], other[:2]), np.minimum(box[2:], other[2:])
            shared = np.prod(np.maximum(lower - upper, 0))
            both = np.prod(box[2:] - box[:2]) + np.prod(other[2:] - other[:2])
            assert shared / (both - shared) <= 0.7


def test_that_finding_everything_tells_how_far_it_is(loaded: Callable[..., LoadedModel]) -> None:
    pipeline = loaded().pipeline
    assert isinstance(pipeline, SteadyPipeline)
    told: list[tuple[int, int]] = []
    pipeline.run_telling(
        pipeline.prepare(picture(), NO_PROMPT), lambda done, total: told.append((done, total))
    )
    assert told == [(done, 1024) for done in range(0, 1025, 16)]
    told.clear()
    prompt = Prompt(inside=((60.0, 50.0),))
    pipeline.run_telling(pipeline.prepare(picture(), prompt), lambda *_: told.append((0, 0)))
    assert not told


def test_that_nothing_is_found_where_the_network_is_not_sure(
    loaded: Callable[..., LoadedModel],
) -> None:
    assert found(loaded(score=-0.2), NO_PROMPT).items == ()


def test_that_a_second_prompt_does_not_look_at_the_picture_again(
    loaded: Callable[..., LoadedModel], monkeypatch: pytest.MonkeyPatch
) -> None:
    model = loaded()
    found(model, Prompt(inside=((60.0, 50.0),)))
    monkeypatch.setattr(
        "ailab.services.inference.pipelines.last_picture.preprocess",
        lambda *_: pytest.fail("the same picture was prepared again"),
    )
    masks = found(model, Prompt(inside=((30.0, 30.0),)))
    assert iou(whole(masks.items[0]), disc(30, 30, 2 * RADII[1])) > 0.97


def test_that_another_picture_of_the_same_size_is_looked_at(
    loaded: Callable[..., LoadedModel],
) -> None:
    model = loaded()
    model.predict(picture(), Prompt(inside=((60.0, 50.0),)))
    other = picture()
    other[0, 0, 0] += 1
    prepared = model.pipeline.prepare(other, Prompt(inside=((60.0, 50.0),)))
    assert prepared.sight.seen is None


def test_that_finding_everything_stops_between_two_batches(
    loaded: Callable[..., LoadedModel], monkeypatch: pytest.MonkeyPatch
) -> None:
    model = loaded()
    run, parts = model.network.run, []

    def stopped(feeds: dict[str, npt.NDArray[np.generic]], part: str) -> object:
        parts.append(part)
        if len(parts) == 3:
            raise Terminated
        return run(feeds, part)

    monkeypatch.setattr(model.network, "run", stopped)
    with pytest.raises(Terminated):
        model.predict(picture(), NO_PROMPT)
    assert parts == ["vision", "decoder", "decoder"]


@pytest.mark.slow
def test_that_masks_of_a_large_picture_take_little_more_than_themselves(
    loaded: Callable[..., LoadedModel],
) -> None:
    prompt = Prompt(inside=((2000.0, 1500.0),))
    masks = found(loaded(), prompt, width=4000, height=3000)
    assert (masks.width, masks.height) == (4000, 3000)
    scale = 4000 / SIDE
    expected = disc(2000, 1500, scale * RADII[0], 4000, 3000)
    assert iou(whole(masks.items[1], 4000, 3000), expected) > 0.97


@pytest.mark.parametrize("missing", ["vision_encoder.onnx", "prompt_encoder_mask_decoder.onnx"])
def test_that_half_a_network_is_told(
    loaded: Callable[..., LoadedModel], tmp_path: Path, missing: str
) -> None:
    loaded()
    (tmp_path / "onnx" / missing).rename(tmp_path / "onnx" / "model.onnx")
    for left in ("vision_encoder.onnx", "prompt_encoder_mask_decoder.onnx"):
        (tmp_path / "onnx" / left).unlink(missing_ok=True)
    with pytest.raises(ModelFileError, match="two parts"):
        load_model(open_model(tmp_path))
