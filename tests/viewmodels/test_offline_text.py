"""What is said of the catalogue that is searched in the Hub's place."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from ailab.services.catalog.model_catalog import CatalogFacts
from ailab.services.problem import Problem
from ailab.viewmodels.model_browser_state import ModelBrowserState
from ailab.viewmodels.offline_text import offline_text

MARCH, MAY, JUNE = (datetime(2020, month, 1, 12, tzinfo=UTC) for month in (3, 5, 6))
SYNCED = (("image-segmentation", MAY), ("object-detection", MARCH))


@pytest.mark.parametrize(
    ("facts", "task", "words"),
    [
        (CatalogFacts(0), None, "Offline."),
        (CatalogFacts(1, (), JUNE), None, "Offline: 1 model, seen up to 1 June 2020, "),
        (CatalogFacts(2, SYNCED, JUNE), None, "Offline: 2 models, synchronised 1 March 2020, "),
        (
            CatalogFacts(2000, SYNCED, JUNE),
            "image-segmentation",
            "Offline: 2,000 models; Image Segmentation as of 1 May 2020, ",
        ),
        (
            CatalogFacts(2, SYNCED, JUNE),
            "depth-estimation",
            "Offline: 2 models, seen up to 1 June 2020, ",
        ),
    ],
)
def test_that_the_catalogue_tells_how_old_it_is_for_the_task_at_worst(
    facts: CatalogFacts, task: str | None, words: str
) -> None:
    state = ModelBrowserState(wants_offline=True, task=task, facts=facts)
    assert offline_text(state).startswith(words)


def test_that_nothing_is_said_of_an_age_while_the_hub_answers() -> None:
    assert offline_text(ModelBrowserState(facts=CatalogFacts(2, SYNCED, JUNE))) == ""


def test_that_the_true_reason_is_told_where_the_hub_was_lost() -> None:
    lost = Problem("The proxy on the way to hub.lab cannot be used.", "Check it.", is_offline=True)
    told = offline_text(ModelBrowserState(lost_hub=lost, facts=CatalogFacts(1)))
    assert told == f"{lost.message} {lost.advice}\nOffline: 1 model."
