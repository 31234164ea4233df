"""Tiny networks built like SAM 2 on PyTorch, by ailab and by transformers' own model.

transformers prepares and finishes their masks with torchvision alone; what stands in for that is
told in `tiny_networks.later_masks`.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest

from ailab.services.inference.masks import Masks
from ailab.services.inference.open_model import open_model
from ailab.services.inference.prompt import NO_PROMPT, Prompt
from ailab.services.inference.prompt_kind import PromptKind

torch = pytest.importorskip("torch", reason="the extra torch is not installed")
transformers = pytest.importorskip("transformers", reason="the extra torch is not installed")

from ailab.services.inference.loaded_model import LoadedModel, load_model  # noqa: E402
from ailab.services.inference.torch_network import TorchNetwork  # noqa: E402
from tiny_networks.found_masks import PROMPTS, SIZES, Found, apart, check  # noqa: E402
from tiny_networks.later_masks import (  # noqa: E402
    SIDE,
    Stretching,
    asked_of,
    edge_tam,
    sam2,
    sam2_video,
    sam3_tracker,
    sam3_video,
)
from tiny_networks.mask_exports import export_sam2  # noqa: E402
from tiny_networks.masks import picture  # noqa: E402
from tiny_networks.named_things import sam3, sam3_whole  # noqa: E402

pytestmark = pytest.mark.filterwarnings("ignore")  # of PyTorch and transformers themselves

Made = tuple[Any, Stretching]
Make = Callable[[], Made]


def saved(made: Made, folder: Path) -> LoadedModel:
    network, processor = made
    network.save_pretrained(folder)
    (folder / "preprocessor_config.json").write_text(json.dumps(processor.to_dict()))
    return load_model(open_model(folder))


@pytest.fixture(scope="module", params=[sam2, sam3_tracker], ids=["SAM 2", "SAM 3 tracker"])
def both(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> tuple[Made, LoadedModel]:
    made = request.param()
    return made, saved(made, tmp_path_factory.mktemp("masks"))


@pytest.fixture(scope="module")
def on_onnx(
    both: tuple[Made, LoadedModel], tmp_path_factory: pytest.TempPathFactory
) -> LoadedModel:
    (network, processor), _ = both
    folder = tmp_path_factory.mktemp("exported")
    (folder / "config.json").write_text(json.dumps({"architectures": [type(network).__name__]}))
    (folder / "preprocessor_config.json").write_text(json.dumps(processor.to_dict()))
    (folder / "onnx").mkdir()
    export_sam2(network, folder / "onnx")
    return load_model(open_model(folder))


def found_by(made: Made, pixels: npt.NDArray[np.uint8], prompt: Prompt) -> Found:
    """The masks and scores of the network itself, by descending score."""
    network, processor = made
    with torch.no_grad():
        answer = network(processor.pixel_values(pixels), **asked_of(processor, pixels, prompt))
    masks = (processor.enlarged(answer.pred_masks[0], pixels) > 0).numpy()
    scores = answer.iou_scores[0].numpy()
    if len(prompt.boxes) > 1:
        best = scores.argmax(axis=1)
        masks = masks[np.arange(len(best)), best][:, None]
        scores = scores[np.arange(len(best)), best][:, None]
    pairs = zip(scores.ravel().tolist(), masks.reshape(-1, *masks.shape[-2:]), strict=True)
    return sorted(pairs, key=lambda each: -each[0])


def all_of(made: Made, pixels: npt.NDArray[np.uint8]) -> Found:
    """What SAM 2's own generator of masks does, with the thresholds of transformers' pipeline.

    For a square picture that pipeline does the same. For others it scales the grid of points as
    SAM takes them, which leaves a part of the picture without any.
    """
    network, processor = made
    height, width = pixels.shape[:2]
    side = (np.arange(32) + 0.5) / 32
    grid = np.stack(np.meshgrid(side * width, side * height), axis=-1).reshape(1, -1, 1, 2)
    kept: list[tuple[float, Any, Any]] = []
    with torch.no_grad():
        answer = network(
            processor.pixel_values(pixels),
            processor.scaled(grid, pixels),
            torch.ones(1, 1024, 1, dtype=torch.int64),
        )
    for score, logits in zip(
        answer.iou_scores[0].flatten(), answer.pred_masks[0].flatten(0, 1), strict=True
    ):
        if score <= 0.88:
            continue
        whole = processor.enlarged(logits[None, None], pixels)[0, 0]
        if (whole > 1).sum() / (whole > -1).sum() > 0.95:
            down, across = torch.nonzero(whole > 0, as_tuple=True)
            box = torch.stack([across.min(), down.min(), across.max(), down.max()]).float()
            kept.append((float(score), (whole > 0).numpy(), box))
    return [(score, mask) for score, mask, _ in apart(kept)]


@pytest.mark.parametrize("size", SIZES[1:])
@pytest.mark.parametrize("prompt", PROMPTS.values(), ids=PROMPTS)
def test_that_masks_are_those_of_transformers(
    both: tuple[Made, LoadedModel], prompt: Prompt, size: tuple[int, int]
) -> None:
    made, model = both
    pixels = picture(*size)
    check(model.predict(pixels, prompt).prediction, found_by(made, pixels, prompt))


@pytest.mark.parametrize("size", [(40, 40), (97, 61)])
def test_that_everything_is_found_all_over_the_picture(
    both: tuple[Made, LoadedModel], size: tuple[int, int]
) -> None:
    made, model = both
    pixels = picture(*size)
    expected = all_of(made, pixels)
    assert len(expected) > 1
    check(model.predict(pixels, NO_PROMPT).prediction, expected)


def test_that_everything_is_found_one_point_at_a_time_on_onnx_runtime(
    both: tuple[Made, LoadedModel], on_onnx: LoadedModel
) -> None:
    pixels = picture(97, 61)
    check(on_onnx.predict(pixels, NO_PROMPT).prediction, all_of(both[0], pixels))


@pytest.mark.parametrize("prompt", PROMPTS.values(), ids=PROMPTS)
def test_that_exports_on_onnx_runtime_make_the_same_masks(
    both: tuple[Made, LoadedModel], on_onnx: LoadedModel, prompt: Prompt
) -> None:
    pixels = picture(97, 61)
    check(on_onnx.predict(pixels, prompt).prediction, found_by(both[0], pixels, prompt))


@pytest.mark.parametrize("size", SIZES)
def test_that_pictures_go_in_as_torchvision_prepares_them(
    both: tuple[Made, LoadedModel], size: tuple[int, int]
) -> None:
    (_, processor), model = both
    pixels = picture(*size, seed=5)  # not one that the pipeline has seen
    ours = model.pipeline.prepare(pixels, NO_PROMPT).sight.feeds["pixel_values"]
    resized = torch.nn.functional.interpolate(
        torch.from_numpy(pixels.copy()).permute(2, 0, 1)[None],
        size=(SIDE, SIDE),
        mode="bilinear",
        antialias=True,
    )
    step = 1 / (255 * np.array(processor.std)).reshape(3, 1, 1)
    steps = np.abs(ours - processor.normalised(resized).numpy()) / step
    assert steps.max() < 1.01
    assert (steps > 0.01).mean() < 0.05


def test_that_sam_2_for_films_makes_the_masks_of_a_picture(tmp_path: Path) -> None:
    made = sam2_video()
    model = saved(made, tmp_path)
    whole = made[0].state_dict()
    network = transformers.Sam2Model(transformers.Sam2Config.from_pretrained(tmp_path))
    network.load_state_dict({name: whole[name] for name in network.state_dict()})
    pixels = picture(97, 61)
    prompt = PROMPTS["box and points"]
    expected = found_by((network.eval(), made[1]), pixels, prompt)
    check(model.predict(pixels, prompt).prediction, expected)


def test_that_sam_3_for_films_makes_the_masks_of_a_picture(tmp_path: Path) -> None:
    made = sam3_video()
    model = saved(made, tmp_path)
    whole = made[0].tracker_model
    assert isinstance(model.network, TorchNetwork)
    network = model.network.release()["shown"]
    for name, values in whole.mask_decoder.state_dict().items():
        assert torch.equal(network.mask_decoder.state_dict()[name], values)
    neck = made[0].tracker_neck.state_dict()
    assert all(torch.equal(network.vision_encoder.neck.state_dict()[k], neck[k]) for k in neck)


@pytest.mark.parametrize("prompt", PROMPTS.values(), ids=PROMPTS)
def test_that_edge_tam_makes_the_masks_of_transformers(tmp_path: Path, prompt: Prompt) -> None:
    pytest.importorskip("timm", reason="the extra timm is not installed")
    pytest.importorskip("torchvision", reason="the extra timm is not installed")
    made = edge_tam()
    model = saved(made, tmp_path)
    pixels = picture(97, 61)
    check(model.predict(pixels, prompt).prediction, found_by(made, pixels, prompt))


def test_that_sam_3_whole_is_shown_things_or_told_their_names(tmp_path: Path) -> None:
    sam3_whole(tmp_path)
    model = open_model(tmp_path)
    assert model.asks_for is PromptKind.SHAPES_OR_LABELS
    loaded = load_model(model)
    pixels, point = picture(97, 61), PROMPTS["point"]
    named = loaded.predict(pixels, Prompt(labels=("cat", "dog"))).prediction
    shown = loaded.predict(pixels, point).prediction
    assert isinstance(named, Masks)
    assert isinstance(shown, Masks)
    assert {mask.label for mask in named.items} == {"cat", "dog"}
    assert {mask.label for mask in shown.items} == {""}
    both = loaded.predict(pixels, replace(point, labels=("cat",))).prediction
    assert both == shown
    (tmp_path / "tokenizer.json").unlink()
    assert open_model(tmp_path).asks_for is PromptKind.SHAPES
    assert load_model(open_model(tmp_path)).predict(pixels, point).prediction == shown


def test_that_other_names_in_the_same_picture_do_not_look_at_it_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sam3(tmp_path)
    loaded = load_model(open_model(tmp_path))
    runs: list[str] = []
    run = loaded.network.run

    def counted(feeds: Any, part: str = "") -> Any:
        runs.append(part)
        return run(feeds, part)

    monkeypatch.setattr(loaded.network, "run", counted)
    for labels in (("cat",), ("dog", "cat"), ("dog", "cat")):
        loaded.predict(picture(97, 61), Prompt(labels=labels))
    assert runs == ["see", "read", "find", "read", "find", "find", "find", "find"]
    loaded.predict(picture(61, 97), Prompt(labels=("dog", "cat")))
    assert runs[8:] == ["see", "find", "find"]
