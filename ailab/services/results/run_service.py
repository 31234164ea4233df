"""Saved runs behind awaitable methods."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from threading import Event

from ailab.services.compatibility.runnable_tasks import FEATURES
from ailab.services.images.picture_reference import parse_picture
from ailab.services.inference.runnable_model import RunnableModel
from ailab.services.local_path import local_path
from ailab.services.named_shares import NamedShares
from ailab.services.results.run_record import RunRecord
from ailab.services.results.runs import SavedRun
from ailab.services.results.saved_vectors import SavedVectors
from ailab.services.results.unfinished_run import Journal, ResumedRun, UnfinishedRun
from ailab.services.results.versions import versions


class RunService:
    """Keeps the records of runs in their folders; see `Runs`. All work is done in threads.

    Args:
        shares: learns on which other computers the person's runs lie, and says which are strange.
    """

    def __init__(self, shares: NamedShares | None = None) -> None:
        self._shares = shares or NamedShares()

    async def prepare(self, save_to: str) -> None:
        """Make sure that runs can be saved in a folder; see `Runs.prepare`."""
        await asyncio.to_thread(_prepare, local_path(save_to))

    async def start(self, save_to: str, record: RunRecord) -> Path:
        """Make a new folder for a run; see `Runs.start`.

        It is named `<date> <time> <model>`, in local time, as all three systems allow.
        """
        return await asyncio.to_thread(_start, local_path(save_to), record)

    async def journal(self, folder: Path, record: RunRecord) -> Journal:
        """Begin to say which pictures of a run are done; see `Runs.journal`."""
        opening = asyncio.ensure_future(asyncio.to_thread(_journal, folder, record))
        try:
            return await asyncio.shield(opening)
        except asyncio.CancelledError:
            await (await opening).close(is_over=False)
            raise

    async def unfinished(self, save_to: str, record: RunRecord) -> UnfinishedRun | None:
        """A run that broke off and may be gone on with; see `Runs.unfinished`."""
        return await asyncio.to_thread(_unfinished, local_path(save_to), record)

    async def take_up(self, run: UnfinishedRun) -> ResumedRun:
        """Go on with a run that broke off; see `Runs.take_up`."""
        is_given_up = Event()
        taking = asyncio.ensure_future(asyncio.to_thread(_take_up, run, is_given_up.is_set))
        try:
            resumed = await asyncio.shield(taking)
        except asyncio.CancelledError:
            is_given_up.set()
            if (late := await taking) is not None:
                await late.journal.close(is_over=False)
            raise
        if resumed is None:
            raise ValueError("given up by nobody")
        return resumed

    async def fingerprint(self, model: RunnableModel) -> tuple[tuple[str, str], ...]:
        """Name and sha256 of each file of a model; see `Runs.fingerprint`."""
        return await asyncio.to_thread(_fingerprint, model)

    def versions(self) -> tuple[tuple[str, str], ...]:
        """Name and version of what takes part in a run; read once, a `fingerprint` reads ahead."""
        return versions()

    async def discard(self, folder: Path) -> None:
        """Remove a run's folder that holds no result; see `Runs.discard`."""
        await asyncio.to_thread(_discard, folder)

    async def update(self, folder: Path, record: RunRecord) -> None:
        """Replace a run's `run.json`; see `Runs.update`."""
        await asyncio.to_thread(_update, folder, record)

    async def sum_up(self, folder: Path, record: RunRecord) -> None:
        """Put what was found in all pictures into files of their own; see `Runs.sum_up`."""
        await asyncio.to_thread(_sum_up, folder, record)

    async def holds(self, path: str) -> bool:
        """True for the folder of a saved run; see `Runs.holds`."""
        return await asyncio.to_thread(_holds, local_path(path))

    async def load(self, folder: str) -> SavedRun:
        """Read a run back; see `Runs.load`.

        Takes the run's folder, a file in it, or a folder of runs, of which the newest is read.
        """
        self._shares.name(folder)
        saved = await asyncio.to_thread(_load, local_path(folder))
        record, strange = saved.record, self._shares.strange
        first = parse_picture(record.pictures[0]).path if record.pictures else ""
        return replace(
            saved,
            strange_model=strange(record.model),
            strange_reader=strange(record.reader or ""),
            strange_paths=frozenset(path for path in (record.model, first) if strange(path)),
        )

    async def vectors(self, folder: str) -> SavedVectors:
        """Read the vectors of a run back; see `Runs.vectors`, and `load` for what is taken."""
        self._shares.name(folder)
        return await asyncio.to_thread(_vectors, local_path(folder))


# Each brings its half of the work, Pillow among it, on first use and in the thread.


def _prepare(save_to: Path) -> None:
    from ailab.services.results.run_folder import prepare_target  # noqa: PLC0415

    prepare_target(save_to)


def _start(save_to: Path, record: RunRecord) -> Path:
    from ailab.services.results.run_folder import make_run_folder  # noqa: PLC0415

    return make_run_folder(save_to, record)


def _journal(folder: Path, record: RunRecord) -> Journal:
    from ailab.services.results.resumed_run import open_journal  # noqa: PLC0415

    return open_journal(folder, record.pictures)


def _unfinished(save_to: Path, record: RunRecord) -> UnfinishedRun | None:
    from ailab.services.results.resumed_run import find_unfinished  # noqa: PLC0415

    return find_unfinished(save_to, record)


def _take_up(run: UnfinishedRun, is_given_up: Callable[[], bool]) -> ResumedRun | None:
    from ailab.services.results.resumed_run import take_up  # noqa: PLC0415

    return take_up(run.folder, run.record, is_given_up)


def _fingerprint(model: RunnableModel) -> tuple[tuple[str, str], ...]:
    from ailab.services.results.model_hashes import model_hashes  # noqa: PLC0415

    versions()
    own = model_hashes(model.path, model.variant or None, sheet=model.sheet)
    if model.reader is None:
        return own
    return (*own, *((f"reader/{name}", digest) for name, digest in _fingerprint(model.reader)))


def _discard(folder: Path) -> None:
    from ailab.services.results.run_folder import discard_run_folder  # noqa: PLC0415

    discard_run_folder(folder)


def _update(folder: Path, record: RunRecord) -> None:
    from ailab.services.results.run_json import write_record  # noqa: PLC0415

    write_record(folder, record)


def _sum_up(folder: Path, record: RunRecord) -> None:
    from ailab.services.results.coco_file import write_coco  # noqa: PLC0415
    from ailab.services.results.counts_table import write_counts  # noqa: PLC0415
    from ailab.services.results.pieces_table import write_pieces  # noqa: PLC0415
    from ailab.services.results.places_table import write_places  # noqa: PLC0415
    from ailab.services.results.results_table import write_table  # noqa: PLC0415
    from ailab.services.results.words_file import write_words  # noqa: PLC0415

    write_table(folder, record)
    write_counts(folder, record)
    write_pieces(folder, record)
    write_places(folder, record)
    write_words(folder, record)
    write_coco(folder, record)
    if record.task == FEATURES:
        from ailab.services.results.run_vectors import sum_up_vectors  # noqa: PLC0415

        sum_up_vectors(folder, record)


def _holds(path: Path) -> bool:
    from ailab.services.results.run_folder import holds_run  # noqa: PLC0415

    return holds_run(path)


def _load(path: Path) -> SavedRun:
    from ailab.services.results.saved_run_reader import load_run  # noqa: PLC0415

    return load_run(path)


def _vectors(path: Path) -> SavedVectors:
    from ailab.services.results.run_vectors import load_vectors  # noqa: PLC0415

    return load_vectors(path)
