"""Who asks the embedded Hub, and what they may see."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from aiohttp import web

from ailab.demo import hub_answers
from ailab.demo.demo_repo import DemoRepo
from ailab.demo.demo_token import DemoToken
from ailab.demo.hub_answers import HubRefusal


class HubAccess:
    """The tokens that are valid, and the Hub's refusals for who may not.

    Args:
        tokens: by their secret.
    """

    def __init__(self, tokens: Mapping[str, DemoToken]) -> None:
        self._tokens = tokens

    @property
    def secrets(self) -> tuple[str, ...]:
        """The tokens that are valid."""
        return tuple(self._tokens)

    def caller(self, request: web.Request) -> str:
        """The secret that a request carries where it is a valid one, else empty."""
        kind, _, secret = request.headers.get("Authorization", "").partition(" ")
        return secret if kind == "Bearer" and secret in self._tokens else ""

    def token(self, request: web.Request) -> DemoToken | None:
        """The token that a request carries; None where it carries none.

        Raises:
            HubRefusal: it is not valid. A file's own address takes such a token for none.
        """
        caller = self.caller(request)
        if request.headers.get("Authorization") and not caller and "/resolve" not in request.path:
            raise HubRefusal(401, "Invalid credentials in Authorization header")
        return self._tokens.get(caller)

    def may_see(self, repo: DemoRepo, token: DemoToken | None) -> bool:
        """True where the Hub admits that there is such a repository."""
        return not repo.is_private or (token is not None and repo.id in token.may_read)

    def check_gate(self, repo: DemoRepo, token: DemoToken | None, page: str) -> None:
        """Make sure that a repository's files may be given out.

        Args:
            repo: the repository.
            token: who asks.
            page: address of the repository's page.

        Raises:
            HubRefusal: they may not, each reason in the Hub's own words.
        """
        if not repo.gated:
            return
        if token is None:
            raise hub_answers.gated(repo.id, page, is_signed_in=False)
        if token.role == "fineGrained" and not token.reads_gated:
            raise hub_answers.gated_permission_missing()
        if repo.id in token.awaiting:
            raise hub_answers.gated_awaiting(repo.id)
        if repo.id in token.rejected:
            raise hub_answers.gated_rejected(repo.id)
        if repo.id not in token.may_read:
            raise hub_answers.gated(repo.id, page, is_signed_in=True)

    def who_am_i(self, request: web.Request) -> dict[str, Any]:
        """What `GET /api/whoami-v2` answers.

        Raises:
            HubRefusal: nobody, or nobody known, asks.
        """
        token = self.token(request)
        if token is None:
            raise hub_answers.repo_missing(is_signed_in=False)
        access: dict[str, Any] = {
            "displayName": token.name,
            "role": token.role,
            "createdAt": "2026-01-02T03:04:05.000Z",
        }
        if token.role == "fineGrained":
            access["fineGrained"] = {
                "canReadGatedRepos": token.reads_gated,
                "global": [],
                "scoped": [],
            }
        return {
            "type": "user",
            "id": "0" * 24,
            "name": token.user,
            "fullname": token.full_name,
            "email": f"{token.user}@example.org",
            "emailVerified": True,
            "canPay": False,
            "periodEnd": None,
            "isPro": False,
            "avatarUrl": "/avatars/00000000000000000000000000000000.svg",
            "orgs": [],
            "auth": {"type": "access_token", "accessToken": access},
        }
