"""What is known of the person's account on the Hub."""

from __future__ import annotations

from dataclasses import dataclass

from ailab.services.account.token_origin import TokenOrigin, TokenPlace
from ailab.services.hub.hub_account import HubAccount
from ailab.services.problem import Problem


@dataclass(frozen=True, slots=True)
class AccountState:
    """Never holds a token.

    Attributes:
        account: whom the token in use belongs to; None where there is none, or where the Hub
            has not told yet.
        origin: where the token in use comes from; None where there is none.
        places: where a new token can be kept, the best one first.
        place: where the next one will be kept.
        variable: the environment variable that holds a token; empty where none does.
        token_file: path of the Hugging Face token file; empty where there is none.
        is_busy: the token is looked for, checked, kept or removed.
        has_looked: the token was looked for.
        problem: the last failure; None where there was none.
        notice: what is worth knowing though nothing failed; may be empty.
    """

    account: HubAccount | None = None
    origin: TokenOrigin | None = None
    places: tuple[TokenPlace, ...] = (TokenPlace.SESSION,)
    place: TokenPlace = TokenPlace.SESSION
    variable: str = ""
    token_file: str = ""
    is_busy: bool = False
    has_looked: bool = False
    problem: Problem | None = None
    notice: str = ""

    @property
    def is_signed_in(self) -> bool:
        """The Hub has told whose token it is."""
        return self.account is not None

    @property
    def can_sign_in(self) -> bool:
        """No token is in use, so that one can be given."""
        return not self.is_busy and self.origin is None

    @property
    def can_sign_out(self) -> bool:
        """A token is in use, known to the Hub or not."""
        return not self.is_busy and self.origin is not None

    @property
    def can_remove_file(self) -> bool:
        """The token in use lies in the Hugging Face token file."""
        return (
            self.can_sign_out and self.origin is not None and self.origin.place is TokenPlace.FILE
        )

    @property
    def headline(self) -> str:
        """How things stand, in a few words."""
        if self.account is not None:
            return f"Signed in as {self.account.name}"
        if self.is_busy:
            return "Checking the access token…" if self.has_looked else "Looking for a token…"
        if self.origin is None:
            return "Not signed in"
        if self.problem is not None and self.problem.is_offline:
            return "Not checked: offline"
        return "Token not accepted" if self.problem is not None else "Not checked yet"

    @property
    def explanation(self) -> str:
        """Whose token it is, what it may do, and where it lies."""
        if self.origin is None:
            return (
                "Gated and private models ask who you are. Without an account you can use all "
                "others."
            )
        place = f"The token comes from {self.origin.words}."
        if self.origin.place is TokenPlace.KEY_RING:
            place = "The token is kept in the system's key ring."
        elif self.origin.place is TokenPlace.SESSION:
            place = "The token is forgotten when ailab is closed."
        if self.account is None:
            return place
        return " ".join(filter(None, (_person(self.account), place, _limits(self.account))))


_ROLES = {"read": "read", "write": "write", "fineGrained": "fine-grained"}


def _person(account: HubAccount) -> str:
    role = _ROLES.get(account.token_role, account.token_role)
    name = f" “{account.token_name}”" if account.token_name else ""
    kind = f" ({role})" if role else ""
    who = account.full_name or account.name
    return f"{who}, token{name}{kind}." if name or kind else f"{who}."


def _limits(account: HubAccount) -> str:
    if account.may_read_gated is False:
        return (
            "It may not read gated models: allow that in the token's settings on the Hub to use "
            "them."
        )
    if account.token_role == _ROLES["write"]:
        return "A token that can only read would be enough for ailab, and safer."
    return ""


def advice_for_refused(origin: TokenOrigin | None) -> str:
    """What to do where a token is not accepted, said to somebody who is about to sign in.

    Args:
        origin: where the token in use comes from; None for one that was just given.
    """
    if origin is None:
        return "Copy it once more, to its end, or make a new one: “Get a token…”."
    if origin.place is TokenPlace.ENVIRONMENT:
        return f"Set {origin.name} anew, or sign out here and sign in with another token."
    return "Sign out, and sign in with a new one."
