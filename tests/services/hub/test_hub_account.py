"""Who is signed in, and what may be read."""

from __future__ import annotations

import logging
from typing import Any

import pytest
from aiohttp import web

from ailab.services.hub.gate_reason import GateReason
from ailab.services.hub.hub_account import HubAccount, parse_account
from ailab.services.hub.hub_errors import GatedModelError, HubFormatError, InvalidTokenError
from ailab.services.hub.model_service import ModelService
from ailab.services.next_step import NextStep
from loopback_hub import MODEL, LoopbackHub

SECRET = "hf_secretsecretsecret"
OTHER = "hf_otherotherother"
ANSWER = {
    "type": "user",
    "name": "ada",
    "fullname": "Ada L.",
    "auth": {"type": "access_token", "accessToken": {"displayName": "lab", "role": "read"}},
}


def account_with(**token: Any) -> HubAccount:
    return parse_account({"name": "ada", "auth": {"accessToken": token}})


def test_that_an_account_is_read() -> None:
    assert parse_account(ANSWER) == HubAccount("ada", "Ada L.", "user", "lab", "read", True)
    assert parse_account({"name": "org", "type": "org"}) == HubAccount("org", kind="org")
    junk: list[Any] = [{}, [], None, {"name": 7}, "ada"]
    for answer in junk:
        with pytest.raises(HubFormatError, match="whose access token"):
            parse_account(answer)


def test_that_a_fine_grained_token_tells_whether_it_reads_gated_models() -> None:
    role = "fineGrained"
    assert account_with(role=role, fineGrained={"canReadGatedRepos": True}).may_read_gated is True
    assert account_with(role=role, fineGrained={"canReadGatedRepos": False}).may_read_gated is False
    assert account_with(role=role, fineGrained={"global": []}).may_read_gated is None
    assert account_with(role="write").may_read_gated is True
    assert account_with(role="new").may_read_gated is None


async def test_that_a_token_is_checked_before_it_is_used(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    async with LoopbackHub() as hub, ModelService(hub.endpoint, token="") as service:

        async def answer(request: web.Request) -> web.Response:
            if request.headers.get("Authorization") == f"Bearer {OTHER}":
                return web.json_response(ANSWER)
            said = "Invalid credentials in Authorization header"
            return web.json_response({"error": said}, status=401)

        hub.answers["/api/whoami-v2"] = answer
        with pytest.raises(InvalidTokenError) as caught:
            await service.who_am_i(SECRET)
        assert caught.value.next_step is NextStep.SIGN_IN
        assert (await service.who_am_i(f" {OTHER}\n")).name == "ada"
        assert not service.has_token
        with pytest.raises(InvalidTokenError, match="nobody is signed in"):
            await service.who_am_i()
        service.set_token(OTHER)
        assert service.has_token
        assert (await service.who_am_i()).full_name == "Ada L."
        asked = len(hub.seen)
        await service.who_am_i()
        assert len(hub.seen) == asked
    said = f"{caught.value} {caught.value.detail} {caplog.text}"
    assert SECRET not in said
    assert OTHER not in said


@pytest.mark.parametrize("token", ["", "  ", "hf_ü", "hf a", "hf_a\nX: y"])
async def test_that_a_text_that_is_no_token_is_refused_without_asking(token: str) -> None:
    async with LoopbackHub() as hub, ModelService(hub.endpoint, token="") as service:
        with pytest.raises(InvalidTokenError) as caught:
            await service.who_am_i(token)
        assert hub.seen == []
        assert "sign in" in caught.value.advice.lower()


async def test_that_access_is_checked_without_fetching_a_file() -> None:
    async with LoopbackHub() as hub, ModelService(hub.endpoint, token=SECRET) as service:
        path = f"/api/models/{MODEL}/auth-check"
        hub.say(path, text="OK", kind="text/plain")
        await service.check_access(MODEL)
        waits = "Your request to access model X is awaiting a review from the repo authors."
        named = {"X-Error-Code": "GatedRepo", "X-Error-Message": waits}
        hub.say(path, {"error": waits}, status=403, headers=named)
        with pytest.raises(GatedModelError) as caught:
            await service.check_access(MODEL)
        assert caught.value.reason is GateReason.AWAITING_APPROVAL
        assert hub.asked() == [path, path]
