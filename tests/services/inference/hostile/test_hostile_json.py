"""Configurations, sheets and heads of files that mean harm: only ever a refusal in words."""

from __future__ import annotations

import json
import struct
from pathlib import Path
from typing import Any

import pytest
from hostile_lab import SHEET, attempt, guarded, is_refusal
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from worker_lab import best

from ailab.services.inference.inference_errors import ModelFileError
from ailab.services.inference.json_file import read_json_object
from ailab.services.inference.model_config import parse_model_config
from ailab.services.inference.model_layout import find_layout
from ailab.services.inference.model_sheet import parse_sheet
from ailab.services.inference.onnx_file import check_onnx_file
from ailab.services.inference.preprocessor_config import parse_preprocessor_config
from ailab.services.inference.safetensors_file import check_safetensors

pytestmark = pytest.mark.slow

NUMBERS = st.one_of(
    st.integers(-3, 3),
    st.sampled_from([10**9, -(10**9), 2**63, 10**400, 0.0, -0.0, 1e308, 1e-320]),
    st.floats(allow_nan=True, allow_infinity=True),
)
VALUES = st.recursive(
    st.one_of(st.none(), st.booleans(), NUMBERS, st.text(max_size=8)),
    lambda inner: st.one_of(
        st.lists(inner, max_size=4),
        st.dictionaries(
            st.sampled_from(["height", "width", "shortest_edge", "0", "1", "-1", "name", "x"]),
            inner,
            max_size=4,
        ),
    ),
    max_leaves=8,
)
CONFIG_KEYS = (
    "architectures", "model_type", "id2label", "label2id", "num_labels", "problem_type",
    "depth_estimation_type", "image_size", "text_config", "vision_config",
)  # fmt: skip
ARCHITECTURES = (
    "ViTForImageClassification", "DetrForObjectDetection", "XForSemanticSegmentation",
    "XForUniversalSegmentation", "XForDepthEstimation", "XForImageSuperResolution",
)  # fmt: skip
PREPROCESSOR_KEYS = (
    "image_processor_type", "feature_extractor_type", "do_resize", "size", "max_size", "resample",
    "do_center_crop", "crop_size", "crop_pct", "do_rescale", "rescale_factor", "rescale_offset",
    "do_normalize", "image_mean", "image_std", "do_pad", "pad_size", "size_divisor",
    "ensure_multiple_of", "keep_aspect_ratio", "do_flip_channel_order", "include_top",
)  # fmt: skip
PROCESSORS = (
    "ViTImageProcessor", "DetrImageProcessor", "SegformerImageProcessor", "DPTImageProcessor",
    "GLPNImageProcessor", "Swin2SRImageProcessor", "EfficientNetImageProcessor",
)  # fmt: skip
SHEET_KEYS = ("format", "task", "input", "decoder", "labels", "threshold", "x")
FEW = settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))


def objects(keys: tuple[str, ...]) -> st.SearchStrategy[dict[str, Any]]:
    return st.dictionaries(st.sampled_from(keys), VALUES, max_size=6)


@given(objects(CONFIG_KEYS), st.sampled_from(ARCHITECTURES))
@FEW
def test_that_any_config_is_read_or_refused(config: dict[str, Any], architecture: str) -> None:
    for values in (config, config | {"architectures": [architecture]}):
        _read_or_refused(lambda values=values: parse_model_config(values))


@given(objects(PREPROCESSOR_KEYS), st.sampled_from(PROCESSORS))
@FEW
def test_that_any_preprocessor_is_read_or_refused(config: dict[str, Any], kind: str) -> None:
    for values in (config, config | {"image_processor_type": kind}):
        _read_or_refused(lambda values=values: parse_preprocessor_config(values))


@given(objects(SHEET_KEYS), st.sampled_from(sorted(SHEET)), VALUES)
@FEW
def test_that_any_sheet_is_read_or_refused(sheet: dict[str, Any], key: str, value: Any) -> None:
    place = Path("/nowhere/m.ailab.json")
    for values in (sheet, SHEET | {key: value}):
        _read_or_refused(lambda values=values: parse_sheet(values, place, place))


@given(st.binary(max_size=200), st.sampled_from([b"", b'{"a":', b"[" * 100, b"\x08\x08:"]))
@FEW
def test_that_any_bytes_are_read_or_refused(
    tmp_path_factory: pytest.TempPathFactory, data: bytes, start: bytes
) -> None:
    folder = tmp_path_factory.mktemp("bytes")
    layout = find_layout(["model.safetensors"])
    assert layout is not None
    head = struct.pack("<Q", len(start + data)) + start + data
    for name, content in (("a.onnx", start + data), ("model.safetensors", head)):
        (folder / name).write_bytes(content)
        (folder / "config.json").write_bytes(content)
    _read_or_refused(lambda: check_onnx_file(folder / "a.onnx"))
    _read_or_refused(lambda: check_safetensors(folder, layout))
    _read_or_refused(lambda: read_json_object(folder / "config.json"))


def _read_or_refused(read: Any) -> None:
    refusal = None
    try:
        read()
    except ModelFileError as error:
        refusal = error
    assert refusal is None or (refusal.message and refusal.advice)


DEEP = "[" * 200_000
HUGE = '{"id2label": {' + ",".join(f'"{i}": "x"' for i in range(70_000)) + "}}"


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("config.json", DEEP),
        ("config.json", '{"a":' * 100_000),
        ("config.json", f'{{"architectures": ["XForImageClassification"], "id2label": {DEEP}'),
        ("config.json", '{"architectures": ["XForImageClassification"], "id2label": {"1e9": 1}}'),
        (
            "config.json",
            '{"architectures": ["XForImageClassification"], "id2label": {"1000000000": "x"}}',
        ),
        ("config.json", HUGE),
        ("config.json", "1" * 100_000),
        ("config.json", '{"num_labels": ' + "1" * 100_000 + "}"),
        ("config.json", "\x00" * 1000),
        ("config.json", '{"architectures": "' + "x" * 10_000_000 + '"}'),
        ("config.json", " " * (17 * 2**20)),
        ("preprocessor_config.json", DEEP),
        ("preprocessor_config.json", '{"size": {"height": -1, "width": 1e999}}'),
        ("preprocessor_config.json", '{"size": {"shortest_edge": 1}, "do_resize": "yes"}'),
        ("preprocessor_config.json", '{"image_processor_type": {"a": 1}}'),
        ("preprocessor_config.json", "[]"),
    ],
)
async def test_that_descriptions_that_mean_harm_are_refused_in_words(
    tmp_path: Path, colour_model: Path, green_picture: str, name: str, text: str
) -> None:
    folder = described(tmp_path, colour_model, name, text)
    async with guarded() as service:
        error = await attempt(service, folder, green_picture)
        assert is_refusal(error)
        assert await best(service, colour_model, green_picture) == "green"


def described(tmp_path: Path, colour_model: Path, name: str, text: str) -> Path:
    folder = tmp_path / "model"
    folder.mkdir()
    (folder / "model.onnx").write_bytes(colour_model.read_bytes())
    config = {"architectures": ["XForImageClassification"], "id2label": list("rgb")}
    (folder / "config.json").write_text(json.dumps(config))
    size = {"height": 8, "width": 8}
    kind = {"image_processor_type": "ViTImageProcessor", "size": size}
    (folder / "preprocessor_config.json").write_text(json.dumps(kind))
    (folder / name).write_text(text)
    return folder
