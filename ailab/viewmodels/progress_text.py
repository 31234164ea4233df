"""A run's progress in words and as a share."""

from __future__ import annotations

from ailab.services.byte_size import format_bytes
from ailab.services.served.served_address import spoken_model
from ailab.viewmodels.run_progress import RunProgress, RunStage


def progress_text(progress: RunProgress) -> tuple[str, str]:
    """What the run is doing, and how far it is; the second may be empty."""
    download = progress.download
    if progress.stage is RunStage.DOWNLOADING and download is not None:
        amount = amount_text(download.done, download.total)
        if download.silence:
            amount += f" · {silence_text(download.silence)}"
        elif download.speed > 0:
            amount += f" · {format_bytes(download.speed)}/s"
        return download.note or f"Downloading {spoken_model(progress.model)}", amount
    if progress.stage is RunStage.RUNNING:
        amount = f"Picture {min(progress.done + 1, progress.total)} of {progress.total}"
        if (within := progress.within) is not None:
            doing = progress.parts.value.format(done=within.done, total=within.total)
            amount = f"{amount} · {doing}" if progress.total > 1 else doing
        return f"Running {spoken_model(progress.model)}", amount
    if progress.stage is RunStage.RESUMING:
        return stage_text(progress), ""
    if progress.stage is RunStage.LOADING_THERE:  # until its first picture is done
        return stage_text(progress), f"Picture 1 of {progress.total}"
    return f"{stage_text(progress)} …", ""


def stage_text(progress: RunProgress) -> str:
    """What the run is doing, without how far it is."""
    if progress.stage is RunStage.STARTING and progress.cluster:
        return f"Connecting to Ray at {progress.cluster} for {spoken_model(progress.model)}"
    if progress.stage is RunStage.RESUMING:
        pictures = "picture is" if progress.total == 1 else "pictures are"
        return f"Resuming: {progress.done:,} of {progress.total:,} {pictures} there"
    return f"{progress.stage.value} {spoken_model(progress.model)}"


def progress_share(progress: RunProgress) -> float | None:
    """How far the run's present stage is, 0 to 1; None where nobody knows."""
    download = progress.download
    if progress.stage is RunStage.DOWNLOADING and download is not None and download.total:
        return min(download.done / download.total, 1.0)
    # A single picture has no share done until it is done, but where the network tells.
    within = 0.0 if progress.within is None else progress.within.share
    is_known = progress.total > 1 or (progress.total == 1 and progress.within is not None)
    if progress.stage is RunStage.RUNNING and is_known:
        return min((progress.done + within) / progress.total, 1.0)
    return None


def silence_text(seconds: float) -> str:
    """That nothing has arrived for so long."""
    return f"no data for {seconds:.0f} s"


def amount_text(done: int, total: int | None) -> str:
    """How many bytes of how many: `1.2 of 3.4 MB`; the first alone where nobody knows."""
    amount = format_bytes(done)
    if total is None:
        return amount
    return f"{_without_twin_unit(amount, total)} of {format_bytes(total)}"


def _without_twin_unit(amount: str, total: int) -> str:
    number, _, unit = amount.partition(" ")
    return number if format_bytes(total).endswith(f" {unit}") else amount
