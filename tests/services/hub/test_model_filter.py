"""Which models a filter keeps, and what of it the Hub is asked."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest

from ailab.services.hub.hub_urls import can_be_asked, list_url
from ailab.services.hub.license_group import LICENSE_GROUPS, LicenseGroup, group_of
from ailab.services.hub.model_filter import ModelFilter
from ailab.services.hub.model_info import ModelInfo
from ailab.services.hub.model_query import ModelQuery, ModelSort
from ailab.services.hub.model_service import ModelService

MODEL = ModelInfo(
    key="1",
    id="Acme/nuclei",
    author="Acme",
    library="transformers",
    license="apache-2.0",
    tags=("onnx", "license:apache-2.0"),
    parameters=3_700_000,
    size=14_800_000,
    gated="auto",
    last_modified=datetime(2026, 5, 2, 0, 30, tzinfo=UTC),
)
NOTHING_KNOWN = ModelInfo("2", "x/y")


@pytest.mark.parametrize(
    ("wanted", "keeps_model", "keeps_unknown"),
    [
        (ModelFilter(), True, True),
        (ModelFilter(runs_here=True), True, True),
        (ModelFilter(license="Apache-2.0"), True, False),
        (ModelFilter(license="mit"), False, False),
        (ModelFilter(license_group=LicenseGroup.PERMISSIVE), True, False),
        (ModelFilter(license_group=LicenseGroup.UNKNOWN), False, True),
        (ModelFilter(library="Transformers"), True, False),
        (ModelFilter(library="onnx"), True, False),
        (ModelFilter(library="timm"), False, False),
        (ModelFilter(author="acme"), True, False),
        (ModelFilter(author="acm"), False, False),
        (ModelFilter(min_parameters=3_700_000), True, False),
        (ModelFilter(min_parameters=3_700_001), False, False),
        (ModelFilter(max_parameters=3_700_000), True, False),
        (ModelFilter(max_parameters=3_699_999), False, False),
        (ModelFilter(min_size=14_800_000, max_size=14_800_000), True, False),
        (ModelFilter(max_size=50), False, False),
        (ModelFilter(is_gated=True), True, False),
        (ModelFilter(is_gated=False), False, True),
        (ModelFilter(updated_since=date(2026, 5, 2)), True, False),
        (ModelFilter(updated_since=date(2026, 5, 3)), False, False),
        (ModelFilter(license="apache-2.0", author="other"), False, False),
    ],
)
def test_that_a_filter_keeps_what_meets_all_its_conditions(
    wanted: ModelFilter, keeps_model: bool, keeps_unknown: bool
) -> None:
    assert wanted.keeps(MODEL) is keeps_model
    assert wanted.keeps(NOTHING_KNOWN) is keeps_unknown


def asked(wanted: ModelFilter, **query: Any) -> dict[str, list[str]]:
    url = list_url("https://hub.lab", ModelQuery(filter=wanted, **query))
    pairs: dict[str, list[str]] = {}
    for name, value in parse_qsl(urlsplit(url).query):
        pairs.setdefault(name, []).append(value)
    return pairs


def test_that_the_api_is_asked_for_what_it_knows() -> None:
    pairs = asked(
        ModelFilter(
            license="MIT", library="onnx", author="acme", is_gated=False, min_parameters=6 * 10**9
        ),
        task="image-segmentation",
        sort=ModelSort.PARAMETERS,
    )
    assert pairs["filter"] == ["license:mit", "onnx"]
    assert pairs["author"] == ["acme"]
    assert pairs["gated"] == ["false"]
    assert pairs["num_parameters"] == ["min:6B"]
    assert pairs["pipeline_tag"] == ["image-segmentation"]
    assert pairs["sort"] == ["num_parameters"]
    assert {"siblings", "config", "safetensors", "createdAt"} <= set(pairs["expand"])
    assert asked(ModelFilter(is_gated=True))["gated"] == ["true"]
    assert not {"filter", "author", "gated", "num_parameters"} & set(asked(ModelFilter()))


@pytest.mark.parametrize(
    ("least", "most", "words", "is_exact"),
    [
        (6 * 10**9, 128 * 10**9, "min:6B,max:128B", True),
        (350 * 10**6, None, "min:350M", True),
        (None, 1500 * 10**3, "max:1500K", True),
        (0, None, "min:0K", True),
        (1, 999, "min:0K,max:1K", False),
        (123_456_789, 123_456_789, "min:123M,max:124M", False),
        (1_234_567_891, None, "min:1234M", False),
    ],
)
def test_that_numbers_are_rounded_outward(
    least: int | None, most: int | None, words: str, is_exact: bool
) -> None:
    wanted = ModelFilter(min_parameters=least, max_parameters=most)
    assert asked(wanted)["num_parameters"] == [words]
    assert can_be_asked(wanted) is is_exact


@pytest.mark.parametrize(
    ("wanted", "applies"),
    [
        (ModelFilter(), True),
        (ModelFilter(license="mit", library="onnx", author="a", is_gated=True), True),
        (ModelFilter(runs_here=True), True),
        (ModelFilter(license_group=LicenseGroup.COPYLEFT), False),
        (ModelFilter(min_size=0), False),
        (ModelFilter(max_size=1), False),
        (ModelFilter(updated_since=date(2026, 1, 1)), False),
    ],
)
def test_that_it_is_known_what_the_api_cannot_do(wanted: ModelFilter, applies: bool) -> None:
    assert ModelService(token="").applies_all(ModelQuery(filter=wanted)) is applies


def test_that_every_licence_of_the_hub_has_its_group(shared_dir: Path) -> None:
    rows = json.loads((shared_dir / "hub" / "vocab" / "licenses.json").read_text("utf-8"))
    assert {row["id"] for row in rows} == set(LICENSE_GROUPS)


@pytest.mark.parametrize(
    ("license_id", "group"),
    [
        ("mit", LicenseGroup.PERMISSIVE),
        ("CC-BY-4.0", LicenseGroup.PERMISSIVE),
        ("gpl-3.0", LicenseGroup.COPYLEFT),
        ("cc-by-nc-sa-4.0", LicenseGroup.RESTRICTED),
        ("llama3.1", LicenseGroup.RESTRICTED),
        ("other", LicenseGroup.RESTRICTED),
        ("a-licence-of-its-own", LicenseGroup.RESTRICTED),
        ("unknown", LicenseGroup.UNKNOWN),
        ("", LicenseGroup.UNKNOWN),
        (None, LicenseGroup.UNKNOWN),
    ],
)
def test_that_a_licence_is_found_in_its_group(license_id: str | None, group: LicenseGroup) -> None:
    assert group_of(license_id) is group
    assert ModelFilter(license_group=group).keeps(replace(MODEL, license=license_id))
