"""A setting that the environment decides."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Override:
    """An environment variable that wins over a setting.

    Attributes:
        variable: its name.
        value: what it holds, without a name and password in an address.
    """

    variable: str
    value: str
