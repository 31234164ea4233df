"""From a model's name to files on this disk that can be loaded."""

from __future__ import annotations

import logging
from collections.abc import Callable
from pathlib import PurePath

from ailab.services.compatibility.verdict import Verdict
from ailab.services.conversion.converted_model import CONVERTED
from ailab.services.downloads.download_progress import DownloadProgress
from ailab.services.downloads.model_downloads import ModelDownloads
from ailab.services.hub.hub_errors import HubError
from ailab.services.inference.inference import Inference
from ailab.services.inference.line_reading import may_read, reads_lines, reads_none, with_reader
from ailab.services.inference.runnable_model import RunnableModel
from ailab.services.served.served_address import served_name
from ailab.viewmodels.asked_by import asked_by, task_of
from ailab.viewmodels.companion_files import companion_details, missing_companions
from ailab.viewmodels.inference_state import ModelSource
from ailab.viewmodels.model_choice import ModelChoice
from ailab.viewmodels.open_converted import open_converted
from ailab.viewmodels.run_progress import RunProgress, RunStage

_log = logging.getLogger(__name__)


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
    await _bring_companions(details.info.id, verdict, downloads, tell)
    name = details.info.id
    folder = await downloads.download(details, verdict.files, _teller(name, tell))
    return await inference.open(
        str(folder), model_id=name, revision=details.revision, variant=verdict.variant or None
    )


async def bring_both(
    finder: ModelChoice,
    reader: ModelChoice,
    downloads: ModelDownloads,
    inference: Inference,
    tell: Callable[[RunProgress], None],
) -> RunnableModel:
    """As `bring_model`, with another model that reads the lines which the first one finds.

    Nothing is downloaded where one of them does not run.

    Raises:
        LabError: as there, or they do not go together.
    """
    for choice in (finder, reader):
        if choice.source is not ModelSource.HUGGING_FACE:
            model = await choice.open_local()
            if choice is reader and not reads_lines(model):
                raise reads_none(model.name)
            continue
        tell(RunProgress(RunStage.CHECKING, choice.text))
        try:
            details, _ = await choice.check()
        except HubError as error:
            if not error.is_offline:
                raise
        else:
            if choice is reader and not may_read(asked_by(details, ""), task_of(details)):
                raise reads_none(details.info.id)
    model = await bring_model(finder, downloads, inference, tell)
    return with_reader(model, await bring_model(reader, downloads, inference, tell))


async def _bring_companions(
    model: str, verdict: Verdict, downloads: ModelDownloads, tell: Callable[[RunProgress], None]
) -> None:
    """Download what is missing of other repositories; without it the model runs too, and says so.

    Raises:
        DownloadError: a file did not arrive whole, or the disk refused it.
    """
    for companion in await missing_companions(downloads, verdict):
        name, wanted = companion.model_id, companion_details(companion)
        try:
            await downloads.download(wanted, companion.files, _teller(name, tell))
        except HubError as error:
            _log.warning("%s is run without the tokenizer of %s: %s", model, name, error)


def _teller(name: str, tell: Callable[[RunProgress], None]) -> Callable[[DownloadProgress], None]:
    return lambda progress: tell(RunProgress(RunStage.DOWNLOADING, name, progress))
