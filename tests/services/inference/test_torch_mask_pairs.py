"""SAM and SAM 2 as two bare files in their authors' form, beside transformers' own networks."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest

from ailab.services.inference.inference_errors import ModelFileError
from ailab.services.inference.open_model import model_files, open_model
from ailab.services.inference.prompt import NO_PROMPT, Prompt
from ailab.services.inference.prompt_kind import PromptKind

torch = pytest.importorskip("torch", reason="the extra torch is not installed")
pytest.importorskip("transformers", reason="the extra torch is not installed")
pytest.importorskip("onnx", reason="the exporter needs it")

from ailab.services.inference.loaded_model import LoadedModel, load_model  # noqa: E402
from ailab.services.inference.masks import Masks  # noqa: E402
from tiny_networks.authors_exports import (  # noqa: E402
    export_authors_sam,
    export_authors_sam2,
)
from tiny_networks.found_masks import PROMPTS, SIZES, Found, check, whole  # noqa: E402
from tiny_networks.later_masks import Stretching, asked_of, sam2  # noqa: E402
from tiny_networks.mask_exports import export_sam  # noqa: E402
from tiny_networks.masks import picture, sam  # noqa: E402

pytestmark = pytest.mark.filterwarnings("ignore")  # of PyTorch and transformers themselves

Made = tuple[Any, Any]


def best_of_boxes(masks: Any, scores: Any, prompt: Prompt) -> Found:
    if len(prompt.boxes) > 1:
        best = scores.argmax(axis=1)
        masks = masks[np.arange(len(best)), best][:, None]
        scores = scores[np.arange(len(best)), best][:, None]
    pairs = zip(scores.ravel().tolist(), masks.reshape(-1, *masks.shape[-2:]), strict=True)
    return sorted(pairs, key=lambda each: -each[0])


def by_transformers(made: Made, pixels: npt.NDArray[np.uint8], prompt: Prompt) -> Found:
    network, processor = made
    asked: dict[str, Any] = {}
    if points := [*prompt.inside, *prompt.outside]:
        asked["input_points"] = [[[list(point) for point in points]]]
        asked["input_labels"] = [[[1] * len(prompt.inside) + [0] * len(prompt.outside)]]
    if prompt.boxes:
        asked["input_boxes"] = [[list(box) for box in prompt.boxes]]
    inputs = processor(pixels, return_tensors="pt", **asked)
    sizes = inputs.pop("original_sizes"), inputs.pop("reshaped_input_sizes")
    with torch.no_grad():
        answer = network(**inputs)
    masks = processor.post_process_masks(answer.pred_masks, *sizes)[0].numpy()
    return best_of_boxes(masks, answer.iou_scores[0].numpy(), prompt)


def by_transformers_2(
    made: tuple[Any, Stretching], pixels: npt.NDArray[np.uint8], prompt: Prompt
) -> Found:
    network, processor = made
    with torch.no_grad():
        answer = network(processor.pixel_values(pixels), **asked_of(processor, pixels, prompt))
    masks = (processor.enlarged(answer.pred_masks[0], pixels) > 0).numpy()
    return best_of_boxes(masks, answer.iou_scores[0].numpy(), prompt)


@pytest.fixture(scope="module", params=[False, True], ids=["filled up", "fills up"])
def both(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> tuple[Made, LoadedModel]:
    made = sam(patch=16)
    folder = tmp_path_factory.mktemp("sam")
    export_authors_sam(made[0], folder, fills_up=request.param)
    return made, load_model(open_model(folder / "sam.encoder.onnx"))


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("prompt", PROMPTS.values(), ids=PROMPTS)
def test_that_sam_in_its_authors_form_makes_the_masks_of_transformers(
    both: tuple[Made, LoadedModel], prompt: Prompt, size: tuple[int, int]
) -> None:
    made, model = both
    pixels = picture(*size)
    found = model.predict(pixels, prompt).prediction
    check(found, by_transformers(made, pixels, prompt))


@pytest.fixture(scope="module")
def both_2(tmp_path_factory: pytest.TempPathFactory) -> tuple[Made, LoadedModel]:
    made = sam2()
    folder = tmp_path_factory.mktemp("sam2")
    export_authors_sam2(made[0], folder)
    return made, load_model(open_model(folder / "sam2.decoder.onnx"))


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("prompt", PROMPTS.values(), ids=PROMPTS)
def test_that_sam_2_in_this_form_makes_the_masks_of_transformers(
    both_2: tuple[Made, LoadedModel], prompt: Prompt, size: tuple[int, int]
) -> None:
    made, model = both_2
    pixels = picture(*size)
    check(model.predict(pixels, prompt).prediction, by_transformers_2(made, pixels, prompt))


def test_that_either_file_and_their_folder_are_the_model(tmp_path: Path) -> None:
    export_authors_sam(sam()[0], tmp_path, "mobile_sam")
    for path in (
        tmp_path / "mobile_sam.encoder.onnx",
        tmp_path / "mobile_sam.decoder.onnx",
        tmp_path,
    ):
        model = open_model(path)
        assert (model.task, model.decoder) == ("mask-generation", "masks")
        assert model.asks_for is PromptKind.SHAPES
        assert "prepared as SAM's authors do it" in model.note
        names = [name for name, _ in model_files(path)]
        assert names == ["mobile_sam.encoder.onnx", "mobile_sam.decoder.onnx"]


def test_that_a_decoder_of_one_mask_gives_one(tmp_path: Path) -> None:
    export_authors_sam(sam()[0], tmp_path, masks=1)
    model = load_model(open_model(tmp_path))
    pixels = picture(97, 61)
    found = model.predict(pixels, PROMPTS["point"]).prediction
    assert isinstance(found, Masks)
    assert len(found.items) == 1


def test_that_everything_in_a_picture_is_found_as_by_the_hub_s_form(tmp_path: Path) -> None:
    network, processor = sam()
    for name in ("ours", "theirs"):
        (tmp_path / name).mkdir()
    export_authors_sam(network, tmp_path / "ours")
    export_sam(network, tmp_path / "theirs")
    config = {"architectures": ["SamModel"]}
    (tmp_path / "theirs" / "config.json").write_text(json.dumps(config))
    processor.image_processor.save_pretrained(tmp_path / "theirs")
    pixels = picture(97, 61)
    ours, theirs = (
        load_model(open_model(tmp_path / name)).predict(pixels, NO_PROMPT).prediction
        for name in ("ours", "theirs")
    )
    assert isinstance(theirs, Masks)
    assert len(theirs.items) > 1
    expected = [(mask.score, whole(theirs, n)) for n, mask in enumerate(theirs.items)]
    check(ours, expected)


def test_that_other_pairs_are_none(tmp_path: Path) -> None:
    export_authors_sam(sam()[0], tmp_path)
    (tmp_path / "sam.encoder.onnx").rename(tmp_path / "other.encoder.onnx")
    with pytest.raises(
        ModelFileError, match=r"other\.encoder\.onnx is the part of SAM that sees the picture"
    ):
        open_model(tmp_path / "other.encoder.onnx")
    with pytest.raises(
        ModelFileError, match=r"sam\.decoder\.onnx is the part of SAM that makes masks"
    ):
        open_model(tmp_path / "sam.decoder.onnx")
    (tmp_path / "sam.decoder.onnx").rename(tmp_path / "sam.encoder.onnx")
    (tmp_path / "other.encoder.onnx").rename(tmp_path / "sam.decoder.onnx")
    with pytest.raises(ModelFileError):
        open_model(tmp_path / "sam.encoder.onnx")


def test_that_a_decoder_of_another_precision_is_taken_where_there_is_no_other(
    tmp_path: Path,
) -> None:
    export_authors_sam(sam()[0], tmp_path)
    (tmp_path / "sam.encoder.onnx").rename(tmp_path / "sam.encoder.quant.onnx")
    names = [name for name, _ in model_files(tmp_path / "sam.encoder.quant.onnx")]
    assert names == ["sam.encoder.quant.onnx", "sam.decoder.onnx"]
