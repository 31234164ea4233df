"""Searches and favourites in a file."""

from __future__ import annotations

import asyncio
import json
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ailab.services.hub.license_group import LicenseGroup
from ailab.services.hub.model_filter import ModelFilter
from ailab.services.hub.model_query import ModelQuery, ModelSort
from ailab.services.searches.search_error import SearchError
from ailab.services.searches.search_file import SearchFile
from ailab.services.searches.search_json import read_searches, write_searches
from ailab.services.searches.searches import SavedSearch, Searches
from fakes import a_model

FULL = Searches(
    last=ModelQuery(
        task="object-detection",
        sort=ModelSort.PARAMETERS,
        filter=ModelFilter(
            license="mit",
            library="onnx",
            author="acme",
            min_parameters=0,
            max_parameters=10**9,
            min_size=1,
            max_size=50_000_000,
            is_gated=False,
            updated_since=date(2026, 3, 1),
            runs_here=True,
        ),
    ),
    saved=(
        SavedSearch("nuclei “κύτταρα”", ModelQuery("nuclei", sort=ModelSort.CREATED)),
        SavedSearch("free", ModelQuery(filter=ModelFilter(license_group=LicenseGroup.PERMISSIVE))),
    ),
    favourites=(
        a_model(
            "acme/all",
            gated="manual",
            last_modified=datetime(2026, 3, 1, 12, tzinfo=UTC),
            created=datetime(2025, 3, 1, tzinfo=UTC),
            parameters=7,
            size=28,
            files=("config.json", "onnx/model.onnx"),
            architectures=("DetrForObjectDetection",),
            needs_remote_code=True,
            is_private=True,
        ),
        a_model("gpt2", author=None, task=None, library=None, license=None, tags=()),
    ),
    recent=(a_model("acme/seen"),),
)

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner),
    max_leaves=8,
)


def names_in(folder: Path) -> list[str]:
    return [file.name for file in folder.iterdir()]


async def test_that_everything_comes_back(tmp_path: Path) -> None:
    folder = tmp_path / "not there yet" / "config"
    await SearchFile(folder).save(FULL)
    assert await SearchFile(folder).load() == FULL
    assert names_in(folder) == ["searches.json"]


async def test_that_a_first_start_has_nothing(tmp_path: Path) -> None:
    assert await SearchFile(tmp_path).load() == Searches()


@pytest.mark.parametrize(
    "content", [b"", b"{", b"[]", b"\xff\xfe", b"null", b"[" * 200_000, b'{"last": 1}x']
)
async def test_that_a_damaged_file_is_set_aside(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "searches.json").write_bytes(content)
    store = SearchFile(tmp_path)
    with pytest.raises(SearchError, match="damaged") as caught:
        await store.load()
    aside = tmp_path / "searches.damaged.json"
    assert str(aside) in caught.value.advice
    assert aside.read_bytes() == content
    assert await store.load() == Searches()
    await store.save(FULL)
    assert await store.load() == FULL


async def test_that_a_file_of_any_size_is_not_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ailab.services.searches.search_file._LARGEST", 10)
    (tmp_path / "searches.json").write_bytes(write_searches(FULL))
    with pytest.raises(SearchError, match="damaged"):
        await SearchFile(tmp_path).load()


async def test_that_a_folder_that_cannot_be_written_to_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(SearchError) as caught:
        await SearchFile(tmp_path / "file").save(FULL)
    assert str(tmp_path / "file") in caught.value.message


async def test_that_what_cannot_be_read_is_told(tmp_path: Path) -> None:
    (tmp_path / "searches.json").mkdir()
    with pytest.raises(SearchError, match="could not be read"):
        await SearchFile(tmp_path).load()


async def test_that_two_labs_never_damage_the_file(tmp_path: Path) -> None:
    labs = [SearchFile(tmp_path) for _ in range(2)]
    written = [
        Searches(favourites=tuple(a_model(f"lab-{lab}/{row}") for row in range(200)))
        for lab in range(2)
    ]

    async def write(lab: int) -> None:
        for _ in range(10):
            await labs[lab].save(written[lab])
            assert await labs[lab].load() in written

    await asyncio.gather(write(0), write(1))
    assert await labs[0].load() in written
    assert names_in(tmp_path) == ["searches.json"]


@pytest.mark.slow
@settings(max_examples=150, deadline=None, derandomize=True)
@given(data=st.data())
def test_that_any_json_in_place_of_any_value_is_taken(data: st.DataObject) -> None:
    document = json.loads(write_searches(FULL))
    place = document
    while isinstance(place, dict | list) and place:
        keys = list(place) if isinstance(place, dict) else list(range(len(place)))
        key = data.draw(st.sampled_from(keys))
        if data.draw(st.booleans()) or not isinstance(place[key], dict | list):
            place[key] = data.draw(JSON)
            break
        place = place[key]
    read = read_searches(json.dumps(document).encode())
    assert read_searches(write_searches(read)) == read
