"""The Hub's models, asked for over HTTP."""

from __future__ import annotations

import asyncio
import re
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any
from urllib.parse import parse_qs, parse_qsl, urlsplit

import aiohttp
import pytest
from aiohttp import web
from aioresponses import aioresponses

from ailab.services.hub.hub_errors import HubFormatError, InvalidModelIdError
from ailab.services.hub.model_info import ModelPage
from ailab.services.hub.model_query import ModelQuery, ModelSort
from ailab.services.hub.model_refs import ModelRefs
from ailab.services.hub.model_service import ModelService
from loopback_hub import COMMIT, MODEL, LoopbackHub

SECRET = "hf_secretsecretsecret"
ROWS = [{"_id": str(n), "id": f"o/n{n}"} for n in range(5)]


@asynccontextmanager
async def hub_and_service(token: str = "") -> AsyncIterator[tuple[LoopbackHub, ModelService]]:
    async with LoopbackHub() as hub, ModelService(hub.endpoint, token=token) as service:
        yield hub, service


def pages(hub: LoopbackHub, *starts: int) -> None:
    """Answer the list in pages that begin at these rows."""

    async def answer(request: Any) -> Any:
        at = int(request.query.get("cursor", 0))
        start, *rest = starts[at:]
        rows = ROWS[start : rest[0] if rest else None]
        link = f'<{hub.endpoint}/api/models?limit=2&cursor={at + 1}>; rel="next"'
        headers = {"Link": link} if rest else {}
        return web.json_response(rows, headers=headers)

    hub.answers["/api/models"] = answer


async def test_that_a_list_is_asked_for_in_the_hubs_own_words(hub_mock: aioresponses) -> None:
    hub_mock.get(re.compile(r"^https://huggingface\.co/api/models\?.*$"), payload=ROWS)
    async with ModelService(token=SECRET) as service:
        models = await service.list_models("nuclei & co", "image-segmentation", 20, ModelSort.LIKES)
    assert [model.id for model in models] == [row["id"] for row in ROWS]
    ((method, url), calls), *others = hub_mock.requests.items()
    assert not others
    asked = parse_qs(url.raw_query_string)
    assert method == "GET"
    assert asked["search"] == ["nuclei & co"]
    assert asked["pipeline_tag"] == ["image-segmentation"]
    assert asked["sort"] == ["likes"]
    assert asked["limit"] == ["20"]
    assert {"gated", "tags", "downloads", "lastModified", "library_name"} <= set(asked["expand"])
    headers = calls[0].kwargs["headers"]
    assert headers["Authorization"] == f"Bearer {SECRET}"
    assert headers["User-Agent"].startswith("ailab/")


async def test_that_a_large_answer_is_parsed(hub_mock: aioresponses) -> None:
    rows = [{"_id": str(n), "id": f"o/n{n}", "tags": ["x" * 50] * 4} for n in range(1000)]
    hub_mock.get(re.compile(r"^https://huggingface\.co/api/models\?.*$"), payload=rows)
    async with ModelService(token="") as service:
        assert len(await service.search_models("n", limit=1000)) == 1000


async def test_that_pages_follow_one_another_and_rows_come_once() -> None:
    async with hub_and_service() as (hub, service):
        pages(hub, 0, 2, 4)
        first = await service.first_page(ModelQuery(limit=2))
        second = await service.next_page(first)
        third = await service.next_page(second)
        assert [len(page.models) for page in (first, second, third)] == [2, 2, 1]
        assert third.next_cursor is None
        assert await service.next_page(third) == ModelPage(())
        assert [model.id for model in await service.list_models(limit=5)] == [
            row["id"] for row in ROWS
        ]
        assert len(await service.list_models(limit=3)) == 3
        assert len(await service.search_models("n", limit=1)) == 1


async def test_that_a_cursor_is_passed_on_as_it_came() -> None:
    async with hub_and_service() as (hub, service):
        cursor = "eyJ%2Bx%2F%3D%3D"
        link = f'<{hub.endpoint}/api/models?limit=2&cursor={cursor}>; rel="next"'
        hub.say("/api/models", ROWS, headers={"Link": link})
        page = await service.first_page(ModelQuery(limit=2))
        await service.next_page(page)
        assert hub.asked()[-1].endswith(f"cursor={cursor}")


@pytest.mark.parametrize(
    "link", ["", "nonsense", "<>; rel=next", '<http://[>; rel="next"', '<x>; rel="prev"']
)
async def test_that_a_page_without_a_usable_next_one_is_the_last(link: str) -> None:
    async with hub_and_service() as (hub, service):
        hub.say("/api/models", ROWS, headers={"Link": link})
        page = await service.first_page(ModelQuery())
        assert len(page.models) == 5
        assert page.next_cursor is None or page.next_cursor.startswith(hub.endpoint)


async def test_that_a_next_page_elsewhere_is_never_asked_for() -> None:
    async with hub_and_service(SECRET) as (hub, service):
        hub.say("/api/models", ROWS, headers={"Link": f'<{hub.cdn}/api/models>; rel="next"'})
        page = await service.first_page(ModelQuery())
        assert page.next_cursor is None
        assert len(page.models) == 5
        with pytest.raises(HubFormatError, match="another server"):
            await service.next_page(ModelPage((), f"{hub.cdn}/api/models"))
        assert hub.asked("cdn") == []


async def test_that_details_come_with_sizes_and_checksums_in_one_request() -> None:
    async with hub_and_service() as (hub, service):
        hub.files = {"config.json": b"{}", "onnx/model.onnx": b"x" * 1000}
        hub.large = {"onnx/model.onnx"}
        details = await service.get_model_info(f"{hub.endpoint}/{MODEL}/tree/main")
        assert details.info.id == MODEL
        assert details.revision == COMMIT
        assert details.url == f"{hub.endpoint}/{MODEL}"
        assert details.size_on_disk == 1002
        assert details.ref == "main"
        assert hub.asked() == [f"/api/models/{MODEL}?blobs=true"]
        small, large = details.files
        assert small.git_sha1
        assert large.sha256


async def test_that_a_revision_is_quoted() -> None:
    async with hub_and_service() as (hub, service):
        details = await service.get_model_info(MODEL, "refs/pr/1")
        assert hub.asked() == [f"/api/models/{MODEL}/revision/refs%2Fpr%2F1?blobs=true"]
        assert details.ref == "refs/pr/1"


async def test_that_branches_and_tags_are_asked_for() -> None:
    async with hub_and_service() as (hub, service):
        path = f"/api/models/{MODEL}/refs"
        hub.say(path, {"branches": [{"name": "main"}, {"name": "fp16"}], "tags": [{"name": "v1"}]})
        assert await service.list_refs(MODEL) == ModelRefs(("main", "fp16"), ("v1",))
        assert await service.list_refs(MODEL) == ModelRefs(("main", "fp16"), ("v1",))
        assert hub.asked() == [path]
        hub.say("/api/models/o/n/refs", [])
        with pytest.raises(HubFormatError, match="branches"):
            await service.list_refs("o/n")


async def test_that_a_renamed_model_answers_under_its_new_id() -> None:
    async with hub_and_service(SECRET) as (hub, service):
        hub.say(
            "/api/models/old-nuclei",
            status=307,
            text=f"Temporary Redirect. Redirecting to /api/models/{MODEL}",
            kind="text/plain",
            headers={"Location": f"/api/models/{MODEL}?blobs=true"},
        )
        details = await service.get_model_info("old-nuclei")
        assert details.info.id == MODEL
        assert details.url.endswith(f"/{MODEL}")
        assert all(seen.headers["Authorization"] == f"Bearer {SECRET}" for seen in hub.seen)


async def test_that_a_text_that_names_no_model_asks_for_nothing() -> None:
    async with hub_and_service() as (hub, service):
        with pytest.raises(InvalidModelIdError):
            await service.get_model_info("../../etc/passwd")
        assert hub.seen == []


async def test_that_a_file_comes_through_the_download_server_without_the_token() -> None:
    async with hub_and_service(SECRET) as (hub, service):
        data = bytes(range(256)) * 10_000
        hub.files, hub.large = {"onnx/model.onnx": data}, {"onnx/model.onnx"}
        async with service.open_file(MODEL, "main", "onnx/model.onnx") as file:
            chunks = [chunk async for chunk in file.chunks]
        assert b"".join(chunks) == data
        assert all(len(chunk) >= 2**20 for chunk in chunks[:-1])
        assert file.headers.commit == COMMIT
        assert file.headers.size == len(data)
        assert file.headers.sha256
        assert file.headers.git_sha1 is None
        (at_hub, at_cdn) = hub.seen
        assert at_hub.headers["Authorization"] == f"Bearer {SECRET}"
        assert "Authorization" not in at_cdn.headers
        assert SECRET not in str(at_cdn)
        assert at_cdn.headers["Accept-Encoding"] == "identity"


async def test_that_a_small_file_comes_from_the_hub_itself() -> None:
    async with hub_and_service() as (hub, service):
        hub.files = {"a b/été.json": b"{}"}
        async with service.open_file(MODEL, COMMIT, "a b/été.json") as file:
            assert [chunk async for chunk in file.chunks] == [b"{}"]
        assert file.headers.git_sha1
        assert file.headers.sha256 is None
        assert file.headers.size == 2
        assert hub.asked()[0] == f"/{MODEL}/resolve/{COMMIT}/a%20b/%C3%A9t%C3%A9.json"


async def test_that_a_signed_address_that_ran_out_is_asked_for_anew() -> None:
    async with hub_and_service() as (hub, service):
        hub.files, hub.large = {"m.onnx": b"data"}, {"m.onnx"}
        tries = 0

        async def refuse_once(request: Any) -> Any:
            nonlocal tries
            tries += 1
            if tries == 1:
                return web.Response(status=403, text="<Error>Request has expired</Error>")
            return web.Response(body=b"data")

        hub.storage = refuse_once
        async with service.open_file(MODEL, "main", "m.onnx") as file:
            assert [chunk async for chunk in file.chunks] == [b"data"]
        assert (len(hub.asked()), len(hub.asked("cdn"))) == (2, 2)


async def test_that_a_borrowed_session_stays_open_and_its_own_is_closed() -> None:
    async with LoopbackHub() as hub, aiohttp.ClientSession() as session:
        hub.say("/api/models", ROWS)
        async with ModelService(hub.endpoint, token="", session=session) as service:
            await service.list_models()
        assert not session.closed
        own = ModelService(hub.endpoint, token="")
        await own.list_models()
        assert own._client._connection is not None
        (opened,) = own._client._connection._owned.values()
        await own.close()
        assert opened.closed
        await own.close()


async def test_that_two_first_questions_share_one_session() -> None:
    async with hub_and_service() as (hub, service):
        hub.say("/api/models", ROWS)
        await asyncio.gather(service.list_models(), service.list_models())
        connection = service._client._connection
        await service.list_models()
        assert service._client._connection is connection


async def test_that_closing_before_any_question_is_fine() -> None:
    await ModelService(token="").close()


@pytest.mark.parametrize(
    ("endpoint", "token", "sends"),
    [
        ("https://huggingface.co", SECRET, True),
        ("https://huggingface.co", "", False),
        ("http://hub.lab", SECRET, False),
        ("http://127.0.0.1:1", SECRET, True),
    ],
)
def test_that_it_says_whether_a_token_is_sent(endpoint: str, token: str, sends: bool) -> None:
    assert ModelService(endpoint, token=token).has_token is sends


def test_that_endpoint_and_token_come_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    assert ModelService().endpoint == "https://huggingface.co"
    assert not ModelService().has_token
    monkeypatch.setenv("HF_ENDPOINT", "https://hub.lab/")
    monkeypatch.setenv("HF_TOKEN", SECRET)
    assert ModelService().endpoint == "https://hub.lab"
    assert ModelService().has_token


async def test_that_a_proxy_of_the_environment_is_used(monkeypatch: pytest.MonkeyPatch) -> None:
    async with LoopbackHub() as proxy:
        monkeypatch.delenv("NO_PROXY", raising=False)
        monkeypatch.setenv("HTTP_PROXY", proxy.endpoint.removeprefix("http://"))
        proxy.say("/api/models", ROWS)
        async with ModelService("http://hub.lab", token=SECRET) as service:
            assert len(await service.list_models()) == 5
        (seen,) = proxy.seen
        assert urlsplit(seen.path).netloc in {"hub.lab", ""}
        assert seen.headers["Host"] == "hub.lab"
        assert "Authorization" not in seen.headers
        assert dict(parse_qsl(urlsplit(seen.path).query))["sort"] == "trendingScore"


@pytest.mark.parametrize("module", ["hub.model_service", "downloads.model_downloader"])
def test_that_importing_a_service_imports_nothing_heavy(module: str) -> None:
    code = (
        f"import sys, ailab.services.{module}\n"
        "heavy = ('aiohttp', 'yarl', 'filelock', 'numpy', 'PIL', 'onnxruntime', 'PyQt6')\n"
        "print([name for name in heavy if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
