"""Which models a person wants to see."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from ailab.services.hub.license_group import LicenseGroup


@dataclass(frozen=True, slots=True)
class ModelFilter:
    """Conditions that a model has to meet, all of them; None, empty or False for no condition.

    Attributes:
        license: a licence's id.
        license_group: a kind of licence.
        library: a library's id, compared regardless of case.
        author: the owner, exactly, regardless of case.
        min_parameters: the least number of parameters; a model of unknown size does not meet it.
        max_parameters: the greatest number.
        min_size: the least size on disk in bytes; a model of unknown size does not meet it.
        max_size: the greatest size.
        is_gated: True for gated models alone, False for open ones alone.
        updated_since: the day of the last change, at the earliest (UTC).
        runs_here: models alone that run on this machine, as far as is known.
    """

    license: str | None = None
    license_group: LicenseGroup | None = None
    library: str | None = None
    author: str | None = None
    min_parameters: int | None = None
    max_parameters: int | None = None
    min_size: int | None = None
    max_size: int | None = None
    is_gated: bool | None = None
    updated_since: date | None = None
    runs_here: bool = False
