"""What details tell of a model, as authors write it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from ailab.services.hub.hub_json import parse_details, parse_model, parse_refs
from ailab.services.hub.model_info import Evaluation, ModelDetails, ModelInfo
from ailab.services.hub.model_refs import ModelRefs
from ailab.services.hub.preview_candidates import preview_paths

HUB = "https://huggingface.co"
MIRROR = "https://hub.lab"


def details(endpoint: str = MIRROR, **fields: Any) -> ModelDetails:
    return parse_details({"_id": "1", "id": "o/n", **fields}, endpoint, "v1")


def card(**fields: Any) -> ModelDetails:
    return details(cardData=fields)


def row(**fields: Any) -> ModelInfo:
    found = parse_model({"_id": "1", "id": "o/n", **fields})
    assert found is not None
    return found


def test_that_a_recorded_model_is_known_in_full(shared_dir: Path) -> None:
    name = "detail__deepset_roberta-base-squad2.json"
    data = json.loads((shared_dir / "hub" / "recorded" / name).read_text("utf-8"))
    found = parse_details(data, HUB)
    assert found.languages == ("en",)
    assert found.datasets == ("squad_v2",)
    assert found.evaluations[0] == Evaluation(
        "Question Answering", "squad_v2", "Exact Match", "79.9309"
    )
    assert len(found.spaces) == 100
    assert found.parameters_by_dtype == (("F32", 124056578), ("I64", 514))
    assert found.info.size == 4 * 124056578 + 8 * 514
    assert found.info.created is not None
    assert found.info.architectures == ("RobertaForQuestionAnswering",)
    assert found.images[-1].endswith("/social-thumbnails/models/deepset/roberta-base-squad2.png")
    assert {"config.json", "model.safetensors"} <= set(found.info.files)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("en", ("en",)),
        (["en", " de ", "en", False, None, {"a": 1}, ""], ("en", "de")),
        ({"en": 1}, ()),
        (None, ()),
    ],
)
def test_that_names_come_as_a_text_or_a_list(value: Any, expected: tuple[str, ...]) -> None:
    assert card(language=value).languages == expected
    assert card(datasets=value).datasets == expected


def test_that_data_sets_of_the_tags_stand_in_for_the_cards() -> None:
    tags = ["dataset:coco", "dataset:a/b", "en"]
    assert details(tags=tags).datasets == ("coco", "a/b")
    assert details(tags=tags, cardData={"datasets": "voc"}).datasets == ("voc",)


@pytest.mark.parametrize(
    ("link", "expected"),
    [
        ("https://acme.org/licence", "https://acme.org/licence"),
        ("LICENSE.md", f"{MIRROR}/o/n/blob/v1/LICENSE.md"),
        ("./docs/LICENSE", f"{MIRROR}/o/n/blob/v1/docs/LICENSE"),
        ("http://acme.org/licence", None),
        ("javascript:alert(1)", None),
        ("file:///etc/passwd", None),
        ("../../settings", None),
        ("https://acme.org/a b", None),
        (["LICENSE"], None),
        ("", None),
    ],
)
def test_that_a_licences_text_is_found_and_nothing_else(link: Any, expected: str | None) -> None:
    found = card(license="other", license_name="acme-1.0", license_link=link)
    assert found.license_link == expected
    assert found.license_name == "acme-1.0"


def test_that_evaluations_are_read_in_either_place() -> None:
    index: Any = [
        {
            "name": "n",
            "results": [
                {
                    "task": {"type": "image-segmentation"},
                    "dataset": {"name": "Cells", "type": "cells"},
                    "metrics": [
                        {"type": "dice", "name": "Dice", "value": 0.91},
                        {"type": "iou", "value": "0.8 ± 0.1"},
                        {"type": "map", "value": None},
                        {"type": "ok", "value": True},
                        {"type": "list", "value": [1]},
                    ],
                },
                "junk",
                {"task": "segmentation", "metrics": {"value": 1}},
            ],
        }
    ]
    expected = (
        Evaluation("image-segmentation", "Cells", "Dice", "0.91"),
        Evaluation("image-segmentation", "Cells", "iou", "0.8 ± 0.1"),
    )
    at_top: dict[str, Any] = {"model-index": index}
    in_card: dict[str, Any] = {"model-index": None, "cardData": {"model-index": index}}
    assert details(MIRROR, **at_top).evaluations == expected
    assert details(MIRROR, **in_card).evaluations == expected


def test_that_a_gates_text_is_put_together() -> None:
    found = card(
        extra_gated_heading="Acknowledge", extra_gated_prompt=" Do no harm. ", extra_gated_fields={}
    )
    assert found.gate_text == "Acknowledge\n\nDo no harm."
    assert card(extra_gated_prompt=["no"]).gate_text == ""


def test_that_the_best_pictures_come_first() -> None:
    found = details(
        HUB,
        cardData={
            "thumbnail": "https://acme.org/thumb.png",
            "widget": [
                {"src": "https://huggingface.co/datasets/a/b/resolve/main/cat.jpg?download=true"},
                {"src": "speech.flac", "output": {"url": "images/out.webp"}},
                {"text": "no picture"},
                "junk",
            ],
        },
        siblings=[
            {"rfilename": name}
            for name in ("model.onnx", "assets/plot.png", "preview.jpg", "logo.svg")
        ],
    )
    assert found.images == (
        "https://acme.org/thumb.png",
        "https://huggingface.co/datasets/a/b/resolve/main/cat.jpg?download=true",
        "images/out.webp",
        "preview.jpg",
        "assets/plot.png",
        "https://cdn-thumbnails.huggingface.co/social-thumbnails/models/o/n.png",
    )


@pytest.mark.parametrize(
    "name",
    [
        *("http://acme.org/a.png", "data:image/png;base64,AAAA", "file:///a.png", "../a.png"),
        *("/etc/a.png", "javascript:a.png", "https://acme.org/a.svg", "https://acme.org/a b.png"),
        *("a.wav", 7, None, ["a.png"]),
    ],
)
def test_that_what_is_no_picture_or_not_safe_is_no_candidate(name: Any) -> None:
    assert card(thumbnail=name, widget=[{"src": name}]).images == ()
    assert details(widgetData=[{"src": name}]).images == ()


def test_that_there_are_not_too_many_candidates() -> None:
    paths = tuple(f"out/{n}.png" for n in range(50))
    assert len(preview_paths(paths)) == 12
    widget = [{"src": f"{n}.png"} for n in range(50)]
    images = details(HUB, cardData={"widget": widget}).images
    assert len(images) == 12
    assert "social-thumbnails" in images[-1]


@pytest.mark.parametrize(
    ("parameters", "size"),
    [
        ({"F32": 10}, 40),
        ({"F16": 10, "I64": 1}, 28),
        ({"F8_E4M3": 3, "BOOL": 2, "F4": 3}, 6),
        ({"Q9": 10, "F32": 1}, None),
        ({}, None),
        ("junk", None),
        ({"F32": -1, "F16": "x"}, None),
    ],
)
def test_that_a_size_is_reckoned_from_the_dtypes(parameters: Any, size: int | None) -> None:
    assert row(safetensors={"parameters": parameters, "total": 1}).size == size


def test_that_details_know_the_size_of_all_files() -> None:
    siblings = [{"rfilename": "a", "size": 5}, {"rfilename": "b", "size": 6}]
    safetensors = {"parameters": {"F32": 10}}
    assert details(siblings=siblings, safetensors=safetensors).info.size == 11
    assert details(siblings=[{"rfilename": "a"}], safetensors=safetensors).info.size == 40


def test_that_a_row_is_enough_to_judge() -> None:
    siblings = [{"rfilename": f"{n}.bin"} for n in range(5000)]
    found = row(
        siblings=[{"rfilename": "../x"}, *siblings],
        config={"architectures": ["A"], "auto_map": {"AutoModel": "m.M"}},
        private=True,
        createdAt="2025-01-02T03:04:05.000Z",
    )
    assert found.files[0] == "0.bin"
    assert len(found.files) < 5000
    assert found.architectures == ("A",)
    assert found.needs_remote_code
    assert found.is_private
    assert found.created is not None
    assert not row(private="yes").is_private


def test_that_branches_and_tags_are_read() -> None:
    commit = "0" * 40
    data = {
        "branches": [{"name": "main", "ref": "refs/heads/main", "targetCommit": commit}, {}, 7],
        "converts": [{"name": "parquet"}],
        "tags": [{"name": "v1"}, {"name": "v1"}, {"name": "a\nb"}],
    }
    assert parse_refs(data) == ModelRefs(("main",), ("v1",))
    assert parse_refs({}) == ModelRefs()
