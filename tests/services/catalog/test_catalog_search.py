"""What the catalogue finds, compared with a plain loop over the models."""

from __future__ import annotations

import asyncio
import random
import sqlite3
import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import date

import pytest

from ailab.services.catalog import catalog_search
from ailab.services.catalog.catalog_error import CatalogError
from ailab.services.catalog.catalog_service import CatalogService
from ailab.services.catalog.catalog_thread import CatalogThread
from ailab.services.hub.license_group import LicenseGroup
from ailab.services.hub.model_filter import ModelFilter
from ailab.services.hub.model_info import ModelInfo, ModelPage
from ailab.services.hub.model_query import ModelQuery, ModelSort
from fakes import a_model, details_of

Assorted = Callable[..., tuple[ModelInfo, ...]]
OpenService = Callable[[], CatalogService]


def _or_less(value: float | None) -> float:
    return -1 if value is None else value


def _downloads(model: ModelInfo) -> float:
    return min(_or_less(model.downloads), 2**35 - 1)


VALUES: dict[ModelSort, Callable[[ModelInfo], float]] = {
    ModelSort.DOWNLOADS: _downloads,
    ModelSort.LIKES: lambda m: _or_less(m.likes),
    ModelSort.TRENDING: lambda m: m.trending or 0.0,
    ModelSort.CREATED: lambda m: m.created.timestamp() if m.created else -1,
    ModelSort.UPDATED: lambda m: m.last_modified.timestamp() if m.last_modified else -1,
    ModelSort.PARAMETERS: lambda m: _or_less(m.parameters),
}

FILTERS = (
    ModelFilter(license="MIT"),
    ModelFilter(license_group=LicenseGroup.PERMISSIVE),
    ModelFilter(license_group=LicenseGroup.UNKNOWN),
    ModelFilter(library="onnx"),
    ModelFilter(library="Timm"),
    ModelFilter(author="ACME"),
    ModelFilter(min_parameters=1),
    ModelFilter(max_parameters=5_000_000),
    ModelFilter(min_parameters=1_000, max_parameters=6_000_000),
    ModelFilter(min_size=10**9, max_size=5 * 10**10),
    ModelFilter(max_size=0),
    ModelFilter(min_parameters=0, max_parameters=10**30),
    ModelFilter(is_gated=True),
    ModelFilter(is_gated=False, updated_since=date(2024, 2, 29)),
    ModelFilter(updated_since=date(2026, 5, 1)),
    ModelFilter(updated_since=date(1960, 1, 1)),
    ModelFilter(license="no-such-licence"),
    ModelFilter(author="acme", license="apache-2.0", max_parameters=10**9),
)
WORDS = (
    "", "vit", "VIT", "segformer-b0", "q", "é", "9", "-1", "zz", "acme/", "Zeta-Lab/ViT",
    "license:mit", "été", "100%_s", "%", "_", '"', 'quo"ted', "a'b", "somebody-else", "vit vision",
    "acme q 1", "onnx transformers", "no such words", "NEAR(", "words:vit", "\0", "x" * 300,
)  # fmt: skip


def expected(models: tuple[ModelInfo, ...], query: ModelQuery) -> list[ModelInfo]:
    """The models that meet a query, by a plain loop."""

    def has_all(model: ModelInfo) -> bool:
        text = "\n".join((model.id, model.author or "", model.library or "", *model.tags)).lower()
        return all(word in text for word in query.search.lower().replace("\0", " ").split())

    return [
        model
        for model in models
        if has_all(model) and query.task in (None, model.task) and query.filter.keeps(model)
    ]


async def all_pages(service: CatalogService, query: ModelQuery) -> list[ModelInfo]:
    """Every row that answers a query, page by page."""
    page = await service.first_page(query)
    rows = list(page.models)
    while page.next_cursor is not None:
        assert len(page.models) == query.limit
        page = await service.next_page(page)
        rows += page.models
    return rows


@pytest.mark.slow
async def test_that_every_search_finds_what_a_plain_loop_finds_in_order_and_page_by_page(
    assorted: Assorted, open_service: OpenService
) -> None:
    models = assorted(400)
    chance = random.Random(7)
    async with open_service() as service:
        await service.remember(models)
        cases = [(words, wanted) for words in WORDS for wanted in (ModelFilter(),)]
        cases += [(chance.choice(WORDS[:8]), wanted) for wanted in FILTERS for _ in range(3)]
        for words, wanted in cases:
            for sort in ModelSort:
                task = chance.choice((None, None, "object-detection"))
                query = ModelQuery(words, task, sort, chance.choice((1000, 37, 9)), wanted)
                rows = await all_pages(service, query)
                right = expected(models, query)
                assert sorted(row.key for row in rows) == sorted(row.key for row in right), query
                found = [VALUES[sort](row) for row in rows]
                assert found == sorted(found, reverse=True), query


@pytest.mark.slow
async def test_that_common_terms_once_counted_change_no_answer(
    assorted: Assorted, open_service: OpenService
) -> None:
    """They decide which way a search goes."""
    models = assorted(1500)
    async with open_service() as service:
        await service.remember(models)
        await service._writes.run(lambda writer: writer.count_terms())
        for words in WORDS:
            for sort in (ModelSort.DOWNLOADS, ModelSort.LIKES):
                query = ModelQuery(words, None, sort, 20)
                rows = await all_pages(service, query)
                right = expected(models, query)
                assert sorted(row.key for row in rows) == sorted(row.key for row in right), query


@pytest.mark.parametrize(
    ("list_cost", "walk_cost", "detour"), [(1e9, 0, 3), (0, 0, 3), (0, 0, 1), (0, 1e9, 3)]
)
async def test_that_each_way_of_searching_finds_the_same_rows_in_the_same_order(
    assorted: Assorted,
    open_service: OpenService,
    monkeypatch: pytest.MonkeyPatch,
    list_cost: float,
    walk_cost: float,
    detour: int,
) -> None:
    """One reads rows with their texts, two walk an order's index, one sorts all hits."""
    monkeypatch.setattr(catalog_search, "_LIST_COST", list_cost)
    monkeypatch.setattr(catalog_search, "_WALK_COST", walk_cost)
    monkeypatch.setattr(catalog_search, "_MOST_DETOUR", detour)
    models = assorted(700)
    async with open_service() as service:
        await service.remember(models)
        await service._writes.run(lambda writer: writer.count_terms())
        for words in ("vit", "onnx", "resnet-1", "segformer-b0-69", "q-", "acme license:mit"):
            for sort in ModelSort:
                for wanted in (ModelFilter(), ModelFilter(license="mit", max_parameters=10**9)):
                    query = ModelQuery(words, None, sort, 7, wanted)
                    rows = await all_pages(service, query)
                    right = expected(models, query)
                    assert sorted(row.key for row in rows) == sorted(row.key for row in right)
                    places = [(-VALUES[sort](row), -_downloads(row)) for row in rows]
                    assert places == sorted(places), query


async def test_that_rows_come_back_as_they_were(
    assorted: Assorted, open_service: OpenService
) -> None:
    models = {model.key: model for model in assorted(60)}
    async with open_service() as service:
        await service.remember(tuple(models.values()))
        page = await service.first_page(ModelQuery(limit=100))
    assert {row.key: row for row in page.models} == models


async def test_that_a_row_seen_later_is_found_at_once_in_its_new_place(
    open_service: OpenService,
) -> None:
    first = a_model("acme/first", downloads=10)
    second = a_model("acme/second", downloads=20, tags=("before",))
    query = ModelQuery("acme", sort=ModelSort.DOWNLOADS)
    async with open_service() as service:
        await service.remember([first, second])
        await service.remember([replace(first, downloads=30, tags=("after",)), second])
        page = await service.first_page(query)
        assert [row.id for row in page.models] == ["acme/first", "acme/second"]
        assert [row.id for row in (await service.first_page(ModelQuery("after"))).models] == [
            "acme/first"
        ]
        await service.remember([replace(second, tags=("renamed",), id="acme/third")])
        assert (await service.first_page(ModelQuery("before"))).models == ()
        assert (await service.first_page(ModelQuery("second"))).models == ()
        assert (await service.facts()).models == 2


async def test_that_paging_goes_on_where_rows_were_moved_meanwhile(
    assorted: Assorted, open_service: OpenService
) -> None:
    models = assorted(90)
    async with open_service() as service:
        await service.remember(models)
        page = await service.first_page(ModelQuery(limit=40, sort=ModelSort.LIKES))
        top = page.models[0]
        await service.remember([replace(top, likes=0), a_model("new/one", likes=10**6)])
        rest = await service.next_page(page)
    assert not {row.key for row in rest.models} & {row.key for row in page.models[1:]}


@pytest.mark.parametrize("cursor", ["", "{}", "[]", "https://hub.test?cursor=1", "{" * 5000])
async def test_that_a_foreign_cursor_gives_no_rows(open_service: OpenService, cursor: str) -> None:
    async with open_service() as service:
        await service.remember([a_model()])
        assert await service.next_page(ModelPage((), cursor)) == ModelPage(())


async def test_that_details_looked_at_are_read_again_without_the_hub(
    open_service: OpenService,
) -> None:
    details = details_of(a_model("acme/Nuclei"), "config.json", "onnx/model.onnx")
    async with open_service() as service:
        await service.remember_details(details)
        assert await service.get_model_info("acme/nuclei") == details
        assert await service.get_model_info("https://huggingface.co/acme/Nuclei") == details


async def test_that_a_row_alone_tells_what_it_knows_as_details(open_service: OpenService) -> None:
    row = a_model("acme/nuclei", files=("model.onnx",), architectures=("Detr",), author="other")
    async with open_service() as service:
        await service.remember([row, a_model("acme/nuclei-2"), a_model("b/acme-nuclei")])
        details = await service.get_model_info("ACME/nuclei")
        assert details.info == row
        assert [file.path for file in details.files] == ["model.onnx"]
        assert details.architectures == ("Detr",)
        with pytest.raises(CatalogError, match="holds nothing of acme/unknown"):
            await service.get_model_info("acme/unknown")
        with pytest.raises(CatalogError):
            await service.get_model_info("acme/nucle")


async def test_that_an_empty_catalogue_answers_with_nothing(open_service: OpenService) -> None:
    async with open_service() as service:
        assert await service.first_page(ModelQuery("vit")) == ModelPage(())
        assert await service.first_page(ModelQuery()) == ModelPage(())
        facts = await service.facts()
        assert (facts.models, facts.newest, facts.synced) == (0, None, ())


async def test_that_cancelling_interrupts_a_search_so_that_the_next_one_need_not_wait(
    open_service: OpenService, assorted: Assorted
) -> None:
    async with open_service() as service:
        await service.remember(assorted(20))
        reads: CatalogThread[object] = service._reads  # type: ignore[assignment]
        await service.facts()
        began, ended = threading.Event(), threading.Event()

        def endless(_: object) -> None:
            assert reads._connection is not None
            began.set()
            try:
                reads._connection.execute(
                    "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n)"
                    " SELECT count(*) FROM n"
                )
            except sqlite3.OperationalError:
                ended.set()
                raise

        search = asyncio.ensure_future(reads.run(endless, can_interrupt=True))
        await asyncio.to_thread(began.wait)
        search.cancel()
        page = await service.first_page(ModelQuery("vit"))
        assert ended.is_set()
        assert page.models
        with pytest.raises(asyncio.CancelledError):
            await search
