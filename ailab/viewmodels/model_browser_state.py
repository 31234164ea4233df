"""What the model browser shows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from types import MappingProxyType

from ailab.services.catalog.model_catalog import CatalogFacts
from ailab.services.compatibility.verdict import Verdict
from ailab.services.hub.model_filter import ModelFilter
from ailab.services.hub.model_info import ModelDetails, ModelInfo, ModelPage
from ailab.services.hub.model_query import ModelQuery, ModelSort
from ailab.services.hub.model_reference import ModelReference
from ailab.services.hub.model_refs import ModelRefs
from ailab.services.hub.task_words import Purpose, find_purpose
from ailab.services.problem import Problem
from ailab.services.searches.searches import SavedSearch

_NO_VERDICTS: Mapping[str, Verdict] = MappingProxyType({})


class Shelf(Enum):
    """Which list is shown; the value is its name for people."""

    SEARCH = "All models"
    FAVOURITES = "Favourites"
    RECENT = "Recent"


@dataclass(frozen=True, slots=True)
class ModelBrowserState:
    """What the model browser shows.

    Attributes:
        query: the text in the search bar.
        task: the pipeline tag to keep; None for all tasks.
        sort: the order of the results.
        filter: further conditions.
        shelf: the list shown; task, order and filter hold for `Shelf.SEARCH` alone.
        results: the rows to show so far; those of the search before stay until new ones come.
        next_page: the last page loaded, where more rows follow it.
        loaded: rows read so far, of which `results` are those that meet the filter.
        is_filtered_here: the rows were filtered here, not by who answered.
        unsized: rows left out of a filter by size because their size is not known.
        has_paused: enough rows were read for few that meet the filter; `retry_more` goes on.
        is_searching: the first rows of a search are on their way.
        is_loading_more: further rows are on their way.
        is_slow: the Hub lets the person wait for them.
        has_searched: at least one search was answered.
        problem: why the search failed.
        more_problem: why the further rows failed.
        notice: another failure, which leaves the list as it is.
        wants_offline: the person has switched the Hub off.
        lost_hub: why the Hub could not be reached; the catalogue answers until it is retried.
        facts: what the catalogue holds, where it was asked.
        wait_seconds: how long the Hub's limits hold the next answer back; 0 where they do not.
        is_wait_refused: the Hub refuses until then; else ailab slows down by itself.
        verdicts: whether the rows' models run here, by their keys.
        favourites: ids of the favourites.
        saved: searches saved by name.
        selection: the row selected.
        details: the selected model's details.
        verdict: whether the selected model runs here.
        is_loading_details: they are on their way.
        details_problem: why they failed.
        are_details_kept: they are what was kept of an earlier look, since the Hub did not answer.
        is_here: all that a run of the selected model needs is on this disk.
        ids_here: ids of the models of which something is on this disk.
        is_let_in: the selected model is gated, and its files are given to the person.
        gate_problem: why they are not; None where they are, or it is not known.
        refs: the selected model's branches and tags, where they were asked for.
        revision: the branch, tag or commit chosen; None for the default one.
        variants: the weights to choose from, best first.
        variant: the weights chosen; None for those that run best.
    """

    query: str = ""
    task: str | None = None
    sort: ModelSort = ModelSort.TRENDING
    filter: ModelFilter = field(default_factory=ModelFilter)
    shelf: Shelf = Shelf.SEARCH
    results: tuple[ModelInfo, ...] = ()
    next_page: ModelPage | None = None
    loaded: int = 0
    is_filtered_here: bool = False
    unsized: int = 0
    has_paused: bool = False
    is_searching: bool = False
    is_loading_more: bool = False
    is_slow: bool = False
    has_searched: bool = False
    problem: Problem | None = None
    more_problem: Problem | None = None
    notice: Problem | None = None
    wants_offline: bool = False
    lost_hub: Problem | None = None
    facts: CatalogFacts | None = None
    wait_seconds: int = 0
    is_wait_refused: bool = False
    verdicts: Mapping[str, Verdict] = field(default_factory=lambda: _NO_VERDICTS, repr=False)
    favourites: frozenset[str] = frozenset()
    saved: tuple[SavedSearch, ...] = ()
    selection: ModelInfo | None = None
    details: ModelDetails | None = None
    verdict: Verdict | None = None
    is_loading_details: bool = False
    details_problem: Problem | None = None
    are_details_kept: bool = False
    is_here: bool = False
    ids_here: frozenset[str] = frozenset()
    is_let_in: bool = False
    gate_problem: Problem | None = None
    refs: ModelRefs | None = None
    revision: str | None = None
    variants: tuple[str, ...] = ()
    variant: str | None = None

    @property
    def can_select(self) -> bool:
        """A model is selected, so that the dialog can be answered."""
        return self.selection is not None

    @property
    def is_empty(self) -> bool:
        """The search was answered and nothing matches it, as far as was read."""
        return (
            self.has_searched
            and not self.is_searching
            and not self.is_loading_more
            and self.problem is None
            and self.more_problem is None
            and not self.results
        )

    @property
    def purpose(self) -> Purpose | None:
        """What the search wants a model for, where nothing has a name like that; else None."""
        found = find_purpose(self.query) if self.is_empty and self.shelf is Shelf.SEARCH else None
        return None if found is None or found.task == self.task else found

    @property
    def has_lost_hub(self) -> bool:
        """The Hub could not be reached; the catalogue answers until it is retried."""
        return self.lost_hub is not None

    @property
    def is_offline(self) -> bool:
        """The catalogue on this disk is searched, not the Hub."""
        return self.wants_offline or self.has_lost_hub

    @property
    def can_clear(self) -> bool:
        """A task or a further condition can be taken off."""
        return self.task is not None or self.filter != ModelFilter()

    @property
    def is_favourite(self) -> bool:
        """The selected model is among the favourites."""
        return self.selection is not None and self.selection.id in self.favourites

    @property
    def selected_id(self) -> str | None:
        """The selected model as a reference: its present id, and what is not the default."""
        if self.selection is None:
            return None
        model = self.selection.id if self.details is None else self.details.info.id
        return str(ModelReference(model, self.revision, self.variant))

    def model_query(self, limit: int) -> ModelQuery:
        """What is to be asked for, `limit` rows a page."""
        return ModelQuery(self.query.strip(), self.task, self.sort, limit, self.filter)
