"""Fakes of the services' protocols, driven by the test: nothing here sleeps or touches a disk."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import numpy as np

from ailab.services.catalog.model_catalog import CatalogFacts, SyncProgress
from ailab.services.downloads.download_progress import DownloadProgress
from ailab.services.downloads.kept_model import KeptModel
from ailab.services.hub.hub_errors import FileNotFoundOnHubError, HubFormatError, ModelNotFoundError
from ailab.services.hub.hub_wait import HubWait
from ailab.services.hub.model_info import ModelDetails, ModelInfo, ModelPage, RepoFile
from ailab.services.hub.model_query import ModelQuery
from ailab.services.hub.model_refs import ModelRefs
from ailab.services.images.picture import Picture
from ailab.services.images.picture_error import PictureError
from ailab.services.inference.device_in_use import ON_CPU, DeviceInUse
from ailab.services.inference.engine_table import ONNX
from ailab.services.inference.float_map import FloatMap
from ailab.services.inference.inference_errors import WorkerError
from ailab.services.inference.picture_progress import PictureProgress
from ailab.services.inference.picture_result import PictureResult, Timings
from ailab.services.inference.picture_runner import tell_nobody
from ailab.services.inference.pieces_from import PIECES_FROM
from ailab.services.inference.predictions import (
    DepthMap,
    DepthScale,
    Detection,
    Detections,
    Prediction,
)
from ailab.services.inference.prompt import NO_PROMPT, Prompt
from ailab.services.inference.prompts import NO_PROMPTS, Prompts
from ailab.services.inference.run_before import NOTHING_BEFORE, RunBefore
from ailab.services.inference.runnable_model import RunnableModel
from ailab.services.lab_error import LabError
from ailab.services.library.cached_repo import CachedFile, CachedRepo, CachedRevision, RepoKind
from ailab.services.library.deletion_plan import DeletionPlan, Extent
from ailab.services.library.library import NO_CHECKSUMS, CheckProgress, LibraryPlace
from ailab.services.problem import Problem
from ailab.services.served.served_address import is_served_address

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
    """Let the loop turn until a condition holds; for 30 s, since a busy machine's threads wait."""
    end = time.monotonic() + 30
    while not condition():
        assert time.monotonic() < end, "the condition never came to hold"
        await asyncio.sleep(0)


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
        self.asked_access: list[str] = []
        self.refusals: dict[str, LabError] = {}  # of gated models, by id
        self.gate = Gate()
        self.gates: dict[str, Gate] = {}
        self.refs: dict[str, ModelRefs] = {}
        self.files: dict[tuple[str, str], bytes] = {}  # by model and path
        self.images: dict[str, bytes] = {}  # by address
        self.read: list[tuple[str, str, str, int, int]] = []
        self.fetched: list[str] = []
        self.forgotten = 0
        self.can_filter = True
        self._wait: Callable[[HubWait], None] | None = None

    def applies_all(self, query: ModelQuery) -> bool:
        return self.can_filter

    def forget(self) -> None:
        self.forgotten += 1

    def on_wait(self, listener: Callable[[HubWait], None]) -> Callable[[], None]:
        self._wait = listener

        def end() -> None:
            self._wait = None

        return end

    def tell_wait(self, seconds: float, *, is_refused: bool = False) -> None:
        """Let the Hub's limits ask for a pause; 0 for its end."""
        if self._wait is not None:
            self._wait(HubWait(seconds, is_refused))

    async def first_page(self, query: ModelQuery) -> ModelPage:
        self.queries.append(query)
        await self.gates.get(query.search, self.gate).passage()
        return self._page(query, 0)

    async def next_page(self, page: ModelPage) -> ModelPage:
        assert page.next_cursor is not None
        place, _, start = page.next_cursor.partition("|")
        await self.gate.passage()
        return self._page(self.queries[int(place)], int(start))

    async def check_access(self, model_id: str) -> None:
        self.asked_access.append(model_id)
        await self.gates.get(f"access {model_id}", self.gate).passage()
        if model_id in self.refusals:
            raise self.refusals[model_id]

    async def list_refs(self, model_id: str) -> ModelRefs:
        await self.gates.get(model_id, self.gate).passage()
        if self.failure is not None:
            raise self.failure
        return self.refs.get(model_id, ModelRefs())

    async def read_file(
        self, model_id: str, revision: str, path: str, *, start: int = 0, most: int = 2**20
    ) -> bytes:
        self.read.append((model_id, revision, path, start, most))
        await self.gates.get(path, self.gate).passage()
        if self.failure is not None:
            raise self.failure
        if (model_id, path) not in self.files:
            raise FileNotFoundOnHubError(f"{model_id} has no file {path}.", "Look it up again.")
        return self.files[model_id, path][start : start + most]

    async def fetch_image(self, url: str, *, most: int = 8 * 2**20) -> bytes:
        self.fetched.append(url)
        await self.gates.get(url, self.gate).passage()
        if self.failure is not None:
            raise self.failure
        if url not in self.images or len(self.images[url]) > most:
            raise HubFormatError(f"There is no picture at {url}.", "Look at another one.")
        return self.images[url]

    async def get_model_info(self, model_id: str, revision: str | None = None) -> ModelDetails:
        self.asked_details.append(model_id)
        self.asked_revisions.append(revision)
        await self.gates.get(model_id, self.gate).passage()
        if self.failure is not None:
            raise self.failure
        if model_id in self.details:
            return self.details[model_id]
        model = next((model for model in self.models if model.id == model_id), None)
        if model is None:
            raise ModelNotFoundError(f"There is no {model_id}.", "Check the name.")
        return details_of(model)

    def _page(self, query: ModelQuery, start: int) -> ModelPage:
        if self.failure is not None:
            raise self.failure
        found = [
            model
            for model in self.models
            if query.search in model.id
            and query.task in (None, model.task)
            and (not self.can_filter or query.filter.keeps(model))
        ]
        end = start + self.page_size
        following = f"{self.queries.index(query)}|{end}" if end < len(found) else None
        return ModelPage(tuple(found[start:end]), following)


class FakeCatalog:
    """Holds what it is told to remember, one row a name."""

    def __init__(self, *models: ModelInfo) -> None:
        self.models = {model.id: model for model in models}
        self.details: dict[str, ModelDetails] = {}
        self.newest: datetime | None = datetime(2026, 3, 1, tzinfo=UTC) if models else None
        self.queries: list[ModelQuery] = []
        self.remembered: list[tuple[str, ...]] = []
        self.gate = Gate()
        self.failure: LabError | None = None

    def applies_all(self, query: ModelQuery) -> bool:
        return True

    async def first_page(self, query: ModelQuery) -> ModelPage:
        self.queries.append(query)
        return self._page(query, 0)

    async def next_page(self, page: ModelPage) -> ModelPage:
        assert page.next_cursor is not None
        return self._page(self.queries[-1], int(page.next_cursor))

    async def get_model_info(self, model_id: str, revision: str | None = None) -> ModelDetails:
        if model_id not in self.details:
            raise LabError(f"The catalogue does not know {model_id}.", "Go online.")
        return self.details[model_id]

    async def facts(self) -> CatalogFacts:
        if self.failure is not None:
            raise self.failure
        return CatalogFacts(len(self.models), (), self.newest)

    async def remember(self, models: Sequence[ModelInfo]) -> None:
        await self.gate.passage()
        if self.failure is not None:
            raise self.failure
        self.remembered.append(tuple(model.id for model in models))
        self.models.update((model.id, model) for model in models)

    async def remember_details(self, details: ModelDetails) -> None:
        await self.gate.passage()
        if self.failure is not None:
            raise self.failure
        self.details[details.info.id] = details

    async def sync(
        self, tasks: Sequence[str], on_progress: Callable[[SyncProgress], None]
    ) -> CatalogFacts:
        for done, task in enumerate(tasks):
            on_progress(SyncProgress(task, done, len(tasks), len(self.models)))
            await self.gate.passage()
        if self.failure is not None:
            raise self.failure
        return await self.facts()

    async def clear(self) -> None:
        await self.gate.passage()
        if self.failure is not None:
            raise self.failure
        self.models.clear()
        self.newest = None

    def _page(self, query: ModelQuery, start: int) -> ModelPage:
        if self.failure is not None:
            raise self.failure
        found = [
            model
            for model in self.models.values()
            if query.search in model.id
            and query.task in (None, model.task)
            and query.filter.keeps(model)
        ]
        end = start + query.limit
        return ModelPage(tuple(found[start:end]), str(end) if end < len(found) else None)


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

    async def kept_ids(self) -> frozenset[str]:
        return frozenset(self.held)

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


def two_nuclei() -> Detections:
    """One sure object and one unsure one."""
    return Detections(
        (
            Detection(0, "nucleus", 0.9, (20.0, 30.0, 90.0, 110.0)),
            Detection(1, "mitosis", 0.4, (150.0, 60.0, 220.0, 140.0)),
        )
    )


def a_depth_map(
    rows: Sequence[Sequence[float]], scale: DepthScale = DepthScale.INVERSE
) -> DepthMap:
    """Depths as a network gives them."""
    values = np.array(rows, np.float32)
    return DepthMap(
        values.shape[1],
        values.shape[0],
        FloatMap.pack(values),
        scale,
        float(values.min()),
        float(values.max()),
        float(np.median(values)),
    )


class FakeInference:
    """Answers the same prediction for each picture; `failures` are raised by path."""

    def __init__(self, prediction: Prediction | None = None) -> None:
        self.prediction: Prediction = prediction or two_nuclei()
        self.gate, self.load_gate, self.start_gate = Gate(), Gate(), Gate()
        self.has_to_start = False
        self.failures: dict[str, LabError] = {}
        self.open_failure: LabError | None = None
        self.load_failure: LabError | None = None
        self.loaded: list[RunnableModel] = []
        self.predicted: list[str] = []
        self.prompts: list[Prompt] = []
        self.task = "object-detection"
        self.engine, self.decoder = ONNX, ""
        self.others: dict[str, tuple[str, str]] = {}  # task and decoder by a path's last name
        self.takes_boxes, self.has_sheet = True, False
        self.architectures: tuple[str, ...] = ()
        self.device = self.placed = ON_CPU
        self.watcher: Callable[[PictureProgress], None] | None = None
        self.pieces_from, self.before = PIECES_FROM, NOTHING_BEFORE

    async def open(
        self,
        path: str,
        *,
        model_id: str | None = None,
        revision: str | None = None,
        variant: str | None = None,
    ) -> RunnableModel:
        if self.open_failure is not None:
            raise self.open_failure
        name, labels = model_id or Path(path).name, ("nucleus", "mitosis")
        task, decoder = self.others.get(Path(path).name, (self.task, self.decoder))
        address = path if is_served_address(path) else ""
        return RunnableModel(
            name,
            Path(path),
            task,
            labels,
            model_id,
            revision,
            0.5,
            variant or "",
            engine=self.engine,
            has_sheet=self.has_sheet,
            address=address,
            decoder=decoder,
            takes_boxes=self.takes_boxes,
            architectures=self.architectures,
        )

    def watch(self, watcher: Callable[[PictureProgress], None] | None) -> None:
        self.watcher = watcher

    async def load(self, model: RunnableModel) -> DeviceInUse:
        await self.load_gate.passage()
        if self.load_failure is not None:
            raise self.load_failure
        self.loaded.append(model)
        return self.device

    async def predict(
        self,
        model: RunnableModel,
        picture: str,
        *,
        threshold: float,
        save_to: Path | None,
        prompt: Prompt = NO_PROMPT,
    ) -> PictureResult:
        self.predicted.append(picture)
        self.prompts.append(prompt)
        await self.gate.passage()
        if picture in self.failures:
            raise self.failures[picture]
        files = (str(save_to / f"{Path(picture).name}.json"),) if save_to else ()
        return PictureResult(
            picture, 320, 240, self.prediction, timings=Timings(forward=0.25), files=files
        )

    async def predict_all(
        self,
        model: RunnableModel,
        pictures: Sequence[str],
        *,
        threshold: float,
        save_to: Path | None,
        prompts: Prompts = NO_PROMPTS,
        pieces_from: int = PIECES_FROM,
        on_ready: Callable[[], None] = tell_nobody,
        before: RunBefore = NOTHING_BEFORE,
    ) -> AsyncGenerator[PictureResult, None]:
        self.pieces_from, self.before = pieces_from, before
        if self.has_to_start:
            await self.start_gate.passage()
            on_ready()
        for picture in pictures:
            try:
                yield await self.predict(
                    model,
                    picture,
                    threshold=threshold,
                    save_to=save_to,
                    prompt=prompts.of(picture),
                )
            except (PictureError, WorkerError) as error:
                yield PictureResult(picture, problem=Problem.of(error))

    async def close(self) -> None:
        pass


def a_cached_model(
    model_id: str = "acme/nuclei", size: int = 1_000_000, commit: str = COMMIT, **changes: object
) -> CachedRepo:
    """A model in the cache with one revision of one file."""
    folder = Path("hub") / f"models--{model_id.replace('/', '--')}"
    file = CachedFile("model.onnx", folder / "blobs" / model_id, model_id, size)
    revision = CachedRevision(commit, folder / "snapshots" / commit, ("main",), (file,), size=size)
    repo = CachedRepo(model_id, RepoKind.MODEL, folder, (revision,), size, 1)
    return replace(repo, **changes)  # type: ignore[arg-type]  # the caller names real fields


class FakeLibrary:
    """A cache with the models it is given; `failure` is raised where set."""

    def __init__(self, *repos: CachedRepo, at_once: int = 2) -> None:
        self.repos = {repo.id: repo for repo in repos}
        self.at_once = at_once
        self.gate = Gate()
        self.failure: LabError | None = None
        self.verified: dict[str, CachedRepo] = {}
        self.deleted: list[DeletionPlan] = []
        self.checksums: dict[str, str] = {}

    async def place(self) -> LibraryPlace:
        return LibraryPlace(Path("hub"), bool(self.repos), 5_000_000_000)

    async def read(self) -> AsyncIterator[tuple[CachedRepo, ...]]:
        repos = tuple(self.repos.values())
        for start in range(0, len(repos), self.at_once):
            await self.gate.passage()
            yield repos[start : start + self.at_once]
        self._fail()

    async def read_model(self, model_id: str) -> CachedRepo | None:
        return self.repos.get(model_id)

    async def plan_deletion(
        self, model_id: str, extent: Extent, commit: str | None = None
    ) -> DeletionPlan:
        self._fail()
        repo = self.repos[model_id]
        commits = (commit,) if commit else tuple(each.commit for each in repo.revisions)
        return DeletionPlan(model_id, extent, repo.size, commits, files=repo.check.damaged)

    async def delete(self, plan: DeletionPlan) -> int:
        await self.gate.passage()
        self._fail()
        self.deleted.append(plan)
        if plan.extent is Extent.REPO:
            del self.repos[plan.repo_id]
        return plan.freed

    async def verify(
        self,
        model_id: str,
        on_progress: Callable[[CheckProgress], None],
        checksums: Mapping[str, str] = NO_CHECKSUMS,
    ) -> CachedRepo | None:
        self.checksums.update(checksums)
        on_progress(CheckProgress(model_id, "model.onnx", 400_000, 1_000_000))
        await self.gate.passage()
        self._fail()
        self.repos[model_id] = self.verified.get(model_id, self.repos[model_id])
        return self.repos[model_id]

    def _fail(self) -> None:
        if self.failure is not None:
            raise self.failure


def a_thumbnail() -> Picture:
    """A small picture of one colour."""
    return Picture(8, 6, bytes((70, 60, 50, 255)) * 48, 320, 240)


class FakePreviews:
    """Has a picture of every model but those in `without`; `failure` is raised where set."""

    def __init__(self) -> None:
        self.gate = Gate()
        self.without: set[str] = set()
        self.failure: LabError | None = None
        self.asked: list[str] = []
        self.asked_details: list[str] = []

    async def of_row(self, model: ModelInfo, *, may_ask: bool = True) -> Picture | None:
        self.asked.append(model.id)
        return await self._give(model.id, may_ask=may_ask)

    async def of_details(self, details: ModelDetails, *, may_ask: bool = True) -> Picture | None:
        self.asked_details.append(details.info.id)
        return await self._give(details.info.id, may_ask=may_ask)

    async def _give(self, model_id: str, *, may_ask: bool) -> Picture | None:
        await self.gate.passage()
        if self.failure is not None:
            raise self.failure
        return a_thumbnail() if may_ask and model_id not in self.without else None
