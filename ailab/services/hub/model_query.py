"""What is asked of the Hub's list of models."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum

from ailab.services.hub.model_filter import ModelFilter


class ModelSort(Enum):
    """How the list is ordered, always descending; the value is the API's own word."""

    TRENDING = "trendingScore"
    DOWNLOADS = "downloads"
    LIKES = "likes"
    CREATED = "createdAt"
    UPDATED = "lastModified"
    PARAMETERS = "num_parameters"


@dataclass(frozen=True, slots=True)
class ModelQuery:
    """One question to the Hub's list.

    Attributes:
        search: text to be found in `owner/name`, case-insensitive; empty for no text.
        task: a pipeline tag such as `object-detection`; None for all tasks.
        sort: the order of the rows.
        limit: rows per page, 1 to 1000.
        filter: further conditions. Who answers applies those that it can; the rows may hold
            models that do not meet the others.
    """

    search: str = ""
    task: str | None = None
    sort: ModelSort = ModelSort.TRENDING
    limit: int = 50
    filter: ModelFilter = field(default_factory=ModelFilter)
