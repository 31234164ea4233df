"""What a person can do about a failure by one press of a button."""

from __future__ import annotations

from enum import Enum


class NextStep(Enum):
    """The button that stands beside a failure's words."""

    NONE = "none"
    SIGN_IN = "sign in"
    OPEN_MODEL_PAGE = "open the model's page"
