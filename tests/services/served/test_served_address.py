"""Addresses of servers and their models."""

from __future__ import annotations

import pytest

from ailab.services.served.served_address import (
    ServedAddress,
    is_served_address,
    parse_served_address,
    parse_server,
    served_name,
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


def test_that_a_password_is_neither_kept_nor_shown() -> None:
    with pytest.raises(ServerError) as caught:
        parse_server("http://me:secret@host:8000")
    assert "secret" not in f"{caught.value} {caught.value.detail}"


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
