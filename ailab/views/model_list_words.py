"""What the list of models says where it has no rows to show, and around them."""

from __future__ import annotations

from ailab.services.hub.model_filter import ModelFilter
from ailab.services.hub.pipeline_tag import display_name
from ailab.viewmodels.model_browser_state import ModelBrowserState, Shelf

_EMPTY_SHELF = {
    Shelf.FAVOURITES: (
        "No favourites yet",
        "Click the star of a model, or press F on its row, to keep it here.",
    ),
    Shelf.RECENT: ("No recent models yet", "Models that you have looked at stand here."),
}
_SLOW = "The Hub is slow to answer; “Offline” searches the catalogue on this disk instead."
_EMPTY_CATALOG = (
    "The catalogue on this disk is empty.",
    "Models that you see while online are kept in it, and “Sync catalogue…” fetches those of "
    "whole tasks.",
)


def empty_words(state: ModelBrowserState) -> tuple[str, str]:
    """Title and advice where nothing matches the search."""
    query = state.query.strip()
    if state.shelf is not Shelf.SEARCH:
        nothing = f"Nothing here matches “{query}”.", "Clear the search to see all."
        return nothing if query else _EMPTY_SHELF[state.shelf]
    if state.is_offline and state.facts is not None and not state.facts.models:
        return _EMPTY_CATALOG
    if state.has_paused:
        return (
            f"None of the first {state.loaded:,} models meets the filters.",
            "Load more, or take a filter off.",
        )
    has_filter = state.filter != ModelFilter()
    place = f" in {display_name(state.task)}" if state.task else ""
    place += " with these filters" if has_filter else ""
    seen = f" ({filtered})" if (filtered := _filtered(state)) else ""
    where = "The catalogue holds" if state.is_offline else "The Hub lists"
    title = f"No model matches “{query}”{place}." if query else f"{where} no model{place}."
    title = title.removesuffix(".") + f"{seen}."
    if has_filter:
        advice = "Take a filter off, or all of them."
    elif state.purpose is not None:
        advice = "The search looks in the names of models and their owners."
    elif query and state.task:
        advice = "Try all tasks, or fewer letters of the model's name."
    elif query:
        advice = "The search looks in the names of models and their owners. Try fewer letters."
    else:
        advice = "Try all tasks." if state.task else "Refresh to ask again."
    if state.purpose is not None:
        advice = f"{advice} {state.purpose.advice}"
    return title, advice


def busy_words(state: ModelBrowserState) -> tuple[str, str]:
    """Title and explanation while there are no rows yet."""
    if wait := wait_words(state):
        return "Waiting for the Hub…", wait
    title = "Searching the catalogue…" if state.is_offline else "Searching the Hub…"
    if state.is_loading_more:
        return title, f"None of the first {state.loaded:,} models meets the filters."
    return title, _SLOW if state.is_slow else ""


def problem_words(state: ModelBrowserState) -> tuple[str, str]:
    """Title and advice where the search failed."""
    problem = state.problem
    if problem is None:
        return "", ""
    title = "The Hub can't be reached" if problem.is_offline else "The search failed"
    texts = [problem.message, problem.advice]
    if problem.is_offline and state.facts is not None and not state.facts.models:
        texts.append("The catalogue on this disk, which is searched without it, is still empty.")
    return title, "\n".join(text for text in texts if text)


def wait_words(state: ModelBrowserState) -> str:
    """How long the Hub's limits hold the next answer back; empty where they do not."""
    seconds = state.wait_seconds
    if not seconds:
        return ""
    left = f"{seconds} s" if seconds < 60 else f"{seconds // 60} min {seconds % 60} s"
    if state.is_wait_refused:
        return f"Too many questions: the Hub answers again in {left}."
    return f"Slowed down to stay within the Hub's limit: goes on in {left}."


def footer_words(state: ModelBrowserState) -> str:
    """How many rows there are and whether more follow."""
    if wait := wait_words(state):
        return wait
    if state.is_searching:
        return f"Searching… {_SLOW}" if state.is_slow else "Searching…"
    if state.is_loading_more:
        return f"Loading more… {_filtered(state)}".strip()
    if state.more_problem is not None:
        problem = state.more_problem
        return f"Could not load more: {problem.message} {problem.advice}".strip()
    return _count_words(state) if state.results else ""


def _count_words(state: ModelBrowserState) -> str:
    count = len(state.results)
    models = "1 model" if count == 1 else f"{count:,} models"
    if state.is_filtered_here:
        ends = "" if state.has_paused or state.next_page is None else " More load as you scroll."
        return f"{models}, {_filtered(state)}.{ends}"
    if state.next_page is None:
        return f"That's all {models}." if count > 1 else "That's the only model."
    return f"{models} so far. More load as you scroll."


def _filtered(state: ModelBrowserState) -> str:
    if not state.is_filtered_here or not state.loaded:
        return ""
    unsized = f", {state.unsized:,} left out whose size is not known" if state.unsized else ""
    return f"filtered from {state.loaded:,} loaded{unsized}"
