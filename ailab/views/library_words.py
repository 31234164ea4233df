"""What is said of a model on this disk."""

from __future__ import annotations

from datetime import UTC, datetime

from ailab.services.byte_size import format_bytes
from ailab.services.library.cached_repo import CachedRepo
from ailab.services.library.check_summary import Soundness
from ailab.services.library.deletion_plan import DeletionPlan, Extent
from ailab.viewmodels.library_state import LibraryState, Update
from ailab.viewmodels.prediction_text import counted

_DAYS = ((365, "year"), (30, "month"), (7, "week"), (1, "day"))


def ago(moment: datetime | None, now: datetime | None = None) -> str:
    """How long ago something was, as people say it; empty where nobody knows."""
    if moment is None:
        return ""
    days = ((now or datetime.now(UTC)) - moment).days
    if days < 1:
        return "today"
    length, word = next(each for each in _DAYS if days >= each[0])
    return f"{counted(days // length, word, word + 's')} ago"


def place_text(state: LibraryState) -> str:
    """What lies in the cache, and what room there is."""
    parts = [f"{counted(len(state.models), 'model', 'models')}, {format_bytes(state.size)}"]
    if state.place is not None and state.place.free is not None:
        parts.append(f"{format_bytes(state.place.free)} free on this disk")
    if state.other_count:
        others = counted(state.other_count, "data set or space", "data sets and spaces")
        parts.append(f"{others} of {format_bytes(state.other_size)}, not listed")
    return " · ".join(parts)


def state_text(repo: CachedRepo, update: Update | None) -> str:
    """What is special about a model, for the list's last column."""
    words = []
    if repo.is_in_use:
        words.append("in use")
    elif repo.is_loaded:
        words.append("loaded")
    if repo.faults:
        words.append("incomplete" if not repo.revisions else "parts missing")
    elif repo.incomplete:
        words.append("download not ended")
    if update is Update.AVAILABLE:
        words.append(update.value)
    return ", ".join(words)


def check_text(repo: CachedRepo) -> str:
    """What verifying it came to."""
    check = repo.check
    since = f" {ago(check.since)}" if check.since else ""
    if check.soundness is Soundness.DAMAGED:
        return f"Damaged, by its checksum: {', '.join(check.damaged)}"
    if check.soundness is Soundness.SOUND:
        return f"Verified{since}: every file has its checksum"
    if check.soundness is Soundness.PARTLY:
        rest = counted(check.unchecked + check.unnamed, "file was", "files were")
        why = ", because their checksums are not known" if not check.unchecked else ""
        return f"Verified{since} in part: {rest} not{why}"
    return "Not verified yet"


def leftover_text(repo: CachedRepo) -> str:
    """What takes room without being of use; empty for nothing."""
    words = []
    if repo.incomplete:
        words.append(f"{format_bytes(repo.incomplete)} of a download that was not ended")
    if repo.unused:
        words.append(f"{format_bytes(repo.unused)} that no revision uses")
    return f"Besides, {' and '.join(words)}" if words else ""


def question_text(plan: DeletionPlan) -> str:
    """The question before a deletion."""
    if plan.extent is Extent.REPO:
        return f"Delete {plan.repo_id} from this disk?"
    if plan.extent is Extent.REVISION:
        return f"Delete revision {plan.commits[0][:8]} of {plan.repo_id} from this disk?"
    return f"Delete what is damaged of {plan.repo_id}?"


def consequence_text(plan: DeletionPlan) -> str:
    """What a deletion would come to."""
    text = f"{format_bytes(plan.freed)} become free."
    if plan.is_loaded:
        text += " The lab has the model in memory, and takes it out first."
    if plan.extent is Extent.DAMAGED:
        files = ", ".join(plan.files[:3]) + (" and others" if len(plan.files) > 3 else "")
        return f"{text} {files} would be downloaded again by the next run."
    if not plan.freed:
        return f"{text} Other revisions or programs still use its files."
    return f"{text} It can be downloaded again while the Hub has it."
