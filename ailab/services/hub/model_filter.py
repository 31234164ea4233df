"""Which models a person wants to see."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date
from typing import TYPE_CHECKING

from ailab.services.hub.license_group import LicenseGroup, group_of

if TYPE_CHECKING:
    from ailab.services.hub.model_info import ModelInfo


@dataclass(frozen=True, slots=True)
class ModelFilter:
    """Conditions that a model has to meet, all of them; None, empty or False for no condition.

    Attributes:
        license: a licence's id.
        license_group: a kind of licence.
        library: a library's id, compared regardless of case; a model that has it as a tag, such
            as `onnx`, meets it too.
        author: the owner, exactly, regardless of case.
        min_parameters: the least number of parameters; a model of unknown size does not meet it.
        max_parameters: the greatest number; likewise.
        min_size: the least size on disk in bytes; a model of unknown size does not meet it.
        max_size: the greatest size; likewise.
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

    def keeps(self, info: ModelInfo) -> bool:
        """True where a model meets every condition but `runs_here`, which the row cannot tell."""
        return (
            _is_same(self.license, info.license)
            and self.license_group in (None, group_of(info.license))
            and (self.library is None or _has_library(info, self.library))
            and _is_same(self.author, info.author)
            and _is_between(info.parameters, self.min_parameters, self.max_parameters)
            and _is_between(info.size, self.min_size, self.max_size)
            and self.is_gated in (None, bool(info.gated))
            and (self.updated_since is None or _was_updated(info, self.updated_since))
        )


def _is_same(wanted: str | None, value: str | None) -> bool:
    return wanted is None or wanted.lower() == (value or "").lower()


def _has_library(info: ModelInfo, library: str) -> bool:
    return any(library.lower() == name.lower() for name in (info.library or "", *info.tags))


def _is_between(value: int | None, least: int | None, most: int | None) -> bool:
    if least is None and most is None:
        return True
    return value is not None and (least or 0) <= value and (most is None or value <= most)


def _was_updated(info: ModelInfo, since: date) -> bool:
    modified = info.last_modified
    return modified is not None and modified.astimezone(UTC).date() >= since
