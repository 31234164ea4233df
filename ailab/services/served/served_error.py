"""How a server of models can fail."""

from __future__ import annotations

from ailab.services.inference.inference_errors import ModelFileError


class ServerError(ModelFileError):
    """A server is not there, does not answer as it should, or is not ready yet.

    It says nothing against the model: later, or at another address, it may run.
    """


class LockedServerError(ServerError):
    """A server asks for an access token, or does not take the one that it was sent."""


class LoginInAddressError(ServerError):
    """The address of a server holds a name or a password."""
