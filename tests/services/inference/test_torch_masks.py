"""Tiny networks that make masks, by ailab's two engines and by transformers itself."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest

from ailab.services.inference.inference_errors import ModelFileError
from ailab.services.inference.open_model import open_model
from ailab.services.inference.prompt import NO_PROMPT, Prompt

torch = pytest.importorskip("torch", reason="the extra torch is not installed")
pytest.importorskip("transformers", reason="the extra torch is not installed")

from ailab.services.inference.loaded_model import LoadedModel, load_model  # noqa: E402
from tiny_networks.found_masks import PROMPTS, SIZES, Found, apart, check  # noqa: E402
from tiny_networks.mask_exports import export_sam  # noqa: E402
from tiny_networks.masks import SIDE, picture, sam, sam_hq  # noqa: E402

pytestmark = pytest.mark.filterwarnings("ignore")  # of PyTorch and transformers themselves


def saved(made: tuple[Any, Any], folder: Path) -> Path:
    """The network as safetensors, and what its pictures are prepared with."""
    network, processor = made
    network.save_pretrained(folder)
    processor.image_processor.save_pretrained(folder)
    return folder


@pytest.fixture(scope="module")
def reference() -> tuple[Any, Any]:
    return sam()


@pytest.fixture(scope="module")
def folder(reference: tuple[Any, Any], tmp_path_factory: pytest.TempPathFactory) -> Path:
    return saved(reference, tmp_path_factory.mktemp("sam"))


def exported(
    reference: tuple[Any, Any], folder: Path, to: Path, *, has_boxes: bool = False
) -> LoadedModel:
    (to / "onnx").mkdir()
    for name in ("config.json", "preprocessor_config.json"):
        (to / name).write_bytes((folder / name).read_bytes())
    export_sam(reference[0], to / "onnx", has_boxes=has_boxes)
    return load_model(open_model(to))


@pytest.fixture(scope="module")
def on_torch(folder: Path) -> LoadedModel:
    return load_model(open_model(folder))


@pytest.fixture(scope="module")
def on_onnx(
    reference: tuple[Any, Any], folder: Path, tmp_path_factory: pytest.TempPathFactory
) -> LoadedModel:
    return exported(reference, folder, tmp_path_factory.mktemp("points"))


@pytest.fixture(scope="module")
def on_onnx_with_boxes(
    reference: tuple[Any, Any], folder: Path, tmp_path_factory: pytest.TempPathFactory
) -> LoadedModel:
    return exported(reference, folder, tmp_path_factory.mktemp("boxes"), has_boxes=True)


def by_transformers(made: tuple[Any, Any], pixels: npt.NDArray[np.uint8], prompt: Prompt) -> Found:
    """The masks and scores of the network itself, by descending score."""
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
    scores = answer.iou_scores[0].numpy()
    if len(prompt.boxes) > 1:
        best = scores.argmax(axis=1)
        masks = masks[np.arange(len(best)), best][:, None]
        scores = scores[np.arange(len(best)), best][:, None]
    pairs = zip(scores.ravel().tolist(), masks.reshape(-1, *masks.shape[-2:]), strict=True)
    return sorted(pairs, key=lambda each: -each[0])


def all_by_transformers(made: tuple[Any, Any], pixels: npt.NDArray[np.uint8]) -> Found:
    """What `MaskGenerationPipeline` does, by its own functions but for torchvision's NMS."""
    network, processor = made
    own = processor.image_processor
    boxes, points, pictures, labels = own.generate_crop_boxes(pixels, SIDE)
    inputs = own(images=pictures, return_tensors="pt")
    sizes = inputs["original_sizes"].tolist(), inputs["reshaped_input_sizes"].tolist()
    kept: list[tuple[float, Any, Any]] = []
    with torch.no_grad():
        seen = network.get_image_embeddings(inputs["pixel_values"])
        for start in range(0, points.shape[1], 64):
            answer = network(
                image_embeddings=seen,
                input_points=points[:, start : start + 64],
                input_labels=labels[:, start : start + 64],
            )
            masks = own.post_process_masks(answer.pred_masks, *sizes, binarize=False)[0]
            rles, scores, found = own.filter_masks(
                masks, answer.iou_scores[0], sizes[0][0], boxes[0], 0.88, 0.95
            )
            kept += zip(scores.tolist(), rles, found.float(), strict=True)
    return [(score, unpacked(rle)) for score, rle, _ in apart(kept)]


def unpacked(rle: dict[str, Any]) -> npt.NDArray[np.bool_]:
    values = np.repeat(np.arange(len(rle["counts"])) % 2 == 1, rle["counts"])
    return values.reshape(rle["size"][::-1]).T


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("prompt", PROMPTS.values(), ids=PROMPTS)
def test_that_masks_on_pytorch_are_those_of_transformers(
    reference: tuple[Any, Any], on_torch: LoadedModel, prompt: Prompt, size: tuple[int, int]
) -> None:
    pixels = picture(*size)
    found = on_torch.predict(pixels, prompt).prediction
    check(found, by_transformers(reference, pixels, prompt))


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("kind", ["point", "points"])
def test_that_masks_of_points_on_onnx_runtime_are_those_of_transformers(
    reference: tuple[Any, Any], on_onnx: LoadedModel, kind: str, size: tuple[int, int]
) -> None:
    pixels = picture(*size)
    found = on_onnx.predict(pixels, PROMPTS[kind]).prediction
    check(found, by_transformers(reference, pixels, PROMPTS[kind]))


@pytest.mark.parametrize("kind", ["box", "box and points", "boxes"])
def test_that_masks_of_boxes_on_onnx_runtime_are_those_of_transformers(
    reference: tuple[Any, Any], on_onnx_with_boxes: LoadedModel, kind: str
) -> None:
    pixels = picture(97, 61)
    found = on_onnx_with_boxes.predict(pixels, PROMPTS[kind]).prediction
    check(found, by_transformers(reference, pixels, PROMPTS[kind]))


def test_that_a_copy_without_boxes_says_so_rather_than_answer_with_rubbish(
    on_onnx: LoadedModel,
) -> None:
    with pytest.raises(ModelFileError, match="no boxes"):
        on_onnx.predict(picture(97, 61), PROMPTS["box"])


@pytest.mark.parametrize("size", SIZES[::3])  # the first and the last: each takes long
def test_that_everything_is_found_as_the_pipeline_of_transformers_finds_it(
    reference: tuple[Any, Any],
    on_torch: LoadedModel,
    on_onnx: LoadedModel,
    size: tuple[int, int],
) -> None:
    pixels = picture(*size)
    expected = all_by_transformers(reference, pixels)
    assert len(expected) > 1
    for model in (on_torch, on_onnx):
        check(model.predict(pixels, NO_PROMPT).prediction, expected)


@pytest.mark.parametrize("prompt", PROMPTS.values(), ids=PROMPTS)
def test_that_sam_hq_makes_the_masks_of_transformers(tmp_path: Path, prompt: Prompt) -> None:
    made = sam_hq()
    model = load_model(open_model(saved(made, tmp_path)))
    pixels = picture(97, 61)
    check(model.predict(pixels, prompt).prediction, by_transformers(made, pixels, prompt))


def test_that_another_prompt_for_a_picture_runs_the_decoder_alone(
    on_torch: LoadedModel, monkeypatch: pytest.MonkeyPatch
) -> None:
    pixels = picture(97, 61)
    run, parts = on_torch.network.run, []

    def watched(feeds: Any, part: str = "model") -> Any:
        parts.append(part)
        return run(feeds, part)

    monkeypatch.setattr(on_torch.network, "run", watched)
    on_torch.predict(picture(40, 40), PROMPTS["point"])
    parts.clear()
    first = on_torch.predict(pixels, PROMPTS["point"]).prediction
    second = on_torch.predict(pixels.copy(), PROMPTS["points"]).prediction
    assert parts == ["vision", "decoder", "decoder"]
    assert first != second
    assert on_torch.predict(pixels, PROMPTS["point"]).prediction == first
