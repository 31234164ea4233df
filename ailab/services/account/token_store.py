"""The person's access token on this computer: found, kept, removed."""

from __future__ import annotations

import logging
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from ailab.services.account.account_error import AccountError, NoKeyRingError
from ailab.services.account.token_origin import TokenOrigin, TokenPlace
from ailab.services.hub.access_token import environment_token, file_token, token_file
from ailab.services.whole_file import replace_whole

_log = logging.getLogger(__name__)


class KeyRingLike(Protocol):
    """What keeps one token; every method raises `AccountError`."""

    def read(self) -> str | None:
        """The token; None where none was kept."""
        ...

    def write(self, token: str) -> None:
        """Keep a token, in place of the one before."""
        ...

    def delete(self) -> None:
        """Forget the token, where one was kept."""
        ...


@dataclass(frozen=True, slots=True)
class FoundToken:
    """A token and where it was found.

    Attributes:
        token: the secret itself, which `repr` does not show; empty where there is none.
        origin: where it was; None where there is none.
        failure: why the key ring could not be asked; None where it could.
    """

    token: str = field(default="", repr=False)
    origin: TokenOrigin | None = None
    failure: AccountError | None = None


def find_kept(key_ring: KeyRingLike) -> FoundToken:
    """The token that a key ring keeps, or why it could not be asked; no failure without one."""
    try:
        if kept := (key_ring.read() or "").strip():
            return FoundToken(kept, TokenOrigin(TokenPlace.KEY_RING))
    except NoKeyRingError:
        _log.info("there is no key ring")  # as on many servers: nothing to be told
    except AccountError as error:
        _log.warning("the key ring could not be read (%s)", error.detail or "locked")
        return FoundToken(failure=error)
    return FoundToken()


class TokenStore:
    """Every method touches the disk or the key ring: call it in a thread.

    Args:
        key_ring: keeps the token.
        environ: the environment.
    """

    def __init__(self, key_ring: KeyRingLike, environ: Mapping[str, str] = os.environ) -> None:
        self._key_ring = key_ring
        self._environ = environ

    def find(self) -> FoundToken:
        """The token to use: `HF_TOKEN` wins, then the key ring, then the token file."""
        name, token = environment_token(self._environ)
        if token:
            return FoundToken(token, TokenOrigin(TokenPlace.ENVIRONMENT, name))
        kept = find_kept(self._key_ring)
        if kept.token:
            return kept
        if in_file := file_token(self._environ):
            origin = TokenOrigin(TokenPlace.FILE, str(token_file(self._environ)))
            return FoundToken(in_file, origin, kept.failure)
        return kept

    def existing_file(self) -> Path | None:
        """The Hugging Face token file, where there is one already."""
        try:
            path = token_file(self._environ)
            return path if path.is_file() else None
        except (OSError, RuntimeError):
            return None

    def keep(self, token: str, place: TokenPlace) -> TokenOrigin:
        """Keep a token at a place.

        Raises:
            AccountError: it could not be kept there.
        """
        if place is TokenPlace.KEY_RING:
            self._key_ring.write(token)
        elif place is TokenPlace.FILE:
            path = token_file(self._environ)
            try:
                replace_whole(path, token.encode())
            except OSError as error:
                raise AccountError(
                    f"The token could not be written to {path}.",
                    "Check that the file may be written to, or keep the token in another place.",
                    detail=type(error).__name__,
                ) from error
            return TokenOrigin(place, str(path))
        return TokenOrigin(place)

    def remove(self, place: TokenPlace) -> None:
        """Remove the token that was kept at a place.

        Raises:
            AccountError: it could not be removed.
        """
        if place is TokenPlace.KEY_RING:
            self._key_ring.delete()
        elif place is TokenPlace.FILE and (path := self.existing_file()):
            try:
                path.unlink(missing_ok=True)
            except OSError as error:
                raise AccountError(
                    f"The token file {path} could not be removed.",
                    "Remove it by hand.",
                    detail=type(error).__name__,
                ) from error
