"""Signing in to a real (embedded) Hub."""

from __future__ import annotations

import asyncio
import logging
import threading
from pathlib import Path

import pytest

from ailab.demo.demo_repo import DemoRepo
from ailab.demo.demo_token import DemoToken
from ailab.demo.hub_server import HubServer
from ailab.services.account.account_error import AccountError
from ailab.services.account.account_service import AccountService
from ailab.services.account.token_origin import TokenPlace
from ailab.services.account.token_store import TokenStore
from ailab.services.hub.hub_errors import InvalidTokenError, ModelNotFoundError
from ailab.services.hub.model_service import ModelService
from ailab.services.inference.worker_command import worker_environment
from fake_accounts import MemoryKeyRing

SECRET = "hf_reader_of_private"
REPO = DemoRepo("lab/private", is_private=True)
TOKENS = {SECRET: DemoToken(may_read=frozenset({REPO.id}), user="ada", name="laptop")}


async def test_that_a_person_signs_in_reads_a_private_model_and_signs_out(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    ring = MemoryKeyRing()
    store = TokenStore(ring, {"HF_HOME": str(tmp_path)})
    async with HubServer([REPO], tokens=TOKENS) as server, ModelService(server.url, "") as hub:
        accounts = AccountService(hub, store)
        assert (await accounts.find()).places == (TokenPlace.KEY_RING, TokenPlace.SESSION)
        with pytest.raises(InvalidTokenError):
            await accounts.check("hf_wrong")
        assert not hub.has_token
        with pytest.raises(ModelNotFoundError):
            await hub.get_model_info(REPO.id)
        assert (await accounts.check(f" {SECRET}\n")).name == "ada"
        await accounts.use(f" {SECRET}\n", TokenPlace.KEY_RING)
        assert ring.token == SECRET
        assert (await hub.get_model_info(REPO.id)).info.is_private
        assert SECRET not in f"{worker_environment()}"
        await accounts.forget(TokenPlace.KEY_RING)
        assert ring.token is None
        with pytest.raises(ModelNotFoundError):
            await hub.get_model_info(REPO.id)
    assert SECRET not in caplog.text
    assert "hf_wrong" not in caplog.text


async def test_that_the_next_start_finds_the_token_in_the_key_ring(tmp_path: Path) -> None:
    store = TokenStore(MemoryKeyRing(SECRET), {"HF_HOME": str(tmp_path)})
    async with HubServer([REPO], tokens=TOKENS) as server, ModelService(server.url, "") as hub:
        accounts = AccountService(hub, store)
        facts = await accounts.find()
        assert facts.origin is not None
        assert SECRET not in repr(facts)
        account = await accounts.who_am_i()
    assert (account.name, account.token_name, account.token_role) == ("ada", "laptop", "read")


async def test_that_a_token_that_cannot_be_kept_is_not_used(tmp_path: Path) -> None:
    ring = MemoryKeyRing()
    ring.failure = AccountError("It is locked.", "Unlock it.")
    async with ModelService("http://127.0.0.1:9", "") as hub:
        accounts = AccountService(hub, TokenStore(ring, {"HF_HOME": str(tmp_path)}))
        with pytest.raises(AccountError):
            await accounts.use(SECRET, TokenPlace.KEY_RING)
        assert not hub.has_token


async def test_that_a_demonstration_keeps_nothing() -> None:
    async with HubServer([REPO], tokens=TOKENS) as server, ModelService(server.url, "") as hub:
        accounts = AccountService(hub, None)
        assert (await accounts.find()).places == (TokenPlace.SESSION,)
        origin = await accounts.use(SECRET, TokenPlace.KEY_RING)
        assert origin.place is TokenPlace.SESSION
        assert hub.has_token
        await accounts.forget(TokenPlace.SESSION)
        assert not hub.has_token


def test_that_a_key_ring_that_never_answers_does_not_keep_the_lab_open(tmp_path: Path) -> None:
    asked, never = threading.Event(), threading.Event()

    class Hanging(MemoryKeyRing):
        def read(self) -> str | None:
            asked.set()
            never.wait()
            return None

    async def close_meanwhile() -> None:
        async with ModelService("http://127.0.0.1:9", "") as hub:
            accounts = AccountService(hub, TokenStore(Hanging(), {"HF_HOME": str(tmp_path)}))
            looking = asyncio.create_task(accounts.find())
            await asyncio.to_thread(asked.wait)
            looking.cancel()
            with pytest.raises(asyncio.CancelledError):
                await looking

    asyncio.run(close_meanwhile())
    never.set()
