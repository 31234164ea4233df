"""How running pictures at Inference Providers can fail."""

from __future__ import annotations

from ailab.services.lab_error import LabError


class ProviderError(LabError):
    """A provider did not run a picture.

    Attributes:
        is_final: True where it will not run the next one either.
    """

    def __init__(
        self,
        message: str,
        advice: str,
        *,
        detail: str = "",
        is_final: bool = False,
        is_offline: bool = False,
    ) -> None:
        super().__init__(message, advice, detail=detail)
        self.is_final = is_final
        self.is_offline = is_offline
