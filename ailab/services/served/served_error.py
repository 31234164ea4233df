"""How a server of models can fail."""

from __future__ import annotations

from ailab.services.inference.inference_errors import ModelFileError


class ServerError(ModelFileError):
    """A server is not there, does not answer as it should, or is not ready yet.

    It says nothing against the model: later, or at another address, it may run.
    """


class LockedServerError(ServerError):
    """A server asks for an access token, or does not take the one that it was sent.

    Attributes:
        in_dialog: what to do next in the dialog that takes tokens.
    """

    def __init__(self, message: str, advice: str, *, in_dialog: str = "", detail: str = "") -> None:
        super().__init__(message, advice, detail=detail)
        self.in_dialog = in_dialog or advice


class LoginInAddressError(ServerError):
    """The address of a server holds a name or a password."""
