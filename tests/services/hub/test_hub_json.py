"""The Hub's JSON, as it is, as it may be, and as an enemy would send it."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from ailab.services.hub.hub_errors import HubFormatError
from ailab.services.hub.hub_json import parse_details, parse_model, parse_models
from ailab.services.hub.json_values import load_json
from ailab.services.hub.model_info import ModelDetails, ModelInfo, RepoFile

HUB = "https://huggingface.co"
MIRROR = "https://hub.lab"
JUNK: list[Any] = [None, True, -1, 1.5, 10**400, "", "x", [], {}, [[]], {"a": {}}, "\ud800", [None]]
FIELDS = (
    *("_id", "modelId", "author", "pipeline_tag", "library_name", "tags", "cardData", "downloads"),
    *("likes", "lastModified", "gated", "safetensors", "gguf", "sha", "siblings", "config"),
    *("disabled", "baseModels"),
)


def recorded(shared_dir: Path, name: str) -> Any:
    return json.loads((shared_dir / "hub" / "recorded" / name).read_text("utf-8"))


def one(**fields: Any) -> ModelInfo:
    model = parse_model({"_id": "1", "id": "o/n", **fields})
    assert model is not None
    return model


def details(**fields: Any) -> ModelDetails:
    return parse_details({"_id": "1", "id": "o/n", **fields}, HUB)


@pytest.mark.parametrize(
    ("name", "count"),
    [("list__trending_limit15__2026-08.json", 15), ("list__trending_limit3__2026-04.json", 3)],
)
def test_that_recorded_pages_are_read_whole(shared_dir: Path, name: str, count: int) -> None:
    data = recorded(shared_dir, name)
    models = parse_models(data)
    assert [model.id for model in models] == [row["id"] for row in data]
    assert len(models) == count
    for model, row in zip(models, data, strict=True):
        assert (model.key, model.downloads, model.likes) == (
            row["_id"],
            row["downloads"],
            row["likes"],
        )
        assert model.task == row.get("pipeline_tag")
        assert f"license:{model.license}" in model.tags or model.license is None
        assert model.author == model.id.split("/")[0]


def test_that_529_recorded_models_are_read(shared_dir: Path) -> None:
    rows = recorded(shared_dir, "list__reduced_529models__2026-08-22.json")["models"]
    models = parse_models(rows)
    assert [model.id for model in models] == [row["id"] for row in rows]
    assert [model.library for model in models] == [row["library_name"] for row in rows]
    trending = recorded(shared_dir, "trending__daily_cache__2026-08.json").values()
    assert len(parse_models([row["repoData"] for row in trending])) == 10


def test_that_recorded_details_are_read(shared_dir: Path) -> None:
    bert = parse_details(recorded(shared_dir, "detail__google-bert_bert-base-uncased.json"), HUB)
    assert bert.info.parameters == 110_106_428
    assert bert.info.last_modified == datetime(2024, 2, 19, 11, 6, 12, tzinfo=UTC)
    assert bert.revision == "86b5e0934494bd15c9632b12f734a8a67f723594"
    assert bert.architectures == ("BertForMaskedLM",)
    assert bert.model_type == "bert"
    assert bert.url == "https://huggingface.co/google-bert/bert-base-uncased"
    assert len(bert.files) == 16
    assert bert.size_on_disk is None  # recorded without sizes
    turbo = parse_details(
        recorded(
            shared_dir, "detail__invokeai_RepoHFMetadata1_nofp16__stabilityai_sdxl-turbo.json"
        ),
        HUB,
    )
    assert turbo.size_on_disk == 41_640_078_882
    large = [file for file in turbo.files if file.sha256]
    small = [file for file in turbo.files if file.git_sha1]
    assert large
    assert small
    assert len(large) + len(small) == len(turbo.files)
    squad = parse_details(recorded(shared_dir, "detail__deepset_roberta-base-squad2.json"), HUB)
    assert squad.base_models == ("FacebookAI/roberta-base",)
    diffusion = recorded(shared_dir, "detail__stabilityai_stable-diffusion-2-1.json")
    assert parse_details(diffusion, HUB).architectures == ()


def test_that_the_licences_of_210_recorded_cards_are_read(shared_dir: Path) -> None:
    path = shared_dir / "hub/recorded/cards__vision_210models__2023-04.jsonl"
    cards = [json.loads(line) for line in path.read_text("utf-8").splitlines()]
    models = parse_models([{"id": card["id"], "cardData": card["meta"]} for card in cards])
    assert len(models) == len({card["id"] for card in cards})
    assert sum(model.license is not None for model in models) > 160


def test_that_absent_keys_are_no_failure() -> None:
    assert parse_models([{"_id": "1", "id": "o/n"}]) == (ModelInfo("1", "o/n", "o"),)
    assert parse_details({"id": "n"}, MIRROR) == ModelDetails(
        ModelInfo("n", "n"), url=f"{MIRROR}/n"
    )


@pytest.mark.parametrize("field", FIELDS)
def test_that_a_wrong_value_costs_its_field_alone(field: str) -> None:
    for junk in JUNK:
        fields = {"id": "o/n", "likes": 3, "downloads": 4, field: junk}
        found = parse_details(fields, HUB)
        assert found.info.id == "o/n"
        assert field == "likes" or found.info.likes == 3
        assert field == "downloads" or found.info.downloads == 4
        assert len(parse_models([fields])) == 1


@pytest.mark.parametrize("row", [*JUNK, {"id": "../../etc"}, {"id": "a b"}, {"id": 7}])
def test_that_a_bad_row_never_loses_the_page(row: Any) -> None:
    models = parse_models([{"_id": "1", "id": "a/b"}, row, {"_id": "2", "id": "c/d"}])
    assert [model.id for model in models if model.id != "x"] == ["a/b", "c/d"]


def test_that_a_row_that_comes_twice_is_shown_once() -> None:
    rows = [{"_id": "1", "id": "a/b"}, {"_id": "2", "id": "c/d"}, {"_id": "1", "id": "a/b"}]
    assert [model.id for model in parse_models(rows)] == ["a/b", "c/d"]


@pytest.mark.parametrize("data", [None, 3, "text", {}, {"error": "no"}, {"models": []}])
def test_that_an_answer_of_another_kind_is_refused(data: Any) -> None:
    with pytest.raises(HubFormatError, match="list of models") as caught:
        parse_models(data)
    assert "HF_ENDPOINT" in caught.value.advice


@pytest.mark.parametrize("data", [None, [], "x", {}, {"id": "../x"}, {"error": "no"}])
def test_that_details_without_an_id_are_refused(data: Any) -> None:
    with pytest.raises(HubFormatError, match="model's details"):
        parse_details(data, HUB)


@pytest.mark.parametrize(
    ("value", "gate"),
    [(False, ""), ("auto", "auto"), ("manual", "manual"), (True, "manual"), (None, ""), (1, "")],
)
def test_that_the_gate_is_read(value: Any, gate: str) -> None:
    assert one(gated=value).gated == gate


def test_that_the_licence_is_the_tag_or_else_the_cards() -> None:
    assert one(tags=["license:mit"], cardData={"license": "MIT"}).license == "mit"
    assert one(cardData={"license": "apache-2.0"}).license == "apache-2.0"
    assert one(cardData={"license": ["cc-by-4.0", "mit"]}).license == "cc-by-4.0"
    assert one(cardData=None).license is None
    assert one(tags=["license:"]).license is None


def test_that_parameters_are_those_of_either_format() -> None:
    assert one(safetensors={"parameters": {"F32": 3}, "total": 3}).parameters == 3
    assert one(gguf={"total": 7, "architecture": "vit"}).parameters == 7
    assert one(safetensors={"parameters": {"F32": 3}}).parameters is None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2024-02-19T11:06:12.000Z", datetime(2024, 2, 19, 11, 6, 12, tzinfo=UTC)),
        ("2024-02-19T12:06:12+01:00", datetime(2024, 2, 19, 11, 6, 12, tzinfo=UTC)),
        ("2024-02-19T11:06:12", datetime(2024, 2, 19, 11, 6, 12, tzinfo=UTC)),
        ("0001-01-01T00:00:00+14:00", None),
        ("yesterday", None),
    ],
)
def test_that_times_are_utc(text: str, expected: datetime | None) -> None:
    assert one(lastModified=text).last_modified == expected


def test_that_a_files_size_and_checksum_are_those_of_its_content() -> None:
    lfs = {"sha256": "a" * 64, "size": 9, "pointerSize": 134}
    rows = [
        {"rfilename": "onnx/model.onnx", "size": 134, "blobId": "b" * 40, "lfs": lfs},
        {"rfilename": "config.json", "size": 2, "blobId": "c" * 40},
        {"rfilename": "README.md"},
    ]
    found = details(siblings=rows)
    assert found.files == (
        RepoFile("onnx/model.onnx", 9, sha256="a" * 64),
        RepoFile("config.json", 2, git_sha1="c" * 40),
        RepoFile("README.md"),
    )
    assert found.size_on_disk is None
    assert details(siblings=rows[:2]).size_on_disk == 11


@pytest.mark.parametrize(
    "path",
    [
        *("/etc/passwd", "../x", "a/../../x", "a//b", "./a", "a/", "C:/x", "c:x", "..", "a\\..\\b"),
        *("a\x00b", "a\nb", "\u202ea", "x" * 1025, "\ud800"),
    ],
)
def test_that_a_path_that_could_leave_its_folder_is_dropped(path: str) -> None:
    rows = [{"rfilename": path, "size": 1}, {"rfilename": "été/模型 1.onnx", "size": 2}]
    assert [file.path for file in details(siblings=rows).files] == ["été/模型 1.onnx"]


@pytest.mark.parametrize("checksum", ["A" * 64, "../../x", "a" * 63, "a" * 65, 7, None])
def test_that_only_a_checksum_is_taken_for_one(checksum: Any) -> None:
    lfs = {"sha256": checksum, "size": 1}
    assert details(siblings=[{"rfilename": "a", "lfs": lfs}]).files[0].sha256 is None
    assert details(siblings=[{"rfilename": "a", "blobId": checksum}]).files[0].git_sha1 is None
    assert details(sha=checksum).revision is None


def test_that_code_of_the_repository_is_noticed() -> None:
    assert details(config={"auto_map": {"AutoModel": "m.Model"}}).needs_remote_code
    assert details(tags=["custom_code"]).needs_remote_code
    assert not details(config={"model_type": "vit", "auto_map": {}}).needs_remote_code


@pytest.mark.parametrize(
    "fields",
    [
        {"baseModels": {"relation": "finetune", "models": [{"_id": "1", "id": "a/b"}]}},
        {"baseModels": ["a/b"]},
        {"tags": ["base_model:a/b", "base_model:finetune:a/b"]},
        {"cardData": {"base_model": "a/b"}},
        {"cardData": {"base_model": ["a/b", "not an id"]}},
    ],
)
def test_that_the_base_model_is_found_wherever_it_is_named(fields: dict[str, Any]) -> None:
    assert details(**fields).base_models == ("a/b",)


def test_that_a_disabled_model_says_so() -> None:
    assert details(disabled=True).disabled
    assert not details(disabled="yes").disabled


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"<html>",
        b'{"a":',
        b"\xff\xfe",
        b"NaN",
        b"[Infinity]",
        b"[" * 200_000,
        b'{"a":' * 200_000,
        b"[" + b"9" * 10_000 + b"]",
    ],
    ids=["empty", "html", "half", "bytes", "nan", "inf", "lists", "objects", "digits"],
)
def test_that_what_is_no_json_is_refused(body: bytes) -> None:
    with pytest.raises(HubFormatError, match="not the JSON") as caught:
        load_json(body, "cells/nuclei")
    assert len(caught.value.detail) < 500
