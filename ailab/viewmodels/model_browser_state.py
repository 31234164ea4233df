"""What the model browser shows."""

from __future__ import annotations

from dataclasses import dataclass

from ailab.services.compatibility.verdict import Verdict
from ailab.services.hub.model_info import ModelDetails, ModelInfo, ModelPage
from ailab.services.hub.model_query import ModelSort
from ailab.services.problem import Problem


@dataclass(frozen=True, slots=True)
class ModelBrowserState:
    """What the model browser shows.

    Attributes:
        query: the text in the search bar.
        task: the pipeline tag to keep; None for all tasks.
        sort: the order of the results.
        results: the rows loaded so far; those of the search before stay until new ones come.
        next_page: the last page loaded, where more rows follow it.
        is_searching: the first rows of a search are on their way.
        is_loading_more: further rows are on their way.
        has_searched: at least one search was answered.
        problem: why the search failed.
        more_problem: why the further rows failed.
        selection: the row selected.
        details: the selected model's details.
        verdict: whether the selected model runs here.
        is_loading_details: they are on their way.
        details_problem: why they failed.
    """

    query: str = ""
    task: str | None = None
    sort: ModelSort = ModelSort.TRENDING
    results: tuple[ModelInfo, ...] = ()
    next_page: ModelPage | None = None
    is_searching: bool = False
    is_loading_more: bool = False
    has_searched: bool = False
    problem: Problem | None = None
    more_problem: Problem | None = None
    selection: ModelInfo | None = None
    details: ModelDetails | None = None
    verdict: Verdict | None = None
    is_loading_details: bool = False
    details_problem: Problem | None = None

    @property
    def can_select(self) -> bool:
        """A model is selected, so that the dialog can be answered."""
        return self.selection is not None

    @property
    def is_empty(self) -> bool:
        """The search was answered and nothing matches it."""
        return (
            self.has_searched
            and not self.is_searching
            and self.problem is None
            and not self.results
        )

    @property
    def selected_id(self) -> str | None:
        """The selected model's id: the present one, where the row's has been renamed."""
        if self.details is not None:
            return self.details.info.id
        return self.selection.id if self.selection is not None else None
