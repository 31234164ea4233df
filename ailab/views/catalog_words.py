"""What the dialog of the offline catalogue says."""

from __future__ import annotations

from ailab.services.byte_size import format_bytes
from ailab.services.catalog.model_catalog import CatalogFacts, SyncProgress
from ailab.services.hub.pipeline_tag import display_name
from ailab.viewmodels.catalog import CatalogState


def facts_words(facts: CatalogFacts, age: str) -> str:
    """How much the catalogue holds, and how old it is."""
    if not facts.models:
        return "The catalogue is empty"
    models = "1 model" if facts.models == 1 else f"{facts.models:,} models"
    return f"{models} · {format_bytes(facts.size)} on this disk · last written {age}"


def progress_words(state: CatalogState) -> str:
    """How far the synchronisation is; empty where none was asked for."""
    progress = state.progress
    if state.is_clearing:
        return "Clearing the catalogue…"
    if progress is None:
        return "Asking the Hub…" if state.is_syncing else ""
    fetched = f"{progress.models:,} model{'' if progress.models == 1 else 's'}"
    if not state.is_syncing:
        if state.problem is not None or state.is_cancelled:
            return f"Stopped after {fetched}. What came is kept; the next time goes on there."
        return f"Done: {fetched} fetched." if progress.models else "Done: nothing has changed."
    return _words_under_way(progress, fetched)


def _words_under_way(progress: SyncProgress, fetched: str) -> str:
    if progress.waits > 0:
        return f"The Hub asks for a pause of {progress.waits:.0f} seconds; {fetched} so far."
    if progress.done >= progress.total:
        return f"{fetched} fetched; putting the catalogue in order…"
    place = f"task {progress.done + 1} of {progress.total}"
    return f"{display_name(progress.task)} ({place}): {fetched} so far"


def progress_share(state: CatalogState) -> float | None:
    """Tasks done, 0 to 1; None where nobody knows how much is left."""
    progress = state.progress
    if not state.is_syncing or progress is None or progress.total < 2 or not progress.done:
        return None
    return None if progress.done >= progress.total else progress.done / progress.total
