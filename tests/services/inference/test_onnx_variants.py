"""Every variant of ONNX weights, by ailab and by ONNX Runtime with transformers' processors."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

torch = pytest.importorskip("torch", reason="the extra torch is not installed")
transformers = pytest.importorskip("transformers", reason="the extra torch is not installed")
pytest.importorskip("onnx_ir", reason="the extra torch is not installed")

import ailab.demo  # noqa: E402
from ailab.services.inference.features import Features  # noqa: E402
from ailab.services.inference.generated_text import GeneratedText  # noqa: E402
from ailab.services.inference.loaded_model import LoadedModel, load_model  # noqa: E402
from ailab.services.inference.open_model import model_files, open_model  # noqa: E402
from ailab.services.inference.predictions import (  # noqa: E402
    Classification,
    Prediction,
    Segmentation,
)
from ailab.services.inference.prompt import NO_PROMPT, Prompt  # noqa: E402
from tiny_networks import features, masks, zero_shot  # noqa: E402
from tiny_networks.bare_networks import BareNetwork, export_whole, written  # noqa: E402
from tiny_networks.comparison import compare, load_reference  # noqa: E402
from tiny_networks.fidelity_case import cases  # noqa: E402
from tiny_networks.mask_cases import POINTS, measured  # noqa: E402
from tiny_networks.mask_exports import export_sam  # noqa: E402
from tiny_networks.onnx_variants import SUFFIXES, write_half_through, write_variant  # noqa: E402
from tiny_networks.reference import Difference, Reference, worse  # noqa: E402
from tiny_networks.region_comparison import label_of_each_pixel  # noqa: E402
from tiny_networks.word_cases import WordCase  # noqa: E402
from tiny_networks.words import vit_gpt2  # noqa: E402
from tiny_networks.zero_shot_exports import export_zero_shot  # noqa: E402

pytestmark = pytest.mark.filterwarnings("ignore")  # of PyTorch, transformers and the converters

CASES = {case.name: case for case in cases()}
WHOLE = {
    "ConvNextForImageClassification": ("logits",),
    "DPTForDepthEstimation": ("predicted_depth",),
    "DetrForObjectDetection": ("logits", "pred_boxes"),
    "SegformerForSemanticSegmentation": ("logits",),
    "ViTForImageClassification": ("logits",),
}
DEMO = Path(ailab.demo.__file__).parent
HALF = "fp16 in and out"
MOST = {
    **dict.fromkeys(("fp16", HALF), 0.001),
    **dict.fromkeys(("q8", "int8", "uint8"), 0.02),
    **dict.fromkeys(("q4", "q4f16", "bnb4"), 0.05),
}
"""How far a trained network's answers may lie from those of 32-bit numbers."""

Measure = Callable[[str, Prediction], "list[Difference]"]
"""From what ends the names of files, and what ailab found, to how far it lies from the bare."""


@pytest.fixture(scope="module")
def picture() -> Image.Image:
    chance = np.random.default_rng(7)
    small = Image.fromarray(chance.integers(0, 256, (11, 14, 3), dtype=np.uint8))
    return small.resize((197, 131), Image.Resampling.BICUBIC)


def variants(folder: Path) -> Iterator[tuple[str, str]]:
    """Write one after the other: its name, and what it shall be called here."""
    for variant in SUFFIXES:
        write_variant(folder, variant)
        yield variant, variant
    write_half_through(folder)
    yield "fp16", HALF


def check(folder: Path, picture: Image.Image, measure: Measure, prompt: Prompt = NO_PROMPT) -> None:
    """Compare every variant of a folder with `onnx/` of 32-bit numbers."""
    wrong = []
    for variant, name in variants(folder):
        model = open_model(folder, variant=variant)
        assert model.variant == variant
        beside = [path.name for _, path in model_files(folder, variant) if "_data" in path.name]
        assert bool(beside) is (name == HALF)
        found = load_model(model).predict(np.asarray(picture), prompt).prediction
        differences = measure(SUFFIXES[variant], found)
        assert differences
        wrong += [(name, each) for each in differences if not each.is_small]
    assert wrong == []


@pytest.mark.parametrize("architecture", WHOLE)
def test_that_every_variant_answers_as_its_bare_file(
    architecture: str, tmp_path: Path, picture: Image.Image
) -> None:
    CASES[architecture].save(tmp_path)
    whole = load_reference(tmp_path, architecture)
    export_whole(whole.network, whole.inputs(picture), WHOLE[architecture], tmp_path)

    def measure(suffix: str, found: Prediction) -> list[Difference]:
        bare = BareNetwork(tmp_path / "onnx" / f"model{suffix}.onnx", whole.network.config)
        return compare(architecture, Reference(bare, whole.processor), picture, found)

    check(tmp_path, picture, measure)


def test_that_every_variant_makes_the_vector_of_its_bare_file(
    tmp_path: Path, picture: Image.Image
) -> None:
    tiny = features.make("Dinov2Model")
    features.export(tiny, tmp_path, ("last_hidden_state", "pooler_output"))
    pixels = tiny.processor(picture, return_tensors="pt")

    def measure(suffix: str, found: Prediction) -> list[Difference]:
        assert isinstance(found, Features)
        bare = BareNetwork(tmp_path / "onnx" / f"model{suffix}.onnx")
        wanted = features.expected(bare(**pixels), "Dinov2Model")
        off = np.abs(found.vector.unpack()[0] - wanted).max() / np.abs(wanted).max()
        return [Difference("relative", float(off), 1e-3)]

    check(tmp_path, picture, measure)


def test_that_every_variant_scores_labels_as_its_bare_file(
    tmp_path: Path, picture: Image.Image
) -> None:
    tiny = zero_shot.clip(tmp_path)
    export_zero_shot(tiny.network, tmp_path, is_classifier=True)
    texts = [f"This is a photo of {label}." for label in zero_shot.LABELS]
    words = tiny.tokenizer(texts, padding=True, return_tensors="pt")
    pixels = tiny.image_processor(picture, return_tensors="pt")

    def measure(suffix: str, found: Prediction) -> list[Difference]:
        assert isinstance(found, Classification)
        bare = BareNetwork(tmp_path / "onnx" / f"model{suffix}.onnx")
        wanted = bare(**words, **pixels).logits_per_image[0].softmax(-1)
        off = worse(*(abs(float(wanted[each.class_id]) - each.score) for each in found.scores))
        return [Difference("score", off, 1e-3)]

    check(tmp_path, picture, measure, Prompt(labels=zero_shot.LABELS))


def test_that_every_variant_writes_the_words_of_its_bare_files(
    tmp_path: Path, picture: Image.Image
) -> None:
    case = WordCase("VisionEncoderDecoderModel (ViT, GPT-2)", vit_gpt2)
    case.save(tmp_path)
    case.export(tmp_path)
    _, processor = case.make()
    tokenizer = transformers.AutoTokenizer.from_pretrained(tmp_path)
    pixels = processor(picture, return_tensors="pt")["pixel_values"]

    def measure(suffix: str, found: Prediction) -> list[Difference]:
        assert isinstance(found, GeneratedText)
        parts = ("encoder_model", "decoder_model_merged")
        reads, writes = (BareNetwork(tmp_path / "onnx" / f"{part}{suffix}.onnx") for part in parts)
        tokens = written(reads, writes, pixels, most=21)
        assert len(tokens) > 5
        text = tokenizer.decode(tokens, skip_special_tokens=True).strip()
        return [Difference("words", 0.0 if text == found.text else np.inf, 0.0)]

    check(tmp_path, picture, measure)


def test_that_every_variant_makes_the_masks_of_its_bare_files(
    tmp_path: Path, picture: Image.Image
) -> None:
    measure = sam_measure(tmp_path, picture)
    check(tmp_path, picture, measure, POINTS)
    # Where none is whole, a part that speaks in half precision goes with one that does not.
    for path in (tmp_path / "onnx").glob("*.onnx"):
        if path.stem not in {"vision_encoder_fp16", "prompt_encoder_mask_decoder"}:
            path.unlink()
    found = load_model(open_model(tmp_path)).predict(np.asarray(picture), POINTS).prediction
    (tmp_path / "onnx/vision_encoder_fp16.onnx").rename(tmp_path / "onnx/vision_encoder.onnx")
    assert [each for each in measure("", found) if not each.is_small] == []


def sam_measure(folder: Path, picture: Image.Image) -> Measure:
    """SAM in two files, and what measures how far from them masks lie."""
    network, processor = masks.sam()
    network.save_pretrained(folder)
    processor.image_processor.save_pretrained(folder)
    (folder / "onnx").mkdir()
    export_sam(network, folder / "onnx")
    points = [list(point) for point in (*POINTS.inside, *POINTS.outside)]
    marks = [1] * len(POINTS.inside) + [0] * len(POINTS.outside)
    inputs = processor(
        picture, input_points=[[points]], input_labels=[[marks]], return_tensors="pt"
    )
    sizes = inputs.pop("original_sizes"), inputs.pop("reshaped_input_sizes")

    def measure(suffix: str, found: Prediction) -> list[Difference]:
        parts = ("vision_encoder", "prompt_encoder_mask_decoder")
        sees, decodes = (BareNetwork(folder / "onnx" / f"{part}{suffix}.onnx") for part in parts)
        answer = decodes(**inputs, **sees(**inputs))
        shown = processor.post_process_masks(answer.pred_masks, *sizes)[0][0].numpy()
        return measured(shown, answer.iou_scores[0, 0].numpy(), found)

    return measure


def far_from_whole(folder: Path, answer: Callable[[LoadedModel], Any]) -> dict[str, Any]:
    """How far each variant's answers lie from those of 32-bit numbers, at most."""
    wanted = answer(load_model(open_model(folder, variant="fp32")))
    far = {}
    for variant, name in variants(folder):
        found = answer(load_model(open_model(folder, variant=variant)))
        far[name] = np.abs(found - wanted)
    return far


def test_that_a_trained_classifier_scores_alike_in_every_variant(
    real_models: Callable[[str], Path], shared_dir: Path
) -> None:
    photos = sorted((shared_dir / "realdata/photos/digits").glob("*.png"))
    pictures = [np.asarray(Image.open(photo).convert("RGB")) for photo in photos]

    def scores(loaded: LoadedModel) -> Any:
        rows = []
        for each in pictures:
            found = loaded.predict(each).prediction
            assert isinstance(found, Classification)
            by_class = sorted(found.scores, key=lambda score: score.class_id)
            rows.append([score.score for score in by_class])
        return np.array(rows)

    far = far_from_whole(real_models("vit-tiny-digits"), scores)
    largest = {name: float(each.max()) for name, each in far.items()}
    assert all(value < MOST[name] for name, value in largest.items()), largest


def test_that_a_trained_segmenter_marks_alike_in_every_variant(tmp_path: Path) -> None:
    for name in ("config.json", "preprocessor_config.json", "onnx/model.onnx"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        shutil.copy(DEMO / "models/segformer-nuclei" / name, tmp_path / name)
    picture = np.asarray(Image.open(DEMO / "pictures/nuclei/nuclei-1.jpg"))

    def classes(loaded: LoadedModel) -> Any:
        found = loaded.predict(picture).prediction
        assert isinstance(found, Segmentation)
        return label_of_each_pixel(found)

    far = far_from_whole(tmp_path, classes)
    others = {name: float((each > 0).mean()) for name, each in far.items()}
    assert all(value < MOST[name] for name, value in others.items()), others
