"""Servers that ask who asks."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from ailab.services.account.account_error import AccountError
from ailab.services.account.token_origin import TokenOrigin, TokenPlace
from ailab.services.inference.inference_service import InferenceService
from ailab.services.inference.model_json import model_to_json
from ailab.services.inference.sheet_draft import SheetDraft
from ailab.services.results.run_service import RunService
from ailab.services.served.locked_server import locked
from ailab.services.served.oip_connection import OipAnswer, OipConnection
from ailab.services.served.served_error import LockedServerError, ServerError
from ailab.services.served.served_models import ServedModels
from ailab.services.served.server_token import ServerAccess, ServerToken
from ailab.services.served.server_tokens import ServerTokens
from fake_accounts import MemoryKeyRing
from loopback_served import LoopbackServed

SECRET = "never/shown-1"
LOGIN = f"Bearer {SECRET}"
SESSION = TokenPlace.SESSION
CERTIFICATE = Path(__file__).parents[1] / "hub" / "self_signed.pem"


@pytest.fixture
def locked_server() -> Iterator[LoopbackServed]:
    with LoopbackServed(token=SECRET) as made:
        yield made


@pytest.fixture
def served(tmp_path: Path) -> ServedModels:
    return ServedModels(tmp_path / "served", ServerTokens(lambda _: MemoryKeyRing(), {}))


async def opened(served: ServedModels, server: LoopbackServed) -> object:
    return served.open(server.model)


@asynccontextmanager
async def serving(served: ServedModels) -> AsyncIterator[InferenceService]:
    service = InferenceService(served=served.open)
    try:
        yield service
    finally:
        await service.close()


async def test_that_a_server_that_asks_for_a_token_says_how_to_give_one(
    locked_server: LoopbackServed, served: ServedModels
) -> None:
    with pytest.raises(
        LockedServerError, match=r"asks for an access token\. It says: “who"
    ) as told:
        await served.connect(locked_server.address)
    assert "“Token…”" in told.value.advice
    assert "AILAB_SERVER_TOKEN and AILAB_SERVER_TOKEN_FOR in a terminal" in told.value.advice
    with pytest.raises(LockedServerError, match="asks for an access token"):
        served.open(locked_server.model)
    assert await served.known() == ()


@pytest.mark.parametrize("path", ["/v2", "/v2/models/finder", "/v2/models/finder/ready"])
@pytest.mark.parametrize("status", [401, 403])
async def test_that_it_may_ask_at_any_step(
    served: ServedModels, server: LoopbackServed, path: str, status: int
) -> None:
    server.answers[path] = (status, b"RBAC: access denied")
    asked = served.connect(server.address) if path == "/v2" else opened(served, server)
    with pytest.raises(LockedServerError, match="asks for an access token"):
        await asked


async def test_that_a_given_token_opens_the_server_and_is_told_of_by_its_place_alone(
    locked_server: LoopbackServed, served: ServedModels
) -> None:
    assert (await served.token(locked_server.address)).origin is None
    origin = await served.use_token(locked_server.address, SECRET, TokenPlace.KEY_RING)
    assert origin == TokenOrigin(TokenPlace.KEY_RING)
    listing = await served.connect(locked_server.address)
    assert [row.name for row in listing.rows or ()] == ["finder"]
    assert listing.token == origin
    assert (await served.token(locked_server.address)).origin == origin
    await served.forget_token(locked_server.address)
    with pytest.raises(LockedServerError, match="asks for an access token"):
        await served.connect(locked_server.address)


async def test_that_a_wrong_token_is_not_kept(
    locked_server: LoopbackServed, served: ServedModels
) -> None:
    with pytest.raises(LockedServerError, match="does not accept the access token") as told:
        await served.use_token(locked_server.address, "wrong-token", SESSION)
    assert "wrong-token" not in f"{told.value} {told.value.detail}"
    assert "give a new one by “Token…” in the window" in told.value.advice
    in_dialog = told.value.in_dialog  # which “Token…” opens
    assert "give a new one here, or by AILAB_SERVER_TOKEN and AILAB_SERVER_TOKEN_FOR" in in_dialog
    assert "“Token…”" not in in_dialog
    assert (await served.token(locked_server.address)).origin is None


async def test_that_a_token_that_ran_out_is_told_with_where_it_comes_from(
    locked_server: LoopbackServed, tmp_path: Path
) -> None:
    environ = {
        "AILAB_SERVER_TOKEN": "ran-out-long-ago",
        "AILAB_SERVER_TOKEN_FOR": locked_server.address,
    }
    served = ServedModels(tmp_path, ServerTokens(None, environ))
    with pytest.raises(LockedServerError, match="does not accept") as told:
        await served.connect(locked_server.address)
    assert "comes from the environment variable AILAB_SERVER_TOKEN" in told.value.advice
    assert "ran-out-long-ago" not in str(told.value)


async def test_that_a_token_without_the_right_is_kept_and_the_refusal_told_without_it(
    locked_server: LoopbackServed, served: ServedModels
) -> None:
    locked_server.is_barred = True  # as a gateway's rule may be, for this path alone
    await served.use_token(locked_server.address, SECRET, SESSION)
    with pytest.raises(LockedServerError, match="refuses what is asked") as told:
        await served.connect(locked_server.address)
    assert "ask who runs the server" in told.value.advice
    assert "not for Bearer (hidden)" in told.value.message
    assert SECRET not in f"{told.value} {told.value.detail}"


async def test_that_a_token_can_be_given_before_its_server_runs(served: ServedModels) -> None:
    with LoopbackServed() as gone:
        address = gone.address
    await served.use_token(address, SECRET, SESSION)
    assert (await served.token(address)).origin == TokenOrigin(SESSION)


async def test_that_a_server_that_wants_a_password_is_told_so(served: ServedModels) -> None:
    basic = {"WWW-Authenticate": 'Basic realm="models"'}
    with (
        LoopbackServed(answers={"/v2": (401, b"")}, headers=basic) as server,
        pytest.raises(LockedServerError, match="asks for a name and a password") as told,
    ):
        await served.connect(server.address)
    assert "access tokens alone" in told.value.advice


def test_that_over_plain_http_the_next_step_is_another_way_there() -> None:
    connection = OipConnection(
        "http://models.example", ServerAccess(_token("http://models.example"))
    )
    assert not connection.sends_token
    error = locked(connection, OipAnswer(401, None, b""))
    assert "none is sent by plain http" in error.message
    assert "Use its https address" in error.advice


async def test_that_a_token_for_another_machine_is_refused_before_anything_is_sent(
    served: ServedModels,
) -> None:
    with pytest.raises(AccountError, match="in clear, by plain http"):
        await served.use_token("models.example:8000", SECRET, TokenPlace.KEY_RING)


async def test_that_no_redirect_takes_a_token_along(
    locked_server: LoopbackServed, served: ServedModels
) -> None:
    await served.use_token(locked_server.address, SECRET, SESSION)
    with LoopbackServed() as other:
        locked_server.headers = {"Location": f"{other.address}/v2"}
        for status in (301, 302, 303, 307, 308):
            locked_server.answers["/v2"] = (status, b"")
            with pytest.raises(ServerError, match="to another address") as told:
                await served.connect(locked_server.address)
            assert "page to sign in on" in told.value.advice
        assert other.asked == []


async def test_that_another_port_is_another_server(
    locked_server: LoopbackServed, server: LoopbackServed, served: ServedModels
) -> None:
    await served.use_token(locked_server.address, SECRET, SESSION)
    await served.connect(locked_server.address)
    await served.connect(server.address)
    assert set(server.logins) == {""}
    assert LOGIN in locked_server.logins


async def test_that_what_is_no_http_is_told_without_the_token_that_it_sends_back() -> None:
    async def speak(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = await reader.readuntil(b"\r\n\r\n")
        writer.write(head.partition(b"Authorization: ")[2])
        writer.close()

    async with await asyncio.start_server(speak, "127.0.0.1", 0) as other:
        address = f"http://127.0.0.1:{other.sockets[0].getsockname()[1]}"
        connection = OipConnection(address, ServerAccess(_token(address)))
        with pytest.raises(ServerError, match="speaks no HTTP") as told:
            await asyncio.to_thread(connection.get, "/v2")
    assert "hidden" in told.value.detail
    assert SECRET not in told.value.detail


async def test_that_pictures_run_with_the_token_which_lies_nowhere(
    locked_server: LoopbackServed,
    served: ServedModels,
    picture: str,
    draft: SheetDraft,
    tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.DEBUG)
    run = tmp_path / "run"
    run.mkdir()
    await served.use_token(locked_server.address, SECRET, SESSION)
    served.sheet(locked_server.model).save(draft, None)
    async with serving(served) as service:
        model = await service.open(locked_server.model)
        result = await service.predict(model, picture, threshold=0.5, save_to=run)
        assert result.files
    assert locked_server.asked[-1] == "/v2/models/finder/infer"
    assert locked_server.logins[-1] == LOGIN
    assert SECRET not in f"{model!r} {model_to_json(model)} {await RunService().fingerprint(model)}"
    assert SECRET not in caplog.text
    assert holding(tmp_path) == []


async def test_that_a_token_that_was_replaced_counts_for_the_network_that_is_loaded(
    locked_server: LoopbackServed, served: ServedModels, picture: str, draft: SheetDraft
) -> None:
    await served.use_token(locked_server.address, SECRET, SESSION)
    served.sheet(locked_server.model).save(draft, None)
    async with serving(served) as service:
        model = await service.open(locked_server.model)
        await service.predict(model, picture, threshold=0.5, save_to=None)
        locked_server.token = "the-next-one"
        with pytest.raises(LockedServerError, match="does not accept") as told:
            await service.predict(model, picture, threshold=0.5, save_to=None)
        assert SECRET not in f"{told.value} {told.value.detail}"
        await served.use_token(locked_server.address, "the-next-one", SESSION)
        model = await service.open(locked_server.model)
        await service.predict(model, picture, threshold=0.5, save_to=None)
    assert locked_server.logins[-1] == "Bearer the-next-one"


async def test_that_another_sheet_takes_no_token_from_the_one_before(
    locked_server: LoopbackServed, served: ServedModels, picture: str, draft: SheetDraft
) -> None:
    sheet = served.sheet(locked_server.model)
    await served.use_token(locked_server.address, SECRET, SESSION)
    async with serving(served) as service:
        first = served.sheet(locked_server.model).describe(draft)
        other = sheet.describe(replace(draft, labels=("nothing", "ring")))
        await service.predict(first, picture, threshold=0.5, save_to=None)
        with pytest.raises(LockedServerError, match="asks for an access token"):
            await service.predict(other, picture, threshold=0.5, save_to=None)


async def test_that_a_companys_own_authority_is_trusted_where_the_environment_names_it(
    served: ServedModels,
    picture: str,
    draft: SheetDraft,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    authority = tmp_path / "authority.pem"
    authority.write_bytes(CERTIFICATE.read_bytes())
    with LoopbackServed(token=SECRET, certificate=CERTIFICATE) as server:
        with pytest.raises(ServerError, match="not trusted by this machine"):
            await served.connect(server.address)
        monkeypatch.setenv("SSL_CERT_FILE", str(authority))
        await served.use_token(server.address, SECRET, SESSION)
        served.sheet(server.model).save(draft, None)
        async with serving(served) as service:
            model = await service.open(server.model)
            await service.predict(model, picture, threshold=0.5, save_to=None)
        assert server.kinds == ["binary"]


def holding(folder: Path) -> list[Path]:
    """The files that hold the token."""
    files = [path for path in folder.rglob("*") if path.is_file()]
    assert files
    return [file for file in files if SECRET.encode() in file.read_bytes()]


def _token(server: str) -> ServerToken:
    return ServerToken(SECRET, server)
