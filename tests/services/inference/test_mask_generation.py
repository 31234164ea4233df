"""Mask generation on ONNX Runtime, with graphs made by hand, whose masks can be worked out."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import numpy.typing as npt
import onnx
import pytest
from onnx import TensorProto, helper, numpy_helper

from ailab.services.inference.engine import Terminated
from ailab.services.inference.inference_errors import ModelFileError
from ailab.services.inference.loaded_model import LoadedModel, load_model
from ailab.services.inference.masks import Mask, Masks
from ailab.services.inference.open_model import open_model
from ailab.services.inference.prompt import NO_PROMPT, Prompt

FLOAT, INT64 = TensorProto.FLOAT, TensorProto.INT64
SIDE, CELLS = 64, 16
STEEP = 10.0
SCORES = (0.9, 0.95, 0.7)
RADII = (12.0, 20.0, 28.0)

Flags = npt.NDArray[np.bool_]


def save(
    path: Path,
    nodes: list[onnx.NodeProto],
    inputs: list[onnx.ValueInfoProto],
    outputs: list[onnx.ValueInfoProto],
    constants: dict[str, npt.ArrayLike],
) -> None:
    graph = helper.make_graph(
        nodes,
        "masks",
        inputs,
        outputs,
        [numpy_helper.from_array(np.asarray(value), name) for name, value in constants.items()],
    )
    opset = helper.make_opsetid("", 17)
    onnx.save(helper.make_model(graph, opset_imports=[opset], ir_version=8), path)


def info(name: str, kind: int, *shape: int | str) -> onnx.ValueInfoProto:
    return helper.make_tensor_value_info(name, kind, shape)


def save_vision(path: Path) -> None:
    """What it sees of a picture is its mean colour."""
    nodes = [
        helper.make_node("ReduceMean", ["pixel_values"], ["image_embeddings"], axes=[2, 3]),
        helper.make_node("Identity", ["nothing"], ["image_positional_embeddings"]),
    ]
    save(
        path,
        nodes,
        [info("pixel_values", FLOAT, 1, 3, SIDE, SIDE)],
        [
            info("image_embeddings", FLOAT, 1, 3, 1, 1),
            info("image_positional_embeddings", FLOAT, 1, 1),
        ],
        {"nothing": np.zeros((1, 1), np.float32)},
    )


def save_decoder(path: Path, *, marks: str = "points", score: float = 0.0) -> None:
    """Three discs of growing radius around the mean of what is shown.

    Args:
        path: of the file.
        marks: `points`, or `corners` where it tells the corners of boxes apart by their labels
            (a box's discs are then half as large), or `boxes` where it has an input for them.
        score: what is added to the scores.
    """
    y, x = np.mgrid[:CELLS, :CELLS].astype(np.float32)
    cells = np.stack([x, y], axis=-1).reshape(1, 1, 1, CELLS, CELLS, 2) * (SIDE / CELLS)
    cells += SIDE / CELLS / 2
    radii = np.array(RADII, np.float32).reshape(1, 1, 3, 1, 1)
    constants: dict[str, npt.ArrayLike] = {
        "cells": cells.astype(np.float32),
        "radii": radii,
        "steep": np.float32(STEEP),
        "scores": (np.array(SCORES, np.float32) + np.float32(score)).reshape(1, 1, 3),
        "axes": np.array([2, 3, 4], np.int64),
        "last": np.array([-1], np.int64),
        "half": np.float32(0.5),
        "one": np.float32(1),
        "zero": np.float32(0),
        "none": np.float32(0),
    }
    inputs = [
        info("input_points", FLOAT, 1, "things", "points", 2),
        info("input_labels", INT64, 1, "things", "points"),
        info("image_embeddings", FLOAT, 1, 3, 1, 1),
        info("image_positional_embeddings", FLOAT, 1, 1),
    ]
    nodes = [helper.make_node("ReduceMean", ["input_points"], ["centre"], axes=[2], keepdims=0)]
    centre, radius = "centre", "radii"
    if marks == "corners":
        nodes += [
            # 2 · label - 5 is -1 and 1 for the corners: a box is smaller where they are in order.
            helper.make_node("Cast", ["input_labels"], ["kinds"], to=FLOAT),
            helper.make_node("ReduceMax", ["kinds"], ["most"], axes=[0, 1, 2], keepdims=0),
            helper.make_node("Slice", ["kinds", "start", "end", "axis"], ["first"]),
            helper.make_node("ReduceMax", ["first"], ["begins"], axes=[0, 1, 2], keepdims=0),
            helper.make_node("Sub", ["most", "begins"], ["order"]),
            helper.make_node("Greater", ["most", "limit"], ["is_box"]),
            helper.make_node("Mul", ["order", "half"], ["smaller"]),
            helper.make_node("Where", ["is_box", "smaller", "none"], ["less"]),
            helper.make_node("Sub", ["one", "less"], ["share"]),
            helper.make_node("Mul", ["radii", "share"], ["sized"]),
        ]
        constants |= {
            "start": np.array([0], np.int64),
            "end": np.array([1], np.int64),
            "axis": np.array([2], np.int64),
            "limit": np.float32(1.5),
        }
        radius = "sized"
    if marks == "boxes":
        inputs.append(info("input_boxes", FLOAT, 1, "things", 4))
        nodes += [
            helper.make_node("Reshape", ["input_boxes", "pairs"], ["corners"]),
            helper.make_node("ReduceMean", ["corners"], ["middle"], axes=[2], keepdims=0),
        ]
        constants["pairs"] = np.array([1, -1, 2, 2], np.int64)
        centre = "middle"
    nodes += [
        helper.make_node("Unsqueeze", [centre, "axes"], ["wide"]),
        helper.make_node("Sub", ["cells", "wide"], ["way"]),
        helper.make_node("Mul", ["way", "way"], ["squares"]),
        helper.make_node("ReduceSum", ["squares", "last"], ["square"], keepdims=0),
        helper.make_node("Sqrt", ["square"], ["distance"]),
        helper.make_node("Sub", [radius, "distance"], ["inner"]),
        helper.make_node("Mul", ["inner", "steep"], ["pred_masks"]),
        helper.make_node("ReduceSum", [centre, "last"], ["sum"], keepdims=1),
        helper.make_node("Mul", ["sum", "zero"], ["zeros"]),
        helper.make_node("Add", ["zeros", "scores"], ["iou_scores"]),
    ]
    save(
        path,
        nodes,
        inputs,
        [
            info("iou_scores", FLOAT, 1, "things", 3),
            info("pred_masks", FLOAT, 1, "things", 3, CELLS, CELLS),
        ],
        constants,
    )


@pytest.fixture
def loaded(tmp_path: Path) -> Callable[..., LoadedModel]:
    def load(**decoder: object) -> LoadedModel:
        folder = tmp_path / "onnx"
        folder.mkdir()
        (tmp_path / "config.json").write_text(json.dumps({"architectures": ["SamModel"]}))
        preparing = {
            "image_processor_type": "SamImageProcessor",
            "size": {"longest_edge": SIDE},
            "pad_size": {"height": SIDE, "width": SIDE},
        }
        (tmp_path / "preprocessor_config.json").write_text(json.dumps(preparing))
        save_vision(folder / "vision_encoder.onnx")
        save_decoder(folder / "prompt_encoder_mask_decoder.onnx", **decoder)  # type: ignore[arg-type]
        return load_model(open_model(tmp_path))

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
        "ailab.services.inference.pipelines.mask_generation.preprocess",
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
    assert prepared.seen is None


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
