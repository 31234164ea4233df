"""What the view models ask of saved runs."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from ailab.services.inference.picture_result import PictureResult
from ailab.services.inference.runnable_model import RunnableModel
from ailab.services.results.run_record import RunRecord, reader_title
from ailab.services.results.saved_vectors import SavedVectors
from ailab.services.results.unfinished_run import Journal, ResumedRun, UnfinishedRun


@dataclass(frozen=True, slots=True)
class SavedRun:
    """A run read back from its folder.

    Attributes:
        folder: the run's own.
        record: of the run.
        results: of its pictures, in their order.
        strange_model: the other computer that the model lies on, where nobody but who made the
            run named it; else empty.
        strange_reader: the same of what read the lines.
        strange_paths: of the model and the first picture, those that lie on such computers.
    """

    folder: Path
    record: RunRecord
    results: tuple[PictureResult, ...]
    strange_model: str = ""
    strange_reader: str = ""
    strange_paths: frozenset[str] = frozenset()

    @property
    def strange_place(self) -> str:
        """Where the model lies, in words, where nobody named that; else empty."""
        return _on(self.strange_model)

    @property
    def strange_place_of_reader(self) -> str:
        """The same of what read the lines."""
        return _on(self.strange_reader)

    @property
    def title(self) -> str:
        """What a person calls the model: the Hub's id, or the name of its file or folder.

        Where another one read the lines that it found, that is called too.
        """
        title, reader = self.record.identity.title, self.record.reader
        return title if reader is None else f"{title} + {reader_title(reader)}"


def _on(host: str) -> str:
    return f"the computer {host}" if host else ""


class Runs(Protocol):
    """Saved runs as the view models see them; nothing here runs on the caller's thread."""

    async def prepare(self, save_to: str) -> None:
        """Make sure that runs can be saved in a folder, which is made where it is not there.

        Raises:
            ResultError: it cannot be made or written.
        """
        ...

    async def start(self, save_to: str, record: RunRecord) -> Path:
        """Make a new folder for a run inside `save_to`, write its `run.json`, return the folder.

        Raises:
            ResultError: the folder cannot be written.
        """
        ...

    async def journal(self, folder: Path, record: RunRecord) -> Journal:
        """Begin to say which pictures of a run are done, as its results come.

        Raises:
            ResultError: the folder cannot be written.
        """
        ...

    async def unfinished(self, save_to: str, record: RunRecord) -> UnfinishedRun | None:
        """The run in a folder that broke off and is most like one that would begin now.

        Of several that are as like the newest; None where none there broke off. `save_to` may be
        such a run's own folder. Only what is recorded of runs is read.
        """
        ...

    async def take_up(self, run: UnfinishedRun) -> ResumedRun:
        """See what is there of a run that broke off, and make room for what is not.

        Reads all files of its results, which takes its time.

        Raises:
            ResultError: the folder cannot be read or written, or another ailab runs it now.
        """
        ...

    async def fingerprint(self, model: RunnableModel) -> tuple[tuple[str, str], ...]:
        """Name and sha256 of each file that a run of a model reads, the weights first.

        The files of its reader are named as if they lay in a folder `reader`.

        Raises:
            ModelFileError: there is no runnable model any more.
            ResultError: a file cannot be read.
        """
        ...

    def versions(self) -> tuple[tuple[str, str], ...]:
        """Name and version of what takes part in a run."""
        ...

    async def discard(self, folder: Path) -> None:
        """Remove a run's folder that holds no result, but its `run.json` and its journal alone."""
        ...

    async def update(self, folder: Path, record: RunRecord) -> None:
        """Replace the `run.json` of a run's folder.

        Raises:
            ResultError: the folder cannot be written.
        """
        ...

    async def sum_up(self, folder: Path, record: RunRecord) -> None:
        """Put what was found in the pictures of a run that goes on no more into files of their own.

        Tables of what was found and how often, boxes and masks as COCO has them, vectors and which
        of them are near: of the pictures that were done, where the run was cancelled or broke off.

        Raises:
            ResultError: the folder cannot be written.
        """
        ...

    async def holds(self, path: str) -> bool:
        """True for a saved run's own folder and for its `run.json`; not for a folder of runs."""
        ...

    async def load(self, folder: str) -> SavedRun:
        """Read a run back from its folder.

        Raises:
            ResultError: no run there, or its files are damaged.
        """
        ...

    async def vectors(self, folder: str) -> SavedVectors:
        """Read the vectors of a run back from its folder.

        Raises:
            ResultError: no run there, one without vectors, or its files are damaged.
        """
        ...
