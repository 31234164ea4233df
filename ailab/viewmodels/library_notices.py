"""What the Library tab says once something is done."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from ailab.services.byte_size import format_bytes
from ailab.services.library.cached_repo import CachedRepo
from ailab.services.library.check_summary import Soundness
from ailab.services.library.deletion_plan import DeletionPlan, Extent
from ailab.services.problem import Problem
from ailab.viewmodels.library_state import Update
from ailab.viewmodels.prediction_text import counted


def deleted_text(plan: DeletionPlan, freed: int) -> str:
    """What a deletion came to."""
    if plan.extent is Extent.REPO:
        what = plan.repo_id
    elif plan.extent is Extent.REVISION:
        what = f"Revision {plan.commits[0][:8]} of {plan.repo_id}"
    else:
        what = f"What was damaged of {plan.repo_id}"
    text = f"{what} was deleted: {format_bytes(freed)} are free again."
    if plan.extent is Extent.DAMAGED:
        text += " The next run of the model downloads these files again."
    return text


def damage_problem(repos: Sequence[CachedRepo]) -> Problem | None:
    """What is damaged among models that were verified; None where nothing is."""
    damaged = [repo.id for repo in repos if repo.check.soundness is Soundness.DAMAGED]
    if not damaged:
        return None
    return Problem(
        f"Damaged files were found in {', '.join(damaged)}.",
        "Select the model and delete its damaged files: the next run downloads them again.",
    )


def verified_text(repos: Sequence[CachedRepo]) -> str:
    """What the verification of sound models came to."""
    text = f"{counted(len(repos), 'model was', 'models were')} verified: no damage was found."
    if unnamed := sum(repo.check.unnamed for repo in repos):
        files = counted(unnamed, "file", "files")
        text += f" The checksums of {files} are not known, so nothing can be said of them."
    return text


def updates_text(updates: Mapping[str, Update]) -> str:
    """What the Hub said about newer versions."""
    answers = [*updates.values()]
    found, unknown = answers.count(Update.AVAILABLE), answers.count(Update.UNKNOWN)
    text = (
        f"The Hub has a newer version of {counted(found, 'model', 'models')}."
        if found
        else "The Hub has no newer version of any model here."
    )
    if unknown:
        text += f" It does not say for {counted(unknown, 'model', 'models')}."
    return text
