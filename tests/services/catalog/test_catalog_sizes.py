"""What the catalogue keeps of a model's size, which the list often does not tell."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime

from ailab.services.catalog.catalog_service import CatalogService
from ailab.services.hub.model_filter import ModelFilter
from ailab.services.hub.model_query import ModelQuery
from fakes import a_model, details_of

OpenService = Callable[[], CatalogService]

DAY = datetime(2026, 3, 1, tzinfo=UTC)
SMALL = ModelQuery(filter=ModelFilter(max_size=50))


async def test_that_a_size_that_the_details_told_stays_while_the_model_is_the_same(
    open_service: OpenService,
) -> None:
    row = a_model("acme/nuclei", last_modified=DAY)
    async with open_service() as service:
        await service.remember([row])
        assert (await service.first_page(SMALL)).models == ()
        sized = replace(row, size=7)
        await service.remember_details(details_of(sized))
        await service.remember([replace(row, likes=99)])
        assert (await service.first_page(SMALL)).models == (replace(sized, likes=99),)
        await service.remember([replace(row, last_modified=DAY.replace(day=2))])
        assert (await service.first_page(SMALL)).models == ()
