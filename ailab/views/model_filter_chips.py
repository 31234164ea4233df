"""What is filtered by, as chips: pure values."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date

from PyQt6.QtCore import QDate, QLocale

from ailab.services.hub import library_name, license_name, pipeline_tag
from ailab.services.hub.model_filter import ModelFilter
from ailab.viewmodels.model_browser_state import ModelBrowserState
from ailab.views.model_filter_numbers import count_words, size_words

_ENGLISH = QLocale(QLocale.Language.English)


@dataclass(frozen=True, slots=True)
class FilterChip:
    """One condition, and what is left without it.

    Attributes:
        text: the condition in words.
        task: the task that stays.
        filter: the filter that stays.
    """

    text: str
    task: str | None
    filter: ModelFilter


def chips_of(state: ModelBrowserState) -> tuple[FilterChip, ...]:
    """The conditions that hold, in the order of the panel in which they are set."""
    chips = [FilterChip(text, state.task, wanted) for text, wanted in _conditions(state.filter)]
    if state.task is not None:
        chips.insert(0, FilterChip(pipeline_tag.display_name(state.task), None, state.filter))
    return tuple(chips)


def day_words(day: date) -> str:
    """A day: `12 October 2026`."""
    return _ENGLISH.toString(QDate(day.year, day.month, day.day), "d MMMM yyyy")


def _conditions(held: ModelFilter) -> Iterator[tuple[str, ModelFilter]]:
    if held.runs_here:
        yield "Runs here", replace(held, runs_here=False)
    if held.license_group is not None:
        yield f"Licence: {held.license_group.value.lower()}", replace(held, license_group=None)
    if held.license is not None:
        yield f"Licence: {license_name.display_name(held.license)}", replace(held, license=None)
    if held.library is not None:
        yield f"Library: {library_name.display_name(held.library)}", replace(held, library=None)
    if held.author is not None:
        yield f"By {held.author}", replace(held, author=None)
    if held.min_parameters is not None or held.max_parameters is not None:
        words = count_words(held.min_parameters, held.max_parameters)
        yield f"Parameters: {words}", replace(held, min_parameters=None, max_parameters=None)
    if held.min_size is not None or held.max_size is not None:
        words = size_words(held.min_size, held.max_size)
        yield f"Size: {words}", replace(held, min_size=None, max_size=None)
    if held.is_gated is not None:
        yield "Gated" if held.is_gated else "Not gated", replace(held, is_gated=None)
    if held.updated_since is not None:
        yield f"Updated since {day_words(held.updated_since)}", replace(held, updated_since=None)
