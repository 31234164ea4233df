"""One result's way from the worker that makes its files to the run's folder."""

from __future__ import annotations

import logging
import time
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ailab.services.inference.picture_result import PictureResult
from ailab.services.problem import Problem
from ailab.services.results.atomic_file import write_error
from ailab.services.results.result_error import ResultError
from ailab.services.results.result_files import ResultFiles

if TYPE_CHECKING:
    from ailab.services.inference.sandbox.worker_folder import WorkerFolder

_log = logging.getLogger(__name__)


class ResultSaving:
    """A name in the run's folder and a place in the worker's, from the request to the end.

    Every method touches the disk and belongs in a thread.

    Args:
        files: gives names and moves files.
        folder: the run's folder.
        picture: path of the picture.
    """

    def __init__(self, files: ResultFiles, folder: Path, picture: str) -> None:
        self._files = files
        self._folder = folder
        self._picture = picture
        self._place = Path()
        self._name = ""
        self._exits = ExitStack()

    def begin(self, worker: WorkerFolder) -> dict[str, Any]:
        """Take a name and a place; what the request has to say of both.

        Raises:
            ResultError: no folder can be made.
        """
        try:
            self._name = self._exits.enter_context(self._files.name(self._folder, self._picture))
            self._place = self._exits.enter_context(worker.place())
        except OSError as error:
            raise write_error(worker.path / self._name, error) from error
        return {"save_to": str(self._place), "save_as": self._name}

    def bring(self, result: PictureResult) -> PictureResult:
        """The result with its files in the run's folder; or with the reason as its problem."""
        started = time.perf_counter()
        try:
            files = self._files.bring(result.files, self._place, self._folder, self._name)
        except ResultError as error:
            _log.warning("%s %s", error, error.detail)
            return replace(result, files=(), problem=Problem.of(error))
        save = result.timings.save + time.perf_counter() - started
        return replace(result, files=files, timings=replace(result.timings, save=save))

    def close(self) -> None:
        """Give name and place back."""
        self._exits.close()
