"""Where the access tokens of servers lie, and which server each is for."""

from __future__ import annotations

from collections import defaultdict

import pytest

from ailab.services.account.account_error import AccountError, NoKeyRingError
from ailab.services.account.token_origin import TokenOrigin, TokenPlace
from ailab.services.served.served_error import ServerError
from ailab.services.served.server_token import OPEN, ServerAccess, ServerToken, server_origin
from ailab.services.served.server_tokens import ServerTokens, server_key_ring
from fake_accounts import MemoryKeyRing

SECRET = "never-shown-1"
SERVER = "https://models.example:8443/serving"
KEPT = TokenOrigin(TokenPlace.KEY_RING)
GIVEN = TokenOrigin(TokenPlace.SESSION)


class Rings(defaultdict[str, MemoryKeyRing]):
    """A key ring in memory: what it keeps, by the origin of the server."""

    def __init__(self) -> None:
        super().__init__(MemoryKeyRing)

    def of(self, origin: str) -> MemoryKeyRing:
        return self[origin]

    def failing(self, failure: AccountError) -> Rings:
        self["https://models.example:8443"].failure = failure
        return self


def tokens(rings: Rings | None = None, **environ: str) -> ServerTokens:
    return ServerTokens((Rings() if rings is None else rings).of, environ)


def sent(access: ServerAccess, server: str = SERVER) -> dict[str, str]:
    return {} if access.token is None else access.token.headers_for(server)


def test_that_a_kept_token_goes_to_its_server_alone() -> None:
    rings = Rings()
    rings["https://models.example:8443"].token = SECRET
    store = tokens(rings)
    access = store.access(SERVER)
    assert access.origin == KEPT
    assert sent(access) == {"Authorization": f"Bearer {SECRET}"}
    for other in (
        "https://models.example",
        "https://models.example:8444",
        "https://other.example:8443",
        "http://models.example:8443",
    ):
        assert sent(access, other) == {}
        assert store.access(other).token is None


@pytest.mark.parametrize(
    "named",
    ["https://models.example:8443", "HTTPS://Models.Example:8443/v2/", f"{SERVER}/v2/models/yolox"],
)
def test_that_the_environments_token_is_for_the_server_that_it_names(named: str) -> None:
    rings = Rings()
    rings["https://models.example:8443"].token = "of-the-key-ring"
    store = tokens(rings, AILAB_SERVER_TOKEN=f" {SECRET} ", AILAB_SERVER_TOKEN_FOR=named)
    access = store.access(SERVER)
    assert sent(access) == {"Authorization": f"Bearer {SECRET}"}
    assert access.origin is not None
    assert access.origin.words == "the environment variable AILAB_SERVER_TOKEN"
    assert store.access("https://other.example").token is None


@pytest.mark.parametrize(
    ("named", "words"),
    [
        ("", "AILAB_SERVER_TOKEN_FOR names no server"),
        ("http://me:password@host", "AILAB_SERVER_TOKEN_FOR names no server"),
        ("https://other.example/serving", "for another server, https://other.example."),
    ],
)
def test_that_a_token_without_its_server_goes_nowhere_and_that_is_told(
    named: str, words: str
) -> None:
    store = tokens(AILAB_SERVER_TOKEN=SECRET, AILAB_SERVER_TOKEN_FOR=named)
    access = store.access(SERVER)
    assert access.token is None
    assert words in access.lack
    assert SECRET not in access.lack
    assert "password" not in access.lack


def test_that_what_was_given_last_wins_until_the_end() -> None:
    rings = Rings()
    store = tokens(rings, AILAB_SERVER_TOKEN="old-token", AILAB_SERVER_TOKEN_FOR=SERVER)
    made = store.made(SERVER, SECRET)
    assert store.keep(SERVER, made, TokenPlace.SESSION) == GIVEN
    assert store.access(SERVER, again=True) == ServerAccess(made, GIVEN)
    assert rings["https://models.example:8443"].token is None
    assert store.keep(SERVER, made, TokenPlace.KEY_RING) == KEPT
    assert rings["https://models.example:8443"].token == SECRET
    store.forget(SERVER)
    assert store.access(SERVER, again=True).token is None
    assert rings["https://models.example:8443"].token is None


def test_that_what_another_program_kept_meanwhile_is_found_when_asked_again() -> None:
    rings = Rings()
    store = tokens(rings)
    assert store.access(SERVER).token is None
    rings["https://models.example:8443"].token = SECRET
    assert store.access(SERVER).token is None, "the key ring is not asked for each picture"
    assert store.access(SERVER, again=True).origin == KEPT
    assert store.access(SERVER).origin == KEPT


def test_that_without_a_key_ring_a_token_can_be_given_for_the_session() -> None:
    store = tokens(Rings().failing(NoKeyRingError("There is none.", "Set it.")))
    assert store.access(SERVER) == ServerAccess()
    made = store.made(SERVER, SECRET)
    with pytest.raises(NoKeyRingError):
        store.keep(SERVER, made, TokenPlace.KEY_RING)
    assert store.access(SERVER).token is None, "it could not be kept, and is not used"
    store.keep(SERVER, made, TokenPlace.SESSION)
    assert store.access(SERVER).token == made
    store.forget(SERVER)
    assert store.access(SERVER).token is None


def test_that_the_real_key_ring_names_the_variable_of_servers(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", "keyring.backends.fail.Keyring")
    monkeypatch.setattr("keyring.core._keyring_backend", None)
    with pytest.raises(NoKeyRingError, match="set it as AILAB_SERVER_TOKEN"):
        server_key_ring("https://models.example").write(SECRET)


def test_that_a_locked_key_ring_is_told_and_asked_again() -> None:
    rings = Rings().failing(AccountError("The key ring is locked.", "Unlock it."))
    store = tokens(rings)
    access = store.access(SERVER)
    assert access.token is None
    assert "locked" in str(access.failure)
    with pytest.raises(AccountError, match="locked"):
        store.forget(SERVER)
    rings["https://models.example:8443"].failure = None
    rings["https://models.example:8443"].token = SECRET
    assert store.access(SERVER).token is None, "the person wanted none sent"
    assert tokens(rings).access(SERVER).token is not None


@pytest.mark.parametrize("server", ["http://models.example", "http://10.0.0.7:8000"])
def test_that_no_token_goes_over_plain_http_to_another_machine(server: str) -> None:
    rings = Rings()
    store = tokens(rings, AILAB_SERVER_TOKEN=SECRET, AILAB_SERVER_TOKEN_FOR=server)
    assert store.access(server) is OPEN
    assert not rings, "the key ring is not even asked"
    with pytest.raises(AccountError, match="in clear, by plain http") as caught:
        store.made(server, SECRET)
    assert "https" in caught.value.advice
    assert ServerToken(SECRET, server).headers_for(server) == {}


@pytest.mark.parametrize("server", ["http://localhost:8000", "http://127.0.0.1", "http://[::1]:80"])
def test_that_this_machine_is_reached_with_a_token_by_plain_http(server: str) -> None:
    store = tokens()
    store.keep(server, store.made(server, SECRET), TokenPlace.SESSION)
    assert sent(store.access(server), server) == {"Authorization": f"Bearer {SECRET}"}


def test_that_a_token_is_taken_with_the_header_that_it_was_copied_with() -> None:
    assert tokens().made(SERVER, f" Bearer {SECRET}\n") == ServerToken(
        SECRET, "https://models.example:8443"
    )


@pytest.mark.parametrize("token", ["never shown", "never\nshown", "never-shówn"])
def test_that_what_no_header_can_carry_is_refused_and_not_shown(token: str) -> None:
    with pytest.raises(AccountError, match="characters that no token has") as caught:
        tokens().made(SERVER, token)
    assert "never" not in str(caught.value)
    access = tokens(AILAB_SERVER_TOKEN="never shown", AILAB_SERVER_TOKEN_FOR=SERVER).access(SERVER)
    with pytest.raises(ServerError, match="characters that no token has") as refused:
        sent(access)
    assert "never" not in str(refused.value)


def test_that_a_token_never_shows_itself() -> None:
    access = ServerAccess(ServerToken(SECRET, SERVER))
    assert SECRET not in f"{access} {access!r} {access.token} {[access.token]!r}"


@pytest.mark.parametrize(
    ("server", "origin"),
    [
        ("https://host/a", "https://host"),
        ("https://host:443", "https://host"),
        ("http://[::1]:8000/a", "http://[::1]:8000"),
    ],
)
def test_that_an_origin_is_scheme_host_and_port(server: str, origin: str) -> None:
    assert server_origin(server) == origin


def test_that_a_demonstration_keeps_none() -> None:
    store = ServerTokens(None, {})
    assert store.places == (TokenPlace.SESSION,)
    made = store.made(SERVER, SECRET)
    assert store.keep(SERVER, made, TokenPlace.KEY_RING) == GIVEN
