"""Who an access token belongs to."""

from __future__ import annotations

from dataclasses import dataclass

from ailab.services.hub.hub_errors import HubFormatError
from ailab.services.hub.json_values import fields_of, text_of


@dataclass(frozen=True, slots=True)
class HubAccount:
    """An account of the Hub, as a token's owner sees it.

    Attributes:
        name: by which the Hub knows it.
        full_name: as its owner writes it; may be empty.
        kind: `user`, `org` or `app`.
        token_name: what the owner called the token; may be empty.
        token_role: `read`, `write` or `fineGrained`, an open set; may be empty.
        may_read_gated: the token may read gated models that its owner has access to; None where
            the Hub does not tell.
    """

    name: str
    full_name: str = ""
    kind: str = "user"
    token_name: str = ""
    token_role: str = ""
    may_read_gated: bool | None = None


def parse_account(data: object) -> HubAccount:
    """The answer of `GET /api/whoami-v2`.

    Raises:
        HubFormatError: it names nobody.
    """
    fields = fields_of(data)
    name = text_of(fields.get("name"))
    if name is None:
        raise HubFormatError(
            "The Hub did not say whose access token this is.",
            "Try again; if it stays so, check that HF_ENDPOINT names a Hugging Face Hub.",
            detail=f"got {type(data).__name__}",
        )
    token = fields_of(fields_of(fields.get("auth")).get("accessToken"))
    role = text_of(token.get("role")) or ""
    return HubAccount(
        name=name,
        full_name=text_of(fields.get("fullname")) or "",
        kind=text_of(fields.get("type")) or "user",
        token_name=text_of(token.get("displayName")) or "",
        token_role=role,
        may_read_gated=_may_read_gated(role, token.get("fineGrained")),
    )


def _may_read_gated(role: str, permissions: object) -> bool | None:
    if role in {"read", "write"}:
        return True
    told = fields_of(permissions).get("canReadGatedRepos")
    return told if isinstance(told, bool) else None
