"""What a person keeps of searching, as frozen values."""

from __future__ import annotations

from dataclasses import dataclass, field

from ailab.services.hub.model_info import ModelInfo
from ailab.services.hub.model_query import ModelQuery

MOST_RECENT = 30
"""How many recent models are kept."""


@dataclass(frozen=True, slots=True)
class SavedSearch:
    """A search by name.

    Attributes:
        name: the person's own words; no two searches share a name.
        query: text, task, order and filter.
    """

    name: str
    query: ModelQuery


@dataclass(frozen=True, slots=True)
class Searches:
    """What is kept from one start of the lab to the next.

    Attributes:
        last: task, order and filter as they were left.
        saved: searches by name, in the order of their names.
        favourites: models marked by the person, the latest first, as they were last seen.
        recent: models looked at, the latest first, at most `MOST_RECENT`.
    """

    last: ModelQuery = field(default_factory=ModelQuery)
    saved: tuple[SavedSearch, ...] = ()
    favourites: tuple[ModelInfo, ...] = ()
    recent: tuple[ModelInfo, ...] = ()
