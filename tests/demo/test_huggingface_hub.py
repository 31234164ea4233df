"""`huggingface_hub` and the lab's own client ask one embedded Hub the same, and agree.

Every value that both tell is compared. What is wrong with either client, or with the Hub that
stands in for the real one, makes them differ.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

import huggingface_hub.constants
import pytest
from huggingface_hub import HfApi, errors, scan_cache_dir

from ailab.demo.catalogue import DEMO_TOKENS, demo_catalogue
from ailab.demo.guarded_models import GATED, PRIVATE
from ailab.demo.hub_server import HubServer
from ailab.services.downloads.model_downloader import ModelDownloader
from ailab.services.hub.gate_reason import GateReason
from ailab.services.hub.hub_errors import (
    FileNotFoundOnHubError,
    GatedModelError,
    HubError,
    InvalidTokenError,
    ModelDisabledError,
    ModelNotFoundError,
    RevisionNotFoundError,
)
from ailab.services.hub.model_filter import ModelFilter
from ailab.services.hub.model_info import ModelDetails, ModelInfo
from ailab.services.hub.model_query import ModelQuery, ModelSort
from ailab.services.hub.model_service import ModelService

T = TypeVar("T")
SEGMENTER = "ailab-demo/segformer-nuclei"
FIELDS = [
    "author", "gated", "pipeline_tag", "library_name", "likes", "downloads", "lastModified",
    "createdAt", "tags", "private", "safetensors", "siblings", "config",
]  # fmt: skip


@pytest.fixture(autouse=True)
def _no_xet(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(huggingface_hub.constants, "HF_HUB_DISABLE_XET", True)
    monkeypatch.setattr(huggingface_hub.constants, "HF_HUB_DISABLE_TELEMETRY", True)


@dataclass(frozen=True, slots=True)
class Both:
    """One Hub and its two clients, with the same token."""

    server: HubServer
    ours: ModelService
    theirs: HfApi

    async def they(self, ask: Callable[[Any], T]) -> T:
        """What `huggingface_hub` answers, asked in a thread."""
        return await asyncio.to_thread(ask, self.theirs)


@asynccontextmanager
async def both_clients(token: str = "") -> AsyncIterator[Both]:
    """The demonstration's Hub and both clients of it."""
    async with (
        HubServer(demo_catalogue(), tokens=DEMO_TOKENS) as server,
        ModelService(server.url, token, delays=()) as ours,
    ):
        yield Both(server, ours, HfApi(endpoint=server.url, token=token or False))


def row_of(theirs: Any) -> dict[str, Any]:
    """A row of `huggingface_hub` in the lab's words."""
    config = theirs.config or {}
    return {
        "id": theirs.id,
        "author": theirs.author,
        "task": theirs.pipeline_tag,
        "library": theirs.library_name,
        "downloads": theirs.downloads,
        "likes": theirs.likes,
        "last_modified": theirs.last_modified,
        "created": theirs.created_at,
        "tags": tuple(theirs.tags),
        "gated": theirs.gated or "",
        "is_private": theirs.private,
        "parameters": theirs.safetensors.total if theirs.safetensors else None,
        "files": tuple(file.rfilename for file in theirs.siblings or ()),
        "architectures": tuple(config.get("architectures", ())),
    }


def row_of_ours(ours: ModelInfo, names: Mapping[str, Any]) -> dict[str, Any]:
    """The same values of the lab's own row."""
    return {name: getattr(ours, name) for name in names}


QUERIES: dict[str, tuple[ModelQuery, dict[str, Any]]] = {
    "everything": (ModelQuery(limit=40), {"sort": "trending_score"}),
    "search": (ModelQuery("NUCLEI", sort=ModelSort.DOWNLOADS), {"search": "NUCLEI"}),
    "task": (
        ModelQuery(task="object-detection", sort=ModelSort.LIKES, limit=7),
        {"pipeline_tag": "object-detection", "sort": "likes"},
    ),
    "created": (ModelQuery(sort=ModelSort.CREATED, limit=30), {"sort": "created_at"}),
    "updated": (ModelQuery(sort=ModelSort.UPDATED, limit=30), {"sort": "last_modified"}),
    "parameters": (
        ModelQuery(
            sort=ModelSort.DOWNLOADS,
            filter=ModelFilter(min_parameters=6_000_000, max_parameters=22_000_000),
        ),
        {"num_parameters": "min:6M,max:22M"},
    ),
    "licence": (
        ModelQuery(sort=ModelSort.DOWNLOADS, filter=ModelFilter(license="mit", library="timm")),
        {"filter": ["license:mit", "timm"]},
    ),
    "author": (
        ModelQuery(sort=ModelSort.DOWNLOADS, filter=ModelFilter(author="ailab-demo")),
        {"author": "ailab-demo"},
    ),
    "gated": (
        ModelQuery(sort=ModelSort.DOWNLOADS, filter=ModelFilter(is_gated=True)),
        {"gated": True},
    ),
    "open": (
        ModelQuery(
            "segmenter",
            "image-segmentation",
            ModelSort.DOWNLOADS,
            filter=ModelFilter(is_gated=False),
        ),
        {"search": "segmenter", "pipeline_tag": "image-segmentation", "gated": False},
    ),
}


@pytest.mark.parametrize("name", QUERIES)
async def test_that_both_list_the_same_models_in_the_same_order(name: str) -> None:
    query, words = QUERIES[name]

    async with both_clients() as both:
        page = await both.ours.first_page(query)
        ours, pages = [*page.models], 1
        while page.next_cursor is not None:
            page = await both.ours.next_page(page)
            ours, pages = [*ours, *page.models], pages + 1
        asked = {"sort": "downloads"} | words
        theirs = await both.they(lambda api: [*api.list_models(expand=FIELDS, **asked)])
        rows = [row_of(each) for each in theirs]
        assert rows
        assert [row_of_ours(each, rows[0]) for each in ours] == rows
        assert pages == -(-len(rows) // query.limit)


async def test_that_what_was_updated_since_a_day_is_kept_by_the_same_dates() -> None:
    async with both_clients() as both:
        query = ModelQuery(sort=ModelSort.UPDATED, limit=1000)
        recent = ModelFilter(updated_since=date(2026, 6, 1))
        ours = [row.id for row in (await both.ours.first_page(query)).models if recent.keeps(row)]
        theirs = await both.they(
            lambda api: [*api.list_models(sort="last_modified", expand=["lastModified"])]
        )
        since = datetime(2026, 6, 1, tzinfo=UTC)
        assert ours == [row.id for row in theirs if row.last_modified >= since]
        assert 0 < len(ours) < len(theirs)


@pytest.mark.parametrize("revision", [None, "v1.0", "fp16"])
async def test_that_both_tell_the_same_of_a_model_and_its_files(revision: str | None) -> None:
    async with both_clients() as both:
        ours = await both.ours.get_model_info(SEGMENTER, revision)
        theirs = await both.they(
            lambda api: api.model_info(SEGMENTER, revision=revision, files_metadata=True)
        )
        row = row_of(theirs)
        assert row_of_ours(ours.info, row) == row
        assert ours.revision == theirs.sha
        card = theirs.card_data.to_dict()
        assert [*ours.datasets] == card["datasets"]
        assert [*ours.languages] == [card["language"]]
        assert ours.info.license == card["license"]
        assert [*ours.spaces] == theirs.spaces
        assert dict(ours.parameters_by_dtype) == (
            theirs.safetensors.parameters if theirs.safetensors else {}
        )
        assert {(each.metric, float(each.value)) for each in ours.evaluations} == {
            (each.metric_name, each.metric_value) for each in theirs.card_data.eval_results
        }
        assert files_of(ours) == {
            file.rfilename: (
                file.size,
                file.lfs.sha256 if file.lfs else None,
                None if file.lfs else file.blob_id,
            )
            for file in theirs.siblings
        }
        tree = await both.they(
            lambda api: [*api.list_repo_tree(SEGMENTER, recursive=True, revision=revision)]
        )
        assert {name: each[0] for name, each in files_of(ours).items()} == {
            each.path: each.size for each in tree if hasattr(each, "size")
        }


def files_of(details: ModelDetails) -> dict[str, tuple[int | None, str | None, str | None]]:
    """Size and checksums by path."""
    return {file.path: (file.size, file.sha256, file.git_sha1) for file in details.files}


async def test_that_both_know_the_same_branches_and_tags() -> None:
    async with both_clients() as both:
        ours = await both.ours.list_refs(SEGMENTER)
        theirs = await both.they(lambda api: api.list_repo_refs(SEGMENTER))
        assert [*ours.branches] == [each.name for each in theirs.branches] == ["main", "fp16"]
        assert [*ours.tags] == [each.name for each in theirs.tags] == ["v1.0"]


async def test_that_a_renamed_model_is_the_same_to_both() -> None:
    async with both_clients() as both:
        ours = await both.ours.get_model_info("nuclei-segmenter")
        theirs = await both.they(lambda api: api.model_info("nuclei-segmenter"))
        assert ours.info.id == theirs.id == SEGMENTER
        assert ours.revision == theirs.sha


@pytest.mark.parametrize("secret", DEMO_TOKENS)
async def test_that_both_are_told_the_same_person(secret: str) -> None:
    async with both_clients(secret) as both:
        ours = await both.ours.who_am_i()
        theirs = await both.they(lambda api: api.whoami())
        token = theirs["auth"]["accessToken"]
        assert (ours.name, ours.full_name, ours.kind) == (
            theirs["name"],
            theirs["fullname"],
            theirs["type"],
        )
        assert (ours.token_name, ours.token_role) == (token["displayName"], token["role"])


@pytest.mark.parametrize(
    ("secret", "reason", "words"),
    [
        ("", GateReason.NO_TOKEN, "Please log in."),
        ("hf_demo_newcomer", GateReason.NOT_ACCEPTED, "not in the authorized list"),
        ("hf_demo_waiting", GateReason.AWAITING_APPROVAL, "awaiting a review"),
        ("hf_demo_rejected", GateReason.DENIED, "has been rejected"),
        ("hf_demo_narrow", GateReason.TOKEN_LACKS_PERMISSION, "fine-grained token settings"),
    ],
)
async def test_that_both_are_refused_a_gated_model_for_the_same_reason(
    tmp_path: Path, secret: str, reason: GateReason, words: str
) -> None:
    async with both_clients(secret) as both:
        ours = await both.ours.get_model_info(GATED)
        theirs = await both.they(lambda api: api.model_info(GATED))
        assert ours.revision == theirs.sha  # what it is, everybody may know
        for ask in (
            lambda: both.ours.read_file(GATED, "main", "config.json"),
            lambda: both.ours.check_access(GATED),
        ):
            with pytest.raises(GatedModelError) as refused:
                await ask()
            assert refused.value.reason is reason
        with pytest.raises(errors.GatedRepoError, match=words):
            await both.they(
                lambda api: api.hf_hub_download(GATED, "config.json", cache_dir=tmp_path)
            )
        with pytest.raises(errors.GatedRepoError, match=words):
            await both.they(lambda api: api.auth_check(GATED))


async def test_that_who_may_gets_gated_and_private_models_from_both(tmp_path: Path) -> None:
    async with both_clients("hf_demo_reader") as both:
        for model in (GATED, PRIVATE):
            await both.ours.check_access(model)
            await both.they(partial(HfApi.auth_check, repo_id=model))
            fetch = partial(
                HfApi.hf_hub_download, repo_id=model, filename="config.json", cache_dir=tmp_path
            )
            theirs = await asyncio.to_thread(Path(await both.they(fetch)).read_bytes)
            assert theirs == await both.ours.read_file(model, "main", "config.json")
        elsewhere = [asked for asked in both.server.requests if asked.origin != both.server.url]
        assert not any("Authorization" in asked.headers for asked in elsewhere)


MISSING: dict[str, tuple[str, str, str | None, type[HubError], type[Exception]]] = {
    # Over plain HTTP `huggingface_hub` doesn't tell an anonymous person's 401 from any other.
    "no model": ("no/such", "config.json", None, ModelNotFoundError, errors.HfHubHTTPError),
    "private": (PRIVATE, "config.json", None, ModelNotFoundError, errors.HfHubHTTPError),
    "no revision": (
        SEGMENTER, "config.json", "nope", RevisionNotFoundError, errors.RevisionNotFoundError,
    ),
    "no file": (SEGMENTER, "nope", None, FileNotFoundOnHubError, errors.RemoteEntryNotFoundError),
    "switched off": (
        "ailab-demo/switched-off-classifier", "config.json", None, ModelDisabledError,
        errors.DisabledRepoError,
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", MISSING)
async def test_that_both_tell_what_is_missing(name: str) -> None:
    model, path, revision, our_error, their_error = MISSING[name]

    async with both_clients() as both:
        with pytest.raises(our_error):
            await both.ours.read_file(model, revision or "main", path)
        url = f"{both.server.url}/{model}/resolve/{revision or 'main'}/{path}"
        with pytest.raises(their_error):
            await both.they(lambda api: api.get_hf_file_metadata(url=url))


async def test_that_a_sort_that_the_hub_does_not_know_is_a_bad_request() -> None:
    async with both_clients() as both:
        with pytest.raises(errors.BadRequestError, match="Invalid sort parameter"):
            await both.they(lambda api: [*api.list_models(sort="nonsense")])


async def test_that_a_stranger_to_the_hub_is_told_so_by_both() -> None:
    async with both_clients("hf_nobody") as both:
        with pytest.raises(InvalidTokenError):
            await both.ours.who_am_i()
        with pytest.raises(errors.HfHubHTTPError, match=r"[Ii]nvalid"):
            await both.they(lambda api: api.whoami())


async def test_that_what_one_downloads_the_other_finds_in_the_cache(tmp_path: Path) -> None:
    async with both_clients() as both:
        first, second = SEGMENTER, "ailab-demo/resnet-cell-cycle"
        downloads = ModelDownloader(both.ours, tmp_path)
        details = {name: await both.ours.get_model_info(name) for name in (first, second)}
        paths = {name: [file.path for file in each.files] for name, each in details.items()}
        ours = await downloads.download(details[first], paths[first], lambda _: None)
        theirs = Path(
            await both.they(lambda api: api.snapshot_download(second, cache_dir=tmp_path))
        )
        asked = len(both.server.requests)
        assert await downloads.holds(details[second], paths[second])
        assert (await downloads.download(details[second], paths[second], lambda _: None)) == theirs
        found = await both.they(
            lambda api: api.snapshot_download(first, cache_dir=tmp_path, local_files_only=True)
        )
        assert Path(found) == ours
        assert len(both.server.requests) == asked  # neither asked for what was there
        for folder, name in ((ours, first), (theirs, second)):
            expected = await both.server.snapshot(name)
            assert {path: (folder / path).read_bytes() for path in paths[name]} == {
                path: blob.file.read() for path, blob in expected.blobs.items()
            }
        cache = await asyncio.to_thread(scan_cache_dir, tmp_path)
        assert cache.warnings == []
        assert {repo.repo_id for repo in cache.repos} == {first, second}
