"""What the list of models says where it has no rows to show, and below them."""

from __future__ import annotations

from ailab.services.hub.pipeline_tag import display_name
from ailab.viewmodels.model_browser_state import ModelBrowserState


def empty_words(state: ModelBrowserState) -> tuple[str, str]:
    """Title and advice where nothing matches the search."""
    query = state.query.strip()
    place = f" in {display_name(state.task)}" if state.task else ""
    title = f"No model matches “{query}”{place}." if query else f"The Hub lists no model{place}."
    if query and state.task:
        return title, "Try all tasks, or fewer letters of the model's name."
    if query:
        return title, "The search looks in the names of models and their owners. Try fewer letters."
    return title, "Try all tasks." if state.task else "Refresh to ask again."


def problem_words(state: ModelBrowserState) -> tuple[str, str]:
    """Title and advice where the search failed."""
    problem = state.problem
    if problem is None:
        return "", ""
    title = "The Hub can't be reached" if problem.is_offline else "The search failed"
    return title, "\n".join(text for text in (problem.message, problem.advice) if text)


def footer_words(state: ModelBrowserState) -> str:
    """How many rows there are and whether more follow."""
    count = len(state.results)
    models = "1 model" if count == 1 else f"{count:,} models"
    if state.is_searching:
        return "Searching…"
    if state.is_loading_more:
        return "Loading more…"
    if state.more_problem is not None:
        problem = state.more_problem
        return f"Could not load more: {problem.message} {problem.advice}".strip()
    if not count:
        return ""
    if state.next_page is None:
        return f"That's all {models}." if count > 1 else "That's the only model."
    return f"{models} so far. More load as you scroll."
