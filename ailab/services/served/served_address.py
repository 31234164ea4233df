"""Where a model is served: `http://host:8000/v2/models/yolox`, with `/versions/2` or without."""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import quote, unquote, urlsplit

from ailab.services.documentation.doc_page import led_to
from ailab.services.served.served_error import LoginInAddressError, ServerError

_MODELS = "/v2/models/"
_VERSIONS = "/versions/"
_PORTS = {"http": 80, "https": 443}
_LONGEST = 2000
_LOGIN = re.compile(r"(?i)^(\s*https?://)[^/?#]*@")
_EXAMPLE = f"Type it as http://host:8000; {led_to('served-models')} tells more."


@dataclass(frozen=True, slots=True)
class ServedAddress:
    """A model on a server, as the Open Inference Protocol names it.

    Attributes:
        server: scheme, host, port and what path comes before `/v2`, without a slash at its end.
        model: its name.
        version: which of its versions; empty for the one that the server chooses.
    """

    server: str
    model: str
    version: str = ""

    @property
    def path(self) -> str:
        """What comes after the server."""
        version = f"{_VERSIONS}{quote(self.version, safe='')}" if self.version else ""
        return f"{_MODELS}{quote(self.model, safe='')}{version}"

    @property
    def place(self) -> str:
        """Host and port, as people name the server."""
        return server_place(self.server)

    def __str__(self) -> str:
        return f"{self.server}{self.path}"


def is_served_address(text: str) -> bool:
    """True for the address of a model, whether it can be read or not."""
    return text.strip().lower().startswith(("http://", "https://")) and _MODELS in text


def parse_served_address(text: str) -> ServedAddress:
    """The model that an address names.

    Raises:
        ServerError: it names no model.
    """
    before, _, after = text.strip().partition(_MODELS)
    name, _, version = after.rstrip("/").partition(_VERSIONS)
    name, version = unquote(name), unquote(version)
    if not name or not is_name(name) or (version and not is_name(version)):
        raise ServerError(f"{_shown(text) or 'That'} names no model on a server.", _EXAMPLE)
    return ServedAddress(parse_server(before), name, version)


def parse_server(text: str) -> str:
    """The server that a person typed, in one form: `http://host:8000` for `host:8000/v2/`.

    Raises:
        LoginInAddressError: it holds a name or a password.
        ServerError: it is no address of a server.
    """
    typed = text.strip().partition(_MODELS)[0]
    address = typed if "://" in typed else f"http://{typed}"
    if address.rstrip("/").endswith("/v2"):
        address = address.rstrip("/").removesuffix("/v2")
    try:
        parts = urlsplit(address)
        port = parts.port
    except ValueError as error:
        raise _no_server(typed) from error
    host = parts.hostname or ""
    is_plain = all(33 <= ord(sign) < 127 for sign in address)
    if parts.scheme not in _PORTS or not host or not is_plain or len(address) > _LONGEST:
        raise _no_server(typed)
    if parts.username is not None or parts.password is not None:
        raise LoginInAddressError(
            "The address holds a name or a password, which would be kept and shown with it.",
            "Type it without; where the server asks who you are, give it an access token. "
            f"{led_to('served-models')} tells how.",
        )
    if parts.query or parts.fragment:
        raise _no_server(typed)
    name = f"[{host}]" if ":" in host else host
    usual = port is None or port == _PORTS[parts.scheme]
    return f"{parts.scheme}://{name}{'' if usual else f':{port}'}{parts.path.rstrip('/')}"


def without_login(text: str) -> str:
    """An address without the name and the password that stand before its host, if any do.

    What is no address loses them too: everything before the last @ that a host may follow.
    """
    address, models, model = text.partition(_MODELS)
    login, sign, rest = address.rpartition("@")
    if not sign:
        return text
    scheme, colon, _ = login.partition("://")
    return f"{scheme}{colon}{rest}{models}{model}" if colon else f"{rest}{models}{model}"


def spoken_model(text: str) -> str:
    """A model as a person named it, for words that are shown or go into a log.

    Of an address, also of one of the Hub's, without a name and a password before its host.
    """
    return without_login(text) if is_served_address(text) else _LOGIN.sub(r"\1", text)


def server_place(server: str) -> str:
    """Host, port and path of a server, without its scheme."""
    return server.partition("://")[2]


def is_name(name: str) -> bool:
    """True for what can be the name of a model or a version."""
    return 0 < len(name) <= 500 and name.isprintable() and name not in {".", ".."}


def _no_server(typed: str) -> ServerError:
    return ServerError(f"{_shown(typed) or 'Nothing'} is no address of a server.", _EXAMPLE)


def served_name(address: str) -> str:
    """The model's name in its address; the text itself, without a login, where there is none."""
    try:
        return parse_served_address(address).model
    except ServerError:
        return without_login(address)


def _shown(text: str) -> str:
    """What a message may hold of an address that is none: a query may hold a secret."""
    return without_login(text.strip()).partition("?")[0][:200]
