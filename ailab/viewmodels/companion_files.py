"""The small files of other repositories that a run needs beside the model's own."""

from __future__ import annotations

from collections.abc import Iterable

from ailab.services.compatibility.verdict import Verdict
from ailab.services.downloads.model_downloads import ModelDownloads
from ailab.services.hub.hub_errors import (
    FileNotFoundOnHubError,
    GatedModelError,
    HubError,
    InvalidTokenError,
    ModelDisabledError,
    ModelNotFoundError,
    RevisionNotFoundError,
)
from ailab.services.hub.model_hub import ModelHub
from ailab.services.hub.model_info import ModelDetails, ModelInfo
from ailab.services.inference.companions import Companion
from ailab.services.problem import Problem

_BRANCH = "main"
_REFUSALS = (
    GatedModelError,
    ModelNotFoundError,
    RevisionNotFoundError,
    FileNotFoundOnHubError,
    ModelDisabledError,
    InvalidTokenError,
)


async def is_all_here(downloads: ModelDownloads, details: ModelDetails, verdict: Verdict) -> bool:
    """True where all that a run needs is on this disk; False where nothing runs.

    Args:
        downloads: knows what is on this disk.
        details: the model's.
        verdict: on it.
    """
    if not verdict.files or not await downloads.holds(details, verdict.files):
        return False
    return not await missing_companions(downloads, verdict)


async def missing_companions(downloads: ModelDownloads, verdict: Verdict) -> tuple[Companion, ...]:
    """Those that are on this disk under none of their names."""
    return tuple([each for each in verdict.companions if not await _is_here(downloads, each)])


def companion_details(companion: Companion) -> ModelDetails:
    """A companion as what is downloaded: its main branch, whatever commit the Hub says it is."""
    return _details(companion.model_id)


async def refusals(
    hub: ModelHub, companions: Iterable[Companion]
) -> tuple[tuple[str, Problem], ...]:
    """Which of their repositories do not give what is needed of them, and why.

    The first byte is asked for in the way of a download, so that mirrors answer alike. What says
    nothing of the person's rights, such as a broken connection, is no refusal.
    """
    refused: list[tuple[str, Problem]] = []
    for each in companions:
        try:
            for file in each.files:
                await hub.read_file(each.model_id, _BRANCH, file, most=1)
        except _REFUSALS as error:
            refused.append((each.model_id, Problem.of(error)))
        except HubError:
            continue
    return tuple(refused)


async def _is_here(downloads: ModelDownloads, companion: Companion) -> bool:
    for model_id in (companion.model_id, companion.former_id):
        if await downloads.holds(_details(model_id), companion.files):
            return True
    return False


def _details(model_id: str) -> ModelDetails:
    return ModelDetails(ModelInfo(model_id, model_id))
