"""The system's key ring: Keychain, Credential Manager, Secret Service."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from ailab.services.account.account_error import AccountError, NoKeyRingError

HUB_SERVICE = "ailab"
"""What tokens of Hubs lie under in the key ring, beside the Hub's origin."""
_INSTEAD = "Unlock it and try again, or keep the token for this session only."
T = TypeVar("T")


class KeyRing:
    """Keeps one token per Hub, or other server; every method raises `AccountError`.

    A key ring may be slow, and may even ask the person: call it in a thread.

    Args:
        endpoint: origin of the Hub, under which its token lies: a mirror never gets the real
            Hub's.
        service: what the key ring calls all tokens of this kind.
        variable: the environment variable that can hold such a token instead.
    """

    def __init__(
        self, endpoint: str, *, service: str = HUB_SERVICE, variable: str = "HF_TOKEN"
    ) -> None:
        self._endpoint = endpoint
        self._service = service
        self._variable = variable

    def read(self) -> str | None:
        """The token; None where none was kept."""

        def get() -> str | None:
            import keyring  # noqa: PLC0415 - looks for the system's key rings when imported

            return keyring.get_password(self._service, self._endpoint)

        return self._told("The system's key ring could not be read.", get) or None

    def write(self, token: str) -> None:
        """Keep a token, in place of the one before."""

        def put() -> str | None:
            import keyring  # noqa: PLC0415

            keyring.set_password(self._service, self._endpoint, token)
            return keyring.get_password(self._service, self._endpoint)

        # A key ring that is switched off takes everything and keeps nothing.
        if self._told("The system's key ring did not take the token.", put) != token:
            raise NoKeyRingError(
                "The system's key ring is switched off: it did not keep the token.",
                "Keep the token for this session only, or switch the key ring on.",
            )

    def delete(self) -> None:
        """Forget the token, where one was kept."""

        def remove() -> None:
            import keyring  # noqa: PLC0415

            if keyring.get_password(self._service, self._endpoint) is not None:
                keyring.delete_password(self._service, self._endpoint)

        self._told("The token could not be removed from the system's key ring.", remove)

    def _told(self, what: str, work: Callable[[], T]) -> T:
        """Do something with the key ring, each failure made into one of the lab's."""
        try:
            from keyring.errors import KeyringLocked, NoKeyringError  # noqa: PLC0415
        except ImportError as error:
            raise self._no_key_ring(type(error).__name__) from error
        try:
            return work()
        except NoKeyringError as error:
            raise self._no_key_ring(type(error).__name__) from error
        except KeyringLocked as error:
            raise AccountError("The system's key ring is locked.", _INSTEAD) from error
        except Exception as error:
            # Key rings of many makers stand behind this, each with errors of its own. Their texts
            # may hold what was to be kept, so that only the kind is told.
            raise AccountError(what, _INSTEAD, detail=type(error).__name__) from None

    def _no_key_ring(self, kind: str) -> NoKeyRingError:
        return NoKeyRingError(
            "This system has no key ring that ailab can use.",
            f"Keep the token for this session only, or set it as {self._variable}.",
            detail=kind,
        )
