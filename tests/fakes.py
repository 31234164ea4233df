"""Fakes of the services' protocols, driven by the test: nothing here sleeps or touches a disk."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

from ailab.services.downloads.download_progress import DownloadProgress
from ailab.services.downloads.kept_model import KeptModel
from ailab.services.hub.model_info import ModelDetails, ModelInfo, ModelPage, RepoFile
from ailab.services.hub.model_query import ModelQuery
from ailab.services.images.picture import Picture
from ailab.services.images.picture_error import PictureError
from ailab.services.inference.picture_result import PictureResult, Timings
from ailab.services.inference.predictions import Detection, Detections, Prediction
from ailab.services.inference.runnable_model import RunnableModel
from ailab.services.lab_error import LabError
from ailab.services.results.result_error import ResultError
from ailab.services.results.run_record import RunRecord
from ailab.services.results.runs import SavedRun

COMMIT = "0123456789abcdef0123456789abcdef01234567"


class Gate:
    """Holds coroutines up until it is opened."""

    def __init__(self, *, is_open: bool = True) -> None:
        self._event = asyncio.Event()
        self.waiting = 0
        if is_open:
            self._event.set()

    def shut(self) -> None:
        """Hold up whoever comes."""
        self._event.clear()

    def open(self) -> None:
        """Let everybody through."""
        self._event.set()

    async def passage(self) -> None:
        """Wait until the gate is open."""
        self.waiting += 1
        try:
            await self._event.wait()
        finally:
            self.waiting -= 1


async def until(condition: Callable[[], bool]) -> None:
    """Let the loop turn until a condition holds."""
    for _ in range(10_000):
        if condition():
            return
        await asyncio.sleep(0)
    raise AssertionError("the condition never came to hold")


def a_model(name: str = "acme/nuclei", **changes: object) -> ModelInfo:
    """A row of the Hub's list."""
    row = ModelInfo(
        key=f"key-{name}",
        id=name,
        author=name.partition("/")[0],
        task="object-detection",
        library="transformers",
        license="apache-2.0",
        downloads=1234,
        likes=56,
        tags=("onnx", "license:apache-2.0"),
    )
    return replace(row, **changes)  # type: ignore[arg-type]  # the caller names real fields


def details_of(model: ModelInfo, *paths: str) -> ModelDetails:
    """Details of a model with files; by default those of an ONNX model that runs."""
    names = paths or ("config.json", "preprocessor_config.json", "onnx/model.onnx")
    return ModelDetails(
        info=model,
        revision=COMMIT,
        files=tuple(RepoFile(path, 1_000_000) for path in names),
        architectures=("DetrForObjectDetection",),
        model_type="detr",
        url=f"https://hub.test/{model.id}",
    )


class FakeHub:
    """A Hub with the models it is given; `failure` is raised where set."""

    endpoint = "https://hub.test"

    def __init__(self, *models: ModelInfo, page_size: int = 50) -> None:
        self.models = models or (a_model(),)
        self.page_size = page_size
        self.has_token = False
        self.details: dict[str, ModelDetails] = {}
        self.failure: LabError | None = None
        self.queries: list[ModelQuery] = []
        self.asked_details: list[str] = []
        self.asked_revisions: list[str | None] = []
        self.gate = Gate()
        self.gates: dict[str, Gate] = {}

    async def first_page(self, query: ModelQuery) -> ModelPage:
        self.queries.append(query)
        await self.gates.get(query.search, self.gate).passage()
        return self._page(query.search, query.task, 0)

    async def next_page(self, page: ModelPage) -> ModelPage:
        assert page.next_cursor is not None
        search, task, start = page.next_cursor.split("|")
        await self.gate.passage()
        return self._page(search, task or None, int(start))

    async def get_model_info(self, model_id: str, revision: str | None = None) -> ModelDetails:
        self.asked_details.append(model_id)
        self.asked_revisions.append(revision)
        await self.gates.get(model_id, self.gate).passage()
        if self.failure is not None:
            raise self.failure
        if model_id in self.details:
            return self.details[model_id]
        return details_of(next(model for model in self.models if model.id == model_id))

    def _page(self, search: str, task: str | None, start: int) -> ModelPage:
        if self.failure is not None:
            raise self.failure
        found = [m for m in self.models if search in m.id and task in (None, m.task)]
        end = start + self.page_size
        following = f"{search}|{task or ''}|{end}" if end < len(found) else None
        return ModelPage(tuple(found[start:end]), following)


class FakeDownloads:
    """Tells a little progress and returns a folder."""

    def __init__(self) -> None:
        self.gate = Gate()
        self.failure: LabError | None = None
        self.asked: list[tuple[str, tuple[str, ...]]] = []
        self.held: set[str] = set()

    async def holds(self, details: ModelDetails, files: Sequence[str]) -> bool:
        return details.info.id in self.held

    async def kept(self, model_id: str, revision: str | None) -> KeptModel | None:
        if model_id not in self.held:
            return None
        return KeptModel(model_id, revision or COMMIT, Path("snapshot") / model_id)

    async def download(
        self,
        details: ModelDetails,
        files: Sequence[str],
        on_progress: Callable[[DownloadProgress], None],
    ) -> Path:
        self.asked.append((details.info.id, tuple(files)))
        on_progress(DownloadProgress(500_000, 3_000_000, 250_000.0, files[0]))
        await self.gate.passage()
        if self.failure is not None:
            raise self.failure
        on_progress(DownloadProgress(3_000_000, 3_000_000, 250_000.0, files[-1]))
        self.held.add(details.info.id)
        return Path("snapshot") / details.info.id


class FakePictures:
    """Knows the pictures it is told of; everything else is missing."""

    def __init__(self, folders: dict[str, tuple[str, ...]] | None = None) -> None:
        self.folders = folders or {}
        self.gate = Gate()
        self.broken: set[str] = set()
        self.read_paths: list[tuple[str, int | None]] = []

    async def find(self, path: str) -> tuple[str, ...]:
        await self.gate.passage()
        if path in self.folders:
            return self.folders[path]
        if path.endswith((".png", ".jpg", ".tif")):
            return (path,)
        raise PictureError(f"There is nothing at {path}.", "Choose another file or folder.")

    async def read(self, path: str, longest_side: int | None = None) -> Picture:
        self.read_paths.append((path, longest_side))
        await self.gate.passage()
        if path in self.broken:
            raise PictureError(f"{path} is damaged.", "Open it in another program to check it.")
        width, height = (8, 6) if longest_side and longest_side < 200 else (320, 240)
        pixels = bytes((70, 60, 50, 255)) * (width * height)
        return Picture(width, height, pixels, 320, 240)

    async def keep_pasted(self, width: int, height: int, pixels: bytes) -> str:
        assert len(pixels) == 4 * width * height
        return "pasted.png"


def two_nuclei() -> Detections:
    """One sure object and one unsure one."""
    return Detections(
        (
            Detection(0, "nucleus", 0.9, (20.0, 30.0, 90.0, 110.0)),
            Detection(1, "mitosis", 0.4, (150.0, 60.0, 220.0, 140.0)),
        )
    )


class FakeInference:
    """Answers the same prediction for each picture; `failures` are raised by path."""

    def __init__(self, prediction: Prediction | None = None) -> None:
        self.prediction: Prediction = prediction or two_nuclei()
        self.gate = Gate()
        self.load_gate = Gate()
        self.failures: dict[str, LabError] = {}
        self.open_failure: LabError | None = None
        self.loaded: list[RunnableModel] = []
        self.predicted: list[str] = []
        self.task = "object-detection"

    async def open(
        self, path: str, *, model_id: str | None = None, revision: str | None = None
    ) -> RunnableModel:
        if self.open_failure is not None:
            raise self.open_failure
        name = model_id or Path(path).name
        return RunnableModel(
            name, Path(path), self.task, ("nucleus", "mitosis"), model_id, revision, 0.5
        )

    async def load(self, model: RunnableModel) -> None:
        await self.load_gate.passage()
        self.loaded.append(model)

    async def predict(
        self, model: RunnableModel, picture: str, *, threshold: float, save_to: Path | None
    ) -> PictureResult:
        self.predicted.append(picture)
        await self.gate.passage()
        if picture in self.failures:
            raise self.failures[picture]
        files = (str(save_to / f"{Path(picture).name}.json"),) if save_to else ()
        return PictureResult(
            picture, 320, 240, self.prediction, timings=Timings(forward=0.25), files=files
        )

    async def close(self) -> None:
        pass


class FakeRuns:
    """Keeps records in memory."""

    def __init__(self) -> None:
        self.records: dict[Path, RunRecord] = {}
        self.results: dict[Path, tuple[PictureResult, ...]] = {}
        self.discarded: list[Path] = []
        self.failure: ResultError | None = None

    async def prepare(self, save_to: str) -> None:
        if self.failure is not None:
            raise self.failure

    async def start(self, save_to: str, record: RunRecord) -> Path:
        if self.failure is not None:
            raise self.failure
        folder = Path(save_to) / f"run {len(self.records) + 1}"
        self.records[folder] = record
        return folder

    async def fingerprint(self, model: RunnableModel) -> tuple[tuple[str, str], ...]:
        return (("model.onnx", "ab" * 32),)

    def versions(self) -> tuple[tuple[str, str], ...]:
        return (("ailab", "0"),)

    async def update(self, folder: Path, record: RunRecord) -> None:
        self.records[folder] = record

    async def discard(self, folder: Path) -> None:
        self.discarded.append(folder)
        del self.records[folder]

    async def load(self, folder: str) -> SavedRun:
        path = Path(folder)
        if path not in self.records:
            raise ResultError(f"There is no run in {folder}.", "Choose a folder with a run.json.")
        return SavedRun(path, self.records[path], self.results.get(path, ()))
