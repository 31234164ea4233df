"""A server's access token, without widgets and without a server."""

from __future__ import annotations

import pytest

from ailab.services.account.account_error import AccountError, NoKeyRingError
from ailab.services.account.accounts import AccountFacts
from ailab.services.account.token_origin import TokenOrigin, TokenPlace
from ailab.services.problem import Problem
from ailab.viewmodels.inference_state import Fitness, ModelSource
from ailab.viewmodels.server_token import ServerTokenViewModel
from fake_servers import FakeServers
from inference_lab import Lab

SECRET = "never-shown-1"
SERVER = "https://host:8443"
YOLOX = f"{SERVER}/v2/models/yolox"
BOTH = (TokenPlace.KEY_RING, TokenPlace.SESSION)


async def opened(servers: FakeServers, server: str = SERVER) -> ServerTokenViewModel:
    view_model = ServerTokenViewModel(servers)
    view_model.open(server)
    await view_model.wait()
    return view_model


async def given(view_model: ServerTokenViewModel, token: str = SECRET) -> None:
    view_model.give(token)
    await view_model.wait()


async def test_that_a_token_is_given_replaced_and_removed_and_never_in_the_state() -> None:
    servers = FakeServers()
    view_model = await opened(servers)
    state = view_model.state
    assert (state.headline, state.can_give, state.can_remove) == ("No token is kept", True, False)
    assert state.place is TokenPlace.KEY_RING
    await given(view_model)
    state = view_model.state
    assert (state.headline, state.can_give, state.can_remove) == ("A token is kept", True, True)
    assert "in the system's key ring" in state.explanation
    assert "sent to https://host:8443 alone" in state.explanation
    assert SECRET not in repr(state)
    view_model.set_place(TokenPlace.SESSION)
    await given(view_model, "another-one")
    assert view_model.state.headline == "A token is used"
    assert "forgotten when ailab is closed" in view_model.state.explanation
    assert servers.given == [
        (SERVER, SECRET, TokenPlace.KEY_RING),
        (SERVER, "another-one", TokenPlace.SESSION),
    ]
    view_model.remove()
    await view_model.wait()
    assert servers.forgotten == [SERVER]
    assert view_model.state.headline == "No token is kept"
    assert view_model.state.notice == "The token is removed."
    view_model.dismiss()
    assert view_model.state.notice == ""


async def test_that_a_token_that_the_server_does_not_accept_is_not_kept() -> None:
    servers = FakeServers()
    servers.wants = "the-right-one"
    view_model = await opened(servers)
    await given(view_model)
    state = view_model.state
    assert state.problem == Problem("The server does not accept the access token.", "Another.")
    assert state.origin is None
    assert state.can_give


async def test_that_without_a_key_ring_the_session_is_the_way_on() -> None:
    servers = FakeServers()
    servers.token_failure = NoKeyRingError("There is no key ring.", "For this session only.")
    view_model = await opened(servers)
    await given(view_model)
    assert view_model.state.problem == Problem("There is no key ring.", "For this session only.")
    assert view_model.state.origin is None


async def test_that_a_locked_key_ring_is_told_when_it_is_looked_into() -> None:
    servers = FakeServers()
    servers.facts = AccountFacts(places=BOTH, problem=Problem("It is locked.", "Unlock it."))
    state = (await opened(servers)).state
    assert state.problem == Problem("It is locked.", "Unlock it.")
    assert state.can_give


async def test_that_a_token_that_cannot_be_removed_is_used_no_more_all_the_same() -> None:
    servers = FakeServers()
    servers.facts = AccountFacts(TokenOrigin(TokenPlace.KEY_RING), BOTH)
    view_model = await opened(servers)
    servers.token_failure = AccountError("It could not be removed.", "Unlock it.")
    view_model.remove()
    await view_model.wait()
    assert view_model.state.problem == Problem("It could not be removed.", "Unlock it.")
    assert (view_model.state.origin, view_model.state.notice) == (None, "")


async def test_that_one_of_the_environment_is_told_and_wins_again() -> None:
    servers = FakeServers()
    variable = TokenOrigin(TokenPlace.ENVIRONMENT, "AILAB_SERVER_TOKEN")
    servers.facts = AccountFacts(variable, BOTH)
    view_model = await opened(servers)
    assert "the environment variable AILAB_SERVER_TOKEN" in view_model.state.explanation
    assert not view_model.state.can_remove
    await given(view_model)
    assert "AILAB_SERVER_TOKEN is set in the environment" in view_model.state.notice


async def test_that_none_is_taken_for_another_machine_by_plain_http() -> None:
    servers = FakeServers()
    view_model = await opened(servers, "http://host:8000")
    state = view_model.state
    assert (state.headline, state.can_give) == ("No token by plain http", False)
    assert "in clear" in state.explanation
    assert "https" in state.explanation
    await given(view_model)
    assert servers.given == []


async def test_that_nothing_is_no_token() -> None:
    servers = FakeServers()
    view_model = await opened(servers)
    await given(view_model, " \n")
    assert view_model.state.problem is not None
    assert servers.given == []


async def test_that_nothing_is_given_while_the_token_is_looked_for() -> None:
    servers = FakeServers()
    servers.gate.shut()
    view_model = ServerTokenViewModel(servers)
    view_model.open(SERVER)
    assert view_model.state.headline == "Looking for a token…"
    view_model.give(SECRET)
    servers.gate.open()
    await view_model.wait()
    assert servers.given == []
    await view_model.close()


@pytest.fixture
def lab() -> Lab:
    made = Lab()
    made.view_model.set_model_source(ModelSource.SERVER)
    made.servers.wants = SECRET
    return made


async def test_that_a_server_is_asked_again_with_the_token_and_without(lab: Lab) -> None:
    servers = lab.view_model.servers
    servers.set_address(SERVER)
    servers.connect_to_server()
    await lab.view_model.wait()
    assert servers.state.problem == Problem("The server asks for an access token.", "Give one.")
    servers.open_token()
    await lab.view_model.wait()
    assert len(lab.servers.asked) == 1, "looking for a token asks no server"
    servers.token.give(SECRET)
    await lab.view_model.wait()
    assert servers.state.text == "Connected to triton 2.50.0, with the token that is kept for it."
    servers.choose(YOLOX)
    await lab.view_model.wait()
    assert lab.view_model.state.status.fitness is Fitness.RUNS
    servers.token.remove()
    await lab.view_model.wait()
    assert servers.state.listing is None
    assert len(lab.servers.asked) == 3


@pytest.mark.parametrize(
    ("origin", "words"),
    [
        (TokenOrigin(TokenPlace.SESSION), "with the token of this session"),
        (
            TokenOrigin(TokenPlace.ENVIRONMENT, "AILAB_SERVER_TOKEN"),
            "with the token of the environment variable AILAB_SERVER_TOKEN",
        ),
    ],
)
async def test_that_where_the_token_comes_from_is_told(
    lab: Lab, origin: TokenOrigin, words: str
) -> None:
    lab.servers.facts = AccountFacts(origin, BOTH)
    lab.view_model.servers.set_address(SERVER)
    lab.view_model.servers.connect_to_server()
    await lab.view_model.wait()
    assert words in lab.view_model.servers.state.text


@pytest.mark.parametrize("typed", ["http://me:secret@host:8000", "me:secret@host/v2/models/yolox"])
async def test_that_a_password_is_taken_out_of_the_address(lab: Lab, typed: str) -> None:
    servers = lab.view_model.servers
    servers.set_address(typed)
    servers.connect_to_server()
    await lab.view_model.wait()
    assert lab.servers.asked == []
    assert "secret" not in f"{servers.state} {lab.view_model.state}"
    assert servers.state.problem is not None
    assert "name or a password" in servers.state.problem.message
    servers.show_model("http://me:secret@host/v2/models/yolox")
    await lab.view_model.wait()
    assert "secret" not in f"{servers.state} {lab.view_model.state}"
    assert servers.state.model_name == "yolox"


async def test_that_no_token_can_be_given_for_what_is_no_server(lab: Lab) -> None:
    servers = lab.view_model.servers
    servers.set_address("http://")
    assert servers.state.token_server == ""
    servers.open_token()
    assert servers.token.state.server == ""
    servers.set_address("host:8443/v2/")
    assert servers.state.token_server == "http://host:8443"
