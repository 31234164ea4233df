"""What is said of the catalogue that is searched in the Hub's place."""

from __future__ import annotations

from datetime import datetime

from ailab.services.catalog.model_catalog import CatalogFacts
from ailab.services.hub.pipeline_tag import display_name
from ailab.viewmodels.day_text import day_text
from ailab.viewmodels.model_browser_state import ModelBrowserState


def offline_text(state: ModelBrowserState) -> str:
    """That the catalogue is searched, why, and how old it is."""
    if not state.is_offline:
        return ""
    lost = state.lost_hub
    why = "Offline" if lost is None else f"{lost.message} {lost.advice}\nOffline"
    facts = state.facts
    if facts is None or not facts.models:
        return f"{why}."
    models = "1 model" if facts.models == 1 else f"{facts.models:,} models"
    return f"{why}: {models}{_age_text(facts, state.task)}."


def _age_text(facts: CatalogFacts, task: str | None) -> str:
    """How old the task's models are at worst; those only seen by chance may be older still."""
    now = datetime.now().astimezone()
    synced = dict(facts.synced)
    if task in synced:
        return f"; {display_name(task)} as of {day_text(synced[task], now)}"
    if task is None and synced:
        return f", synchronised {day_text(min(synced.values()), now)}"
    return f", seen up to {day_text(facts.newest, now)}" if facts.newest is not None else ""
