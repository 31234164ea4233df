"""Where the Hub and the token are found, and where the token may go."""

from __future__ import annotations

from pathlib import Path

import pytest

from ailab.services.hub.access_token import AccessToken, find_token, hf_home
from ailab.services.hub.hub_endpoint import (
    DEFAULT_ENDPOINT,
    check_endpoint,
    find_endpoint,
    is_same_origin,
)
from ailab.services.hub.hub_errors import HubRequestError, InvalidTokenError

SECRET = "hf_secretsecretsecret"


def test_that_the_token_is_found_as_huggingface_hub_finds_it(tmp_path: Path) -> None:
    file = tmp_path / "token"
    file.write_text(" from-home\n")
    other = tmp_path / "elsewhere"
    other.write_text("from-path")
    environ = {"HF_HOME": str(tmp_path)}
    assert find_token(environ) == "from-home"
    environ["HF_TOKEN_PATH"] = str(other)
    assert find_token(environ) == "from-path"
    environ["HUGGING_FACE_HUB_TOKEN"] = "from-old"
    assert find_token(environ) == "from-old"
    environ["HF_TOKEN"] = "from-new\n"
    assert find_token(environ) == "from-new"
    environ["HF_HUB_DISABLE_IMPLICIT_TOKEN"] = "1"
    assert find_token(environ) is None


def test_that_no_token_is_no_failure(tmp_path: Path) -> None:
    assert find_token({"HF_HOME": str(tmp_path)}) is None
    assert find_token({"HF_TOKEN_PATH": str(tmp_path)}) is None
    (tmp_path / "token").write_bytes(b"\xff\xfe\x00")
    assert find_token({"HF_HOME": str(tmp_path)}) is None


def test_that_the_home_folder_follows_the_environment(tmp_path: Path) -> None:
    assert hf_home({"XDG_CACHE_HOME": str(tmp_path)}) == tmp_path / "huggingface"
    assert hf_home({}) == Path.home() / ".cache" / "huggingface"
    assert hf_home({"HF_HOME": "~/hf"}) == Path.home() / "hf"


@pytest.mark.parametrize(
    ("endpoint", "url", "may"),
    [
        (DEFAULT_ENDPOINT, "https://huggingface.co/api/models", True),
        (DEFAULT_ENDPOINT, "https://huggingface.co:443/api/models", True),
        (DEFAULT_ENDPOINT, "http://huggingface.co/api/models", False),
        (DEFAULT_ENDPOINT, "https://huggingface.co:8443/", False),
        (DEFAULT_ENDPOINT, "https://us.aws.cdn.hf.co/x", False),
        (DEFAULT_ENDPOINT, "https://huggingface.co@evil.example/", False),
        (DEFAULT_ENDPOINT, "https://huggingface.co.evil.example/", False),
        ("http://127.0.0.1:8000", "http://127.0.0.1:8000/api", True),
        ("http://127.0.0.1:8000", "http://127.0.0.1:8001/api", False),
        ("http://localhost:8000", "http://localhost:8000/api", True),
        ("http://[::1]:8000", "http://[::1]:8000/api", True),
        ("http://hub.lab", "http://hub.lab/api", False),
        ("http://hub.lab", "not an address", False),
    ],
)
def test_that_the_token_goes_to_its_own_hub_by_a_private_way_alone(
    endpoint: str, url: str, may: bool
) -> None:
    token = AccessToken(SECRET, endpoint)
    assert token.may_go_to(url) is may
    assert token.headers_for(url) == ({"Authorization": f"Bearer {SECRET}"} if may else {})


def test_that_the_token_never_shows_itself() -> None:
    token = AccessToken(SECRET, DEFAULT_ENDPOINT)
    assert SECRET not in f"{token} {token!r} {[token]} {vars(AccessToken)}"
    assert token.redact(f"you sent {SECRET}") == "you sent (hidden)"


@pytest.mark.parametrize("value", ["a b", "a\nX-Evil: 1", "clé"])
def test_that_a_token_that_no_header_can_carry_is_refused(value: str) -> None:
    with pytest.raises(InvalidTokenError) as caught:
        AccessToken(value, DEFAULT_ENDPOINT).headers_for(DEFAULT_ENDPOINT)
    assert value not in str(caught.value)


def test_that_the_endpoint_is_the_real_hub_or_the_one_named() -> None:
    assert find_endpoint({}) == DEFAULT_ENDPOINT
    assert find_endpoint({"HF_ENDPOINT": " https://hub.lab/ "}) == "https://hub.lab"


@pytest.mark.parametrize("endpoint", ["huggingface.co", "ftp://hub.lab", "https://", "https://a:x"])
def test_that_an_endpoint_that_is_no_address_is_named(endpoint: str) -> None:
    with pytest.raises(HubRequestError, match="HF_ENDPOINT") as caught:
        check_endpoint(endpoint)
    assert endpoint in caught.value.message


def test_that_origins_are_compared_as_browsers_do() -> None:
    assert is_same_origin("https://Hub.Lab/a", "https://hub.lab:443/b")
    assert not is_same_origin("nonsense", "nonsense")
