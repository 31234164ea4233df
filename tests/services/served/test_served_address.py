"""Addresses of servers and their models."""

from __future__ import annotations

import pytest

from ailab.services.served.served_address import (
    ServedAddress,
    is_served_address,
    parse_served_address,
    parse_server,
    served_name,
    spoken_model,
    without_login,
)
from ailab.services.served.served_error import ServerError


@pytest.mark.parametrize(
    ("typed", "server"),
    [
        ("host:8000", "http://host:8000"),
        (" http://host:8000/ ", "http://host:8000"),
        ("http://host:80/v2/", "http://host"),
        ("HTTPS://Host/serving/v2", "https://host/serving"),
        ("http://[::1]:8000", "http://[::1]:8000"),
        ("http://host:8000/v2/models/yolox", "http://host:8000"),
    ],
)
def test_that_a_server_has_one_form_however_it_is_typed(typed: str, server: str) -> None:
    assert parse_server(typed) == server


@pytest.mark.parametrize(
    "typed",
    ["", "ftp://host", "http://", "http://ho st", "http://host:99999", "http://host?x=1", "a\nb"],
)
def test_that_what_is_no_server_is_refused(typed: str) -> None:
    with pytest.raises(ServerError, match="is no address"):
        parse_server(typed)


@pytest.mark.parametrize(
    "typed",
    [
        "http://me:secret@host:8000",
        "me:secret@host:8000",
        "http://secret@host",
        "http://me:secret@host:99999",
        "ftp://me:secret@host",
        "http://me:sec ret@host",
        "http://me:a/secret@host",
        "http://me:a#secret@host",
        "http://host:8000?token=secret",
        "http://me:secret@host/v2/models/yolox",
        "http://me:secret@host/v2/models/",
        "http://me:secret@host:99999/v2/models/..",
    ],
)
def test_that_a_password_in_an_address_is_neither_kept_nor_shown(typed: str) -> None:
    for parse in (parse_server, parse_served_address):
        with pytest.raises(ServerError) as caught:
            parse(typed)
        assert "secret" not in f"{caught.value} {caught.value.detail}"
        assert "sec ret" not in f"{caught.value} {caught.value.detail}"


def test_that_an_address_is_shown_without_its_login() -> None:
    model = "http://me:secret@host/v2/models/team@yolox"
    assert without_login(model) == "http://host/v2/models/team@yolox"
    assert without_login("me:secret@host:8000") == "host:8000"
    assert without_login("http://host:8000/v2") == "http://host:8000/v2"
    assert "secret" not in served_name(model)


@pytest.mark.parametrize(
    "address",
    [
        ServedAddress("http://host:8000", "yolox"),
        ServedAddress("https://host/a", "team/yolox ü", "2"),
    ],
)
def test_that_a_model_is_found_again_by_its_address(address: ServedAddress) -> None:
    assert is_served_address(str(address))
    assert parse_served_address(str(address)) == address
    assert served_name(str(address)) == address.model


def test_that_pages_of_the_hub_are_no_served_models() -> None:
    assert not is_served_address("https://huggingface.co/acme/nuclei")
    assert not is_served_address("models/v2/models/x.onnx")
    with pytest.raises(ServerError):
        parse_served_address("http://host/v2/models/")
    with pytest.raises(ServerError):
        parse_served_address("http://host/v2/models/..")


@pytest.mark.parametrize(
    ("text", "spoken"),
    [
        ("http://me:se@cret@host/v2/models/x", "http://host/v2/models/x"),
        (" https://me:secret@huggingface.co/a/b", " https://huggingface.co/a/b"),
        ("https://huggingface.co/a/b/tree/x@y", "https://huggingface.co/a/b/tree/x@y"),
        ("acme/nuclei@v2", "acme/nuclei@v2"),
        ("/home/a@b/model.onnx", "/home/a@b/model.onnx"),
    ],
)
def test_that_no_login_is_among_words_about_a_model(text: str, spoken: str) -> None:
    assert spoken_model(text) == spoken
