"""Where a token is found, kept and removed; the key ring is one in memory, or a broken one."""

from __future__ import annotations

import logging
import os
import stat
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import keyring
import pytest
from keyring.backend import KeyringBackend
from keyring.backends import fail, null
from keyring.errors import KeyringLocked

from ailab.services.account.account_error import AccountError, NoKeyRingError
from ailab.services.account.key_ring import KeyRing
from ailab.services.account.token_origin import TokenOrigin, TokenPlace
from ailab.services.account.token_store import TokenStore
from ailab.services.served.server_tokens import server_key_ring
from fake_accounts import MemoryKeyRing

SECRET = "hf_never_shown"
HUB = "https://hub.example"


@pytest.fixture
def environ(tmp_path: Path) -> dict[str, str]:
    """An environment in which a token file lies."""
    (tmp_path / "token").write_text("hf_in_file\n", "utf-8")
    return {"HF_HOME": str(tmp_path)}


class _Backend(KeyringBackend):
    """A key ring in memory, which may be locked or broken."""

    def __init__(self) -> None:
        # Not the base's own, which reads settings of the surroundings.
        self.kept: dict[tuple[str, str], str] = {}
        self.failure: Exception | None = None

    def get_password(self, service: str, username: str) -> str | None:
        if self.failure:
            raise self.failure
        return self.kept.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        if self.failure:
            raise self.failure
        self.kept[service, username] = password

    def delete_password(self, service: str, username: str) -> None:
        del self.kept[service, username]


@pytest.fixture
def backend(monkeypatch: pytest.MonkeyPatch) -> _Backend:
    """The key ring that `keyring` uses for the test."""
    backend = _Backend()
    _use(monkeypatch, backend)
    return backend


def _use(monkeypatch: pytest.MonkeyPatch, backend: KeyringBackend) -> None:
    monkeypatch.setattr(keyring.core, "_keyring_backend", backend)


def test_that_the_environment_wins_over_the_key_ring_and_that_over_the_file(
    environ: dict[str, str],
) -> None:
    ring = MemoryKeyRing("hf_in_ring")
    found = TokenStore(ring, environ | {"HF_TOKEN": " hf_env "}).find()
    assert (found.token, found.origin) == (
        "hf_env",
        TokenOrigin(TokenPlace.ENVIRONMENT, "HF_TOKEN"),
    )
    found = TokenStore(ring, environ).find()
    assert (found.token, found.origin) == ("hf_in_ring", TokenOrigin(TokenPlace.KEY_RING))
    ring.token = None
    found = TokenStore(ring, environ).find()
    path = str(Path(environ["HF_HOME"]) / "token")
    assert (found.token, found.origin) == ("hf_in_file", TokenOrigin(TokenPlace.FILE, path))
    assert TokenStore(ring, {"HF_HOME": "nowhere"}).find().origin is None


def test_that_a_locked_key_ring_is_told_and_the_file_used(environ: dict[str, str]) -> None:
    ring = MemoryKeyRing("hf_in_ring")
    ring.failure = AccountError("The system's key ring is locked.", "Unlock it.")
    found = TokenStore(ring, environ).find()
    assert found.token == "hf_in_file"
    assert found.failure is ring.failure


def test_that_a_missing_key_ring_is_no_news_until_it_is_needed(environ: dict[str, str]) -> None:
    ring = MemoryKeyRing()
    ring.failure = NoKeyRingError("There is none.", "")
    store = TokenStore(ring, environ)
    assert store.find().failure is None
    with pytest.raises(NoKeyRingError):
        store.keep(SECRET, TokenPlace.KEY_RING)


def test_that_a_token_file_is_replaced_for_its_owner_alone_and_removed(
    environ: dict[str, str],
) -> None:
    store, path = TokenStore(MemoryKeyRing(), environ), Path(environ["HF_HOME"]) / "token"
    assert store.existing_file() == path
    assert store.keep(SECRET, TokenPlace.FILE) == TokenOrigin(TokenPlace.FILE, str(path))
    assert path.read_text("utf-8") == SECRET
    if sys.platform != "win32":
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [each.name for each in path.parent.iterdir()] == ["token"]
    store.remove(TokenPlace.FILE)
    store.remove(TokenPlace.FILE)
    assert store.existing_file() is None


def test_that_a_token_file_that_cannot_be_written_is_told_without_the_token(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "file").touch()  # where a folder would have to be
    store = TokenStore(MemoryKeyRing(), {"HF_HOME": str(tmp_path / "file")})
    with caplog.at_level(logging.DEBUG), pytest.raises(AccountError) as failure:
        store.keep(SECRET, TokenPlace.FILE)
    assert SECRET not in f"{failure.value} {failure.value.detail} {caplog.text}"


def test_that_a_found_token_does_not_show_itself(environ: dict[str, str]) -> None:
    found = TokenStore(MemoryKeyRing(SECRET), environ).find()
    assert found.token == SECRET
    assert SECRET not in f"{found!r} {found}"


def test_that_the_key_ring_keeps_a_token_for_one_hub_alone(backend: _Backend) -> None:
    KeyRing(HUB).write(SECRET)
    assert backend.kept == {("ailab", HUB): SECRET}
    assert KeyRing(HUB).read() == SECRET
    assert KeyRing("https://mirror.example").read() is None
    KeyRing(HUB).delete()
    KeyRing(HUB).delete()
    assert backend.kept == {}


@pytest.mark.parametrize(
    ("failure", "words"),
    [
        (KeyringLocked("locked"), "locked"),
        (RuntimeError(f"bus error with {SECRET}"), "did not take the token"),
    ],
)
def test_that_a_failing_key_ring_is_told_without_the_token(
    backend: _Backend, failure: Exception, words: str, caplog: pytest.LogCaptureFixture
) -> None:
    backend.failure = failure
    with caplog.at_level(logging.DEBUG), pytest.raises(AccountError, match=words) as told:
        KeyRing(HUB).write(SECRET)
    assert SECRET not in f"{told.value} {told.value.detail} {caplog.text}"
    assert told.value.advice


def test_that_a_server_of_models_at_a_hubs_address_has_a_token_of_its_own(
    backend: _Backend,
) -> None:
    KeyRing(HUB).write(SECRET)
    assert server_key_ring(HUB).read() is None
    server_key_ring(HUB).write("another")
    assert KeyRing(HUB).read() == SECRET
    server_key_ring(HUB).delete()
    assert KeyRing(HUB).read() == SECRET


@pytest.mark.parametrize("kind", [fail.Keyring, null.Keyring], ids=["missing", "off"])
def test_that_a_key_ring_that_keeps_nothing_is_told(
    monkeypatch: pytest.MonkeyPatch, kind: Callable[[], KeyringBackend]
) -> None:
    _use(monkeypatch, kind())
    with pytest.raises(NoKeyRingError):
        KeyRing(HUB).write(SECRET)


def test_that_the_key_rings_token_is_no_variable_that_a_worker_could_inherit(
    backend: _Backend,
) -> None:
    KeyRing(HUB).write(SECRET)
    TokenStore(KeyRing(HUB), {}).find()
    assert not any(SECRET in value for value in os.environ.values())


def test_that_the_key_ring_is_imported_by_nobody_who_does_not_use_it() -> None:
    code = (
        "import sys, ailab.services.account.account_service, ailab.services.account.key_ring\n"
        "sys.exit('keyring' in sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code], check=True, env=dict(os.environ))
