"""One exception per thing that a person can do about a failing Hub.

The statuses, codes and texts they are made from are those of the Hub's own API
(`X-Error-Code`, `X-Error-Message`, `RateLimit`), as `huggingface_hub` reads them.
"""

from __future__ import annotations

from ailab.services.hub.gate_reason import GateReason
from ailab.services.lab_error import LabError
from ailab.services.next_step import NextStep


class HubError(LabError):
    """Any failure of the Hub or of the way to it.

    Attributes:
        may_pass: True where asking once more, a little later, may well be answered.
    """

    may_pass: bool = False


class HubOfflineError(HubError):
    """The Hub cannot be reached: no network, no name, refused, TLS failed."""

    is_offline = True


class HubSwitchedOffError(HubError):
    """The person does not want the Hub to be asked."""

    is_offline = True


class HubTimeoutError(HubError):
    """The Hub was reached or not, but did not answer in time."""

    is_offline = True


class HubFormatError(HubError):
    """The Hub answered something that is not what its API promises."""


class HubServerError(HubError):
    """The Hub answered with a failure of its own (5xx)."""


class HubRangeError(HubError):
    """The file ends before the part that was asked for (416)."""


class HubRequestError(HubError):
    """The Hub refused a request as malformed (400 and other 4xx without a meaning of their own)."""


class RateLimitError(HubError):
    """Too many requests (429).

    Attributes:
        seconds: how long the Hub asks to wait; None where it names no time.
    """

    def __init__(
        self, message: str, advice: str, *, seconds: float | None = None, detail: str = ""
    ) -> None:
        super().__init__(message, advice, detail=detail)
        self.seconds = seconds


class ModelNotFoundError(HubError):
    """No such model, or it is private (the Hub tells the two apart only to its owner)."""


class RevisionNotFoundError(HubError):
    """The model has no such branch, tag or commit."""


class FileNotFoundOnHubError(HubError):
    """The model has no such file at this revision."""


class GatedModelError(HubError):
    """The model's files are given only to people who accepted its conditions.

    Attributes:
        reason: what stands in the way of this person.
    """

    def __init__(self, message: str, advice: str, *, reason: GateReason, detail: str = "") -> None:
        super().__init__(message, advice, detail=detail)
        self.reason = reason


class ModelDisabledError(HubError):
    """The Hub has switched this model off."""


class InvalidTokenError(HubError):
    """The Hub does not accept the access token."""

    next_step = NextStep.SIGN_IN


class InvalidModelIdError(HubError):
    """The text is neither a model id nor the address of a model's page."""
