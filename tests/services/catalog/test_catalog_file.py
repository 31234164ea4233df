"""What can be wrong with the catalogue's file, and two labs at one file."""

from __future__ import annotations

import asyncio
import os
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from ailab.services.catalog.catalog_error import CatalogError, catalog_error
from ailab.services.catalog.catalog_schema import VERSION
from ailab.services.catalog.catalog_service import FILE_NAME, CatalogService
from ailab.services.hub.model_query import ModelQuery
from fakes import FakeHub, a_model

OpenService = Callable[[], CatalogService]


async def fill(open_service: OpenService) -> None:
    async with open_service() as service:
        await service.remember([a_model(f"acme/m-{number}") for number in range(300)])


def put_aside(folder: Path) -> list[str]:
    return [path.name for path in folder.glob("*damaged*")]


def rubbish(path: Path) -> None:
    path.write_bytes(b"no database at all" * 500)


def overwritten(path: Path) -> None:
    body = bytearray(path.read_bytes())
    body[4096:] = b"\xa5" * (len(body) - 4096)
    path.write_bytes(body)


def cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:9000])


def without_a_table(path: Path) -> None:
    with sqlite3.connect(path) as connection:
        connection.execute("DROP TABLE packed")
        connection.execute("DROP TABLE facts")
    connection.close()


@pytest.mark.parametrize("damage", [rubbish, overwritten, cut, without_a_table])
async def test_that_a_damaged_catalogue_is_put_aside_and_begun_anew(
    folder: Path, open_service: OpenService, damage: Callable[[Path], None]
) -> None:
    await fill(open_service)
    damage(folder / FILE_NAME)
    async with open_service() as service:
        assert (await service.first_page(ModelQuery("acme"))).models == ()
        await service.remember([a_model("acme/after")])
        assert len((await service.first_page(ModelQuery("after"))).models) == 1
        assert (await service.facts()).models == 1
    assert put_aside(folder) == ["catalog-damaged.sqlite3"]


async def test_that_both_threads_of_a_lab_leave_a_damaged_file(
    folder: Path, open_service: OpenService
) -> None:
    await fill(open_service)
    overwritten(folder / FILE_NAME)
    async with open_service() as service:
        writing = service.remember([a_model("acme/after")])
        await asyncio.gather(service.facts(), writing, service.first_page(ModelQuery("m")))
        await service.remember([a_model("acme/after")])
        assert len((await service.first_page(ModelQuery("after"))).models) == 1


@pytest.mark.parametrize("tables", ["CREATE TABLE facts(id)", "CREATE TABLE other(x)"])
async def test_that_an_older_catalogue_is_begun_anew(
    folder: Path, open_service: OpenService, tables: str
) -> None:
    await fill(open_service)
    with sqlite3.connect(folder / FILE_NAME) as connection:
        connection.execute("DROP TABLE facts")
        connection.execute(tables)
        connection.execute("PRAGMA user_version = 0")
    connection.close()
    await fill(open_service)
    async with open_service() as service:
        assert (await service.facts()).models == 300


async def test_that_a_newer_catalogue_is_left_alone_with_words(
    folder: Path, open_service: OpenService
) -> None:
    await fill(open_service)
    with sqlite3.connect(folder / FILE_NAME) as connection:
        connection.execute(f"PRAGMA user_version = {VERSION + 1}")
    connection.close()
    async with open_service() as service:
        with pytest.raises(CatalogError, match="newer ailab"):
            await service.first_page(ModelQuery())
    assert put_aside(folder) == []


async def test_that_a_folder_that_cannot_be_made_is_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    async with CatalogService(tmp_path / "file" / "data", FakeHub()) as service:
        with pytest.raises(CatalogError, match="cannot be kept in") as caught:
            await service.facts()
        assert "browsing online works" in caught.value.advice


@pytest.fixture
def locked_folder(tmp_path: Path) -> Iterator[Path]:
    tmp_path.chmod(0o500)
    yield tmp_path
    tmp_path.chmod(0o700)


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="every folder can be written to")
async def test_that_a_read_only_folder_is_a_sentence(locked_folder: Path) -> None:
    async with CatalogService(locked_folder, FakeHub()) as service:
        with pytest.raises(CatalogError, match="cannot be kept in"):
            await service.remember([a_model()])


async def test_that_a_full_disk_is_a_sentence_and_what_was_there_stays(
    open_service: OpenService,
) -> None:
    async with open_service() as service:
        await service.remember([a_model("acme/known")])
        await service._writes.run(
            lambda writer: writer._connection.execute("PRAGMA max_page_count = 40").fetchone()
        )
        many = [a_model(f"acme/m-{n}", tags=("x" * 200 + str(n),)) for n in range(3000)]
        with pytest.raises(CatalogError, match="the disk is full"):
            await service.remember(many)
        assert len((await service.first_page(ModelQuery("acme"))).models) == 1
        await service.remember([])


@pytest.mark.parametrize("code", [sqlite3.SQLITE_IOERR, sqlite3.SQLITE_BUSY, 1])
def test_that_every_failure_has_its_words(code: int) -> None:
    error = sqlite3.OperationalError("disk I/O error")
    error.sqlite_errorcode = code
    told = catalog_error(error, Path("data") / FILE_NAME)
    assert told.message.endswith(".")
    assert told.advice
    assert "disk I/O error" in told.detail
    assert "disk I/O error" not in str(told)


PROGRAM = """
import asyncio, sys
from pathlib import Path
from ailab.services.catalog.catalog_service import CatalogService
from ailab.services.hub.model_info import ModelInfo
from ailab.services.hub.model_query import ModelQuery
from ailab.services.hub.model_service import ModelService

async def main():
    hub = ModelService("http://127.0.0.1:9", "")
    async with CatalogService(Path(sys.argv[1]), hub) as service:
        for start in range(0, 200, 20):
            rows = [
                ModelInfo(f"{sys.argv[2]}{n}", f"{sys.argv[2]}/m-{n}", downloads=n)
                for n in range(start, start + 20)
            ]
            await service.remember(rows)
            shared = ModelInfo("shared", "both/shared", downloads=start, tags=(sys.argv[2],))
            await service.remember([shared])
            assert (await service.first_page(ModelQuery(sys.argv[2]))).models

asyncio.run(main())
"""


def test_that_two_labs_can_write_to_one_catalogue_at_once(folder: Path) -> None:
    labs = [
        subprocess.Popen(
            [sys.executable, "-c", PROGRAM, str(folder), name], stderr=subprocess.PIPE, text=True
        )
        for name in ("one", "two")
    ]
    assert [(lab.communicate()[1], lab.returncode) for lab in labs] == [("", 0)] * 2

    async def look() -> None:
        async with CatalogService(folder, FakeHub()) as service:
            assert (await service.facts()).models == 401
            for words in ("one/", "two/"):
                page = await service.first_page(ModelQuery(words, limit=500))
                assert len(page.models) == 200
            shared = await service.first_page(ModelQuery("shared"))
            assert len(shared.models) == 1

    asyncio.run(look())


async def test_that_clearing_forgets_everything_and_gives_the_room_back(
    open_service: OpenService,
) -> None:
    await fill(open_service)
    async with open_service() as service:
        full = await service.facts()
        assert full.size > 100_000
        await service.clear()
        empty = await service.facts()
        assert (empty.models, empty.newest, empty.synced) == (0, None, ())
        assert empty.size < full.size
        assert (await service.first_page(ModelQuery("acme"))).models == ()
        await service.remember([a_model("acme/after")])
        assert (await service.first_page(ModelQuery("after"))).models
