"""What each way in which a connection fails means for a person."""

from __future__ import annotations

import logging
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import aiohttp

from ailab.services.hub.hub_errors import (
    HubError,
    HubFormatError,
    HubOfflineError,
    HubTimeoutError,
)
from ailab.services.hub.hub_failure import Asked

_log = logging.getLogger(__name__)


@contextmanager
def connection_failures(host: str, asked: Asked, proxy: str | None = None) -> Iterator[None]:
    """Turn every way in which a connection fails into a `HubError`.

    Args:
        host: who was asked.
        asked: for what.
        proxy: that stands between, if one does: then it is what cannot be found or reached.
    """
    try:
        yield
    except (aiohttp.ClientError, OSError, ValueError) as error:
        failure = _failure_of(error, host, asked, has_proxy=proxy is not None)
        _log.info("%s: %s", type(failure).__name__, failure.detail)
        raise failure from error


@dataclass(frozen=True, slots=True)
class _Meaning:
    types: tuple[type[Exception], ...]
    kind: type[HubError]
    message: str
    advice: str
    may_pass: bool = False


_NO_NAME = (aiohttp.ClientConnectorDNSError,)
_NO_WAY = (aiohttp.ClientConnectorError,)
_UNREACHED = (_NO_NAME, _NO_WAY)
_RETRY = "Check the network connection, then try again."

_PROXY = _Meaning(
    (aiohttp.ClientProxyConnectionError, aiohttp.ClientHttpProxyError),
    HubOfflineError,
    "The proxy on the way to {host} cannot be used.",
    "Check the proxy in ailab's or the system's settings, or in HTTPS_PROXY.",
)

# The first that fits counts.
_MEANINGS = (
    _Meaning((TimeoutError,), HubTimeoutError, "{host} did not answer in time.", _RETRY),
    _Meaning(
        (aiohttp.ClientSSLError, ssl.SSLError),
        HubOfflineError,
        "No secure connection to {host} can be made: its certificate is not trusted here.",
        "Check this machine's clock; behind a company's proxy, set SSL_CERT_FILE to its "
        "certificates.",
    ),
    _PROXY,
    _Meaning(
        _NO_NAME,
        HubOfflineError,
        "The name {host} cannot be looked up.",
        _RETRY,
    ),
    _Meaning((aiohttp.ClientConnectorError,), HubOfflineError, "{host} cannot be reached.", _RETRY),
    _Meaning(
        (aiohttp.ClientPayloadError, aiohttp.ClientConnectionError, OSError),
        HubOfflineError,
        "The connection broke off while {host} answered for {what}.",
        _RETRY,
        may_pass=True,
    ),
    _Meaning(
        (Exception,),
        HubFormatError,
        "{host} did not answer as a web server does.",
        "Check HF_ENDPOINT and the proxy's settings.",
    ),
)


def _failure_of(error: Exception, host: str, asked: Asked, *, has_proxy: bool) -> HubError:
    meaning = next(meaning for meaning in _MEANINGS if isinstance(error, meaning.types))
    if has_proxy and meaning.types in _UNREACHED:
        meaning = _PROXY
    # The text of some of aiohttp's errors holds a signed address, so it is not passed on.
    cause = getattr(error, "os_error", None)
    detail = f"{type(error).__name__} at {host}" + (f": {cause}" if cause else "")
    message = meaning.message.format(host=host, what=asked.what)
    failure = meaning.kind(message, meaning.advice, detail=detail)
    failure.may_pass = meaning.may_pass
    return failure
