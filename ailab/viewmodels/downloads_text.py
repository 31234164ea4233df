"""Downloads in words."""

from __future__ import annotations

from ailab.services.byte_size import format_bytes
from ailab.services.downloads.download_entry import DownloadEntry, DownloadState
from ailab.services.downloads.download_progress import FileProgress
from ailab.viewmodels.downloads_state import DownloadsState
from ailab.viewmodels.prediction_text import counted
from ailab.viewmodels.progress_text import amount_text, silence_text


def entry_title(entry: DownloadEntry) -> str:
    """The model, and its revision where that is not the usual one."""
    if entry.ref in {"main", entry.revision}:
        return entry.model_id
    return f"{entry.model_id} · {entry.ref}"


def entry_text(entry: DownloadEntry) -> str:
    """What happens to a download and how far it is."""
    amount = amount_text(entry.done, entry.total)
    match entry.state:
        case DownloadState.DONE:
            return f"Done · {format_bytes(entry.done)}"
        case DownloadState.QUEUED:
            return f"Waiting for its turn · {amount}"
        case DownloadState.PAUSED:
            return f"Paused · {amount}"
        case DownloadState.FAILED:
            return f"Failed · {amount}"
        case DownloadState.RUNNING:
            silence = [silence_text(entry.silence)] if entry.silence else []
            return " · ".join([amount, *(silence or _pace(entry.speed, entry.seconds_left))])


def file_text(file: FileProgress) -> str:
    """How far one file is."""
    if file.total is not None and file.done >= file.total:
        return format_bytes(file.total)
    return amount_text(file.done, file.total)


def files_text(entry: DownloadEntry) -> str:
    """How many files there are, and how many of them are there already."""
    there = sum(file.total is not None and file.done >= file.total for file in entry.files)
    count = counted(len(entry.files), "file", "files")
    return count if there in {0, len(entry.files)} else f"{there} of {count}"


def overall_text(state: DownloadsState) -> str:
    """All that is on its way, in one line; empty where nothing is."""
    if not state.active:
        resting = (len(state.failed), "failed"), (len(state.paused), "paused")
        told = [
            f"{counted(count, 'download', 'downloads')} {how}" for count, how in resting if count
        ]
        return ", ".join(told)
    count = counted(len(state.active), "download", "downloads")
    pace = _pace(state.speed, state.seconds_left)
    if not pace and state.silence:
        pace = [silence_text(state.silence)]
    return ", ".join([count, amount_text(state.done, state.total), *pace])


def duration_text(seconds: float) -> str:
    """A time that is left, as precise as anybody can know it."""
    if seconds < 90:
        return f"{max(1, round(seconds))} s"
    if seconds < 5400:
        return f"{round(seconds / 60)} min"
    hours, minutes = divmod(round(seconds / 60), 60)
    return f"{hours} h {minutes:02} min" if hours < 48 else f"{round(hours / 24)} days"


def _pace(speed: float, seconds_left: float | None) -> list[str]:
    if speed < 1:
        return []
    told = [f"{format_bytes(speed)}/s"]
    if seconds_left is not None:
        told.append(f"{duration_text(seconds_left)} left")
    return told
