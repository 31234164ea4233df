"""What is asked of a server of models, but for running them."""

from __future__ import annotations

from collections.abc import Callable
from http import HTTPStatus
from typing import TypeVar

from ailab.services.account.token_origin import TokenOrigin
from ailab.services.inference.inference_errors import ModelFileError
from ailab.services.inference.json_fields import BadFieldError
from ailab.services.served.locked_server import is_locked, locked
from ailab.services.served.oip_connection import OipAnswer, OipConnection
from ailab.services.served.oip_json import (
    read_error,
    read_metadata,
    read_names,
    read_rows,
    read_server_name,
    read_takes_binary,
)
from ailab.services.served.oip_values import ServedMetadata, ServedRow, ServerListing
from ailab.services.served.served_address import ServedAddress, server_place
from ailab.services.served.served_error import ServerError

_T = TypeVar("_T")
_UNKNOWN_MODEL = frozenset({HTTPStatus.BAD_REQUEST, HTTPStatus.NOT_FOUND})


def list_server(connection: OipConnection, server: str) -> ServerListing:
    """Who a server is and which models it has.

    Raises:
        LockedServerError: it asks for an access token, or does not take the one that it is sent.
        ServerError: it does not answer, is not ready, or speaks another protocol.
    """
    place = server_place(server)
    answer = connection.get("/v2")
    if is_locked(answer):
        raise locked(connection, answer)
    name = _read(read_server_name, answer) if answer.is_ok else None
    is_ready = connection.get("/v2/health/ready")
    if name is None and is_locked(is_ready):
        raise locked(connection, is_ready)
    if name is None and not is_ready.is_ok:
        raise ServerError(
            f"What answers at {place} is no server of the Open Inference Protocol, version 2.",
            "Check the address and the port, that of its REST interface.",
            detail=f"/v2: {answer.status}, /v2/health/ready: {is_ready.status}",
        )
    if not is_ready.is_ok:
        raise ServerError(
            f"The server at {place} is not ready yet.",
            "It may still be loading its models: connect again in a while.",
            detail=f"/v2/health/ready: {is_ready.status} {read_error(is_ready.body)}",
        )
    return ServerListing(server, name or "", _rows(connection), _sent(connection))


def check_token(connection: OipConnection) -> None:
    """Ask a server whether it takes the token that it is sent.

    One that is not there, or answers everybody, says nothing against the token.

    Raises:
        LockedServerError: it does not.
    """
    try:
        answer = connection.get("/v2")
    except ServerError:
        return
    if answer.status == HTTPStatus.UNAUTHORIZED:
        raise locked(connection, answer)


def read_served_metadata(connection: OipConnection, address: ServedAddress) -> ServedMetadata:
    """How a server describes a model.

    Raises:
        ModelFileError: it has no such model, or tells too little of it.
        ServerError: it does not answer, or not as the protocol says.
    """
    answer = connection.get(address.path)
    said = read_error(answer.body)
    if is_locked(answer):
        raise locked(connection, answer)
    if answer.status in _UNKNOWN_MODEL:
        version = f", version {address.version}" if address.version else ""
        raise ModelFileError(
            f"The server at {address.place} has no model called {address.model}{version}.",
            "Connect to it and choose one of its models, or check the name.",
            detail=f"{answer.status} {said}",
        )
    metadata = _read(read_metadata, answer) if answer.is_ok else None
    if metadata is None:
        raise ServerError(
            f"The server at {address.place} gives no description of {address.model} that can be "
            "read.",
            said
            or "Look into the server's log, and check that the address is that of its REST "
            "interface.",
            detail=f"status {answer.status}",
        )
    if not metadata.inputs:
        raise ModelFileError(
            f"The server at {address.place} does not say what goes into {address.model}.",
            "Have it name the model's inputs and outputs, with shapes: for MLServer in "
            "model-settings.json, for Triton in config.pbtxt.",
        )
    return metadata


def served_version(
    connection: OipConnection, address: ServedAddress, metadata: ServedMetadata
) -> str | None:
    """Which version of a model is asked; None where the server does not let that be known.

    Raises:
        ServerError: it does not answer.
    """
    if address.version:
        return address.version
    versions = metadata.versions or tuple(
        row.version for row in _rows(connection) or () if row.name == address.model and row.version
    )
    return versions[0] if len(versions) == 1 else None


def takes_binary(connection: OipConnection) -> bool | None:
    """Whether a server takes tensors as binary data; None where it does not say.

    Raises:
        ServerError: it does not answer.
    """
    answer = connection.get("/v2")
    return _read(read_takes_binary, answer) if answer.is_ok else None


def check_ready(connection: OipConnection, address: ServedAddress) -> None:
    """Refuse a model that its server has not loaded.

    Raises:
        ServerError: it is not ready.
    """
    answer = connection.get(f"{address.path}/ready")
    if is_locked(answer):
        raise locked(connection, answer)
    if not answer.is_ok:
        raise ServerError(
            f"{address.model} is not ready on the server at {address.place}.",
            read_error(answer.body) or "It may still be loading: check again in a while.",
            detail=f"status {answer.status}",
        )


def _sent(connection: OipConnection) -> TokenOrigin | None:
    return connection.access.origin if connection.sends_token else None


def _rows(connection: OipConnection) -> tuple[ServedRow, ...] | None:
    index = connection.post_json("/v2/repository/index", {})
    if index.is_ok and (rows := _read(read_rows, index)) is not None:
        return rows
    names = connection.get("/v2/models")
    return _read(read_names, names) if names.is_ok else None


def _read(read: Callable[[bytes], _T], answer: OipAnswer) -> _T | None:
    try:
        return read(answer.body)
    except BadFieldError:
        return None
