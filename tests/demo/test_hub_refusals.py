"""What the Hub refuses, and in which words."""

from __future__ import annotations

import aiohttp
import pytest

from ailab.demo.demo_repo import DemoRepo
from ailab.demo.demo_token import DemoToken
from ailab.demo.hub_server import HubServer

Repos = tuple[DemoRepo, ...]
_TOKENS: dict[str, DemoToken | frozenset[str]] = {
    "hf_reader": frozenset({"lab/gated", "lab/private"}),
    "hf_stranger": frozenset[str](),
    "hf_waiting": DemoToken(awaiting=frozenset({"lab/gated"})),
    "hf_rejected": DemoToken(rejected=frozenset({"lab/gated"}), role="write"),
    "hf_narrow": DemoToken(
        may_read=frozenset({"lab/gated"}), role="fineGrained", reads_gated=False
    ),
}


async def _ask(
    hub: HubServer, path: str, token: str = ""
) -> tuple[int, str | None, str | None, str | None]:
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    async with (
        aiohttp.ClientSession() as session,
        session.get(hub.url + path, headers=headers, allow_redirects=False) as answer,
    ):
        names = ("X-Error-Code", "X-Error-Message", "Location")
        code, message, location = (answer.headers.get(name) for name in names)
        return answer.status, code, message, location


@pytest.mark.parametrize(
    ("path", "token", "status", "code", "message"),
    [
        ("/api/models/no/such", "", 401, None, "Invalid username or password."),
        ("/api/models/other/gone", "", 401, None, "Invalid username or password."),
        ("/api/models/no/such", "hf_stranger", 404, "RepoNotFound", "Repository not found"),
        ("/no/such/resolve/main/a", "", 401, None, "Invalid username or password."),
        ("/api/models", "hf_bad", 401, None, "Invalid credentials in Authorization header"),
        ("/api/whoami-v2", "hf_bad", 401, None, "Invalid credentials in Authorization header"),
        ("/api/models/lab/gated", "", 200, None, None),
        ("/api/models/lab/gated/tree/main", "", 200, None, None),
        ("/lab/gated/resolve/main/onnx/model.onnx", "hf_reader", 302, None, None),
        (
            "/lab/gated/resolve/main/config.json", "", 401, "GatedRepo",
            "Access to model lab/gated is restricted. You must have access to it and be "
            "authenticated to access it. Please log in.",
        ),
        (
            "/lab/gated/resolve/main/config.json", "hf_waiting", 403, "GatedRepo",
            "Your request to access model lab/gated is awaiting a review from the repo authors.",
        ),
        (
            "/lab/gated/resolve/main/config.json", "hf_rejected", 403, "GatedRepo",
            "Your request to access model lab/gated has been rejected by the repo's authors.",
        ),
        (
            "/lab/gated/resolve/main/config.json", "hf_narrow", 403, "GatedRepo",
            "Please enable access to public gated repositories in your fine-grained token "
            "settings to view this repository.",
        ),
        ("/api/models/lab/gated/auth-check", "hf_reader", 200, None, None),
        (
            "/api/models/lab/gated/auth-check", "", 401, "GatedRepo",
            "Access to model lab/gated is restricted. You must have access to it and be "
            "authenticated to access it. Please log in.",
        ),
        ("/api/models/lab/private", "", 401, None, "Invalid username or password."),
        ("/api/models/lab/private", "hf_stranger", 404, "RepoNotFound", "Repository not found"),
        ("/api/models/lab/private", "hf_reader", 200, None, None),
        ("/lab/private/resolve/main/config.json", "hf_reader", 307, None, None),
        (
            "/api/models/lab/Cells/revision/nope", "", 404, "RevisionNotFound",
            "Invalid rev id: nope",
        ),
        ("/lab/Cells/resolve/nope/a", "", 404, "RevisionNotFound", "Invalid rev id: nope"),
        ("/lab/Cells/resolve/main/nope", "", 404, "EntryNotFound", "Entry not found"),
        ("/api/models/other/off", "", 200, None, None),
        (
            "/other/off/resolve/main/config.json", "", 403, None,
            "Access to this resource is disabled.",
        ),
        (
            "/api/agent-harnesses", "", 404, None,
            "Sorry, we can't find the page you are looking for.",
        ),
    ],
)  # fmt: skip
async def test_that_refusals_are_worded_as_the_hubs(
    repos: Repos, path: str, token: str, status: int, code: str | None, message: str | None
) -> None:
    async with HubServer(repos, tokens=_TOKENS) as hub:
        assert (await _ask(hub, path, token))[:3] == (status, code, message)


async def test_that_a_person_without_access_is_sent_to_the_models_page(repos: Repos) -> None:
    async with HubServer(repos, tokens=_TOKENS) as hub:
        path = "/lab/gated/resolve/main/onnx/model.onnx"
        status, code, message, _ = await _ask(hub, path, "hf_stranger")
        assert (status, code) == (403, "GatedRepo")
        assert f"Visit {hub.url}/lab/gated to ask for access." in (message or "")
        assert (await _ask(hub, "/lab/gated"))[0] == 200


@pytest.mark.parametrize(
    ("path", "location"),
    [
        ("/api/models/oldlab/cells?blobs=true", "/api/models/lab/Cells?blobs=true"),
        ("/api/models/cells-base", "/api/models/lab/Cells"),
        ("/api/models/cells-base/tree/main?recursive=true",
         "/api/models/lab/Cells/tree/main?recursive=true"),
        ("/api/models/LAB/cells/revision/main", "/api/models/lab/Cells/revision/main"),
        ("/oldlab/cells/resolve/main/config.json", "/lab/Cells/resolve/main/config.json"),
        ("/oldlab/cells", "/lab/Cells"),
    ],
)  # fmt: skip
async def test_that_a_former_name_is_redirected_with_its_query(
    repos: Repos, path: str, location: str
) -> None:
    async with HubServer(repos) as hub:
        assert await _ask(hub, path) == (307, None, None, location)


async def test_that_a_private_model_is_listed_for_who_may_read_it_alone(repos: Repos) -> None:
    async with HubServer(repos, tokens=_TOKENS) as hub, aiohttp.ClientSession() as session:
        found = []
        for headers in ({}, {"Authorization": "Bearer hf_reader"}):
            async with session.get(f"{hub.url}/api/models?author=lab", headers=headers) as answer:
                found.append({row["id"]: row["private"] for row in await answer.json()})
    assert found[0] == {"lab/Cells": False, "lab/gated": False}
    assert found[1] == found[0] | {"lab/private": True}


@pytest.mark.parametrize(
    ("token", "role"),
    [("hf_reader", "read"), ("hf_rejected", "write"), ("hf_narrow", "fineGrained")],
)
async def test_that_a_token_is_told_whose_it_is_and_what_for(
    repos: Repos, token: str, role: str
) -> None:
    async with HubServer(repos, tokens=_TOKENS) as hub, aiohttp.ClientSession() as session:
        headers = {"Authorization": f"Bearer {token}"}
        async with session.get(f"{hub.url}/api/whoami-v2", headers=headers) as answer:
            person = await answer.json()
    assert (person["type"], person["name"]) == ("user", "demo")
    assert person["auth"]["accessToken"]["role"] == role
    assert ("fineGrained" in person["auth"]["accessToken"]) == (role == "fineGrained")


async def test_that_the_page_of_tokens_names_those_that_are_taken(repos: Repos) -> None:
    async with (
        HubServer(repos, tokens=_TOKENS) as hub,
        aiohttp.ClientSession() as session,
        session.get(f"{hub.url}/settings/tokens") as answer,
    ):
        page = await answer.text()
    assert all(f"<code>{secret}</code>" in page for secret in _TOKENS)
