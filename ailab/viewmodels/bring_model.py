"""From a model's name to files on this disk that can be loaded."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import PurePath

from ailab.services.conversion.converted_model import CONVERTED
from ailab.services.downloads.download_progress import DownloadProgress
from ailab.services.downloads.model_downloads import ModelDownloads
from ailab.services.hub.hub_errors import HubError
from ailab.services.inference.inference import Inference
from ailab.services.inference.runnable_model import RunnableModel
from ailab.services.served.served_address import served_name
from ailab.viewmodels.inference_state import ModelSource, RunProgress, RunStage
from ailab.viewmodels.model_choice import ModelChoice
from ailab.viewmodels.open_converted import open_converted


async def bring_model(
    choice: ModelChoice,
    downloads: ModelDownloads,
    inference: Inference,
    tell: Callable[[RunProgress], None],
) -> RunnableModel:
    """Look the chosen model up, download what is missing of it, and read what it is.

    Args:
        choice: the model.
        downloads: brings its files.
        inference: reads them.
        tell: is told how far it is.

    Raises:
        LabError: it does not run here, or cannot be brought; says why and what to do.
    """
    if choice.source is not ModelSource.HUGGING_FACE:
        tell(RunProgress(RunStage.CHECKING, PurePath(served_name(choice.text)).name))
        return await choice.open_local()
    tell(RunProgress(RunStage.CHECKING, choice.text))
    try:
        details, verdict = await choice.check()
    except HubError as error:
        kept = await choice.open_kept() if error.is_offline else None
        if kept is None:
            raise
        return kept
    if verdict.variant == CONVERTED and (converted := choice.converted) is not None:
        return await open_converted(inference, converted)
    name = details.info.id

    def tell_download(progress: DownloadProgress) -> None:
        tell(RunProgress(RunStage.DOWNLOADING, name, progress))

    folder = await downloads.download(details, verdict.files, tell_download)
    return await inference.open(
        str(folder), model_id=name, revision=details.revision, variant=verdict.variant or None
    )
