"""A downloader on a loopback Hub, with a cache of its own to look into."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import huggingface_hub
from aiohttp import web

from ailab.services.downloads.download_progress import DownloadProgress
from ailab.services.downloads.model_downloader import ModelDownloader
from ailab.services.hub.model_info import ModelDetails
from ailab.services.hub.model_service import ModelService
from loopback_hub import COMMIT, MODEL, LoopbackHub, sha256

WEIGHTS = bytes(range(256)) * 12_000  # 3 MB: some chunks
FILES = {
    "config.json": b'{"model_type": "segformer"}',
    "onnx/model.onnx": WEIGHTS,
    "onnx/deep/er/labels.txt": b"nucleus\n",
}
FOLDER = "models--cells--nuclei"


class DownloadLab:
    """A Hub, a client and a downloader with a cache of its own."""

    def __init__(self, hub: LoopbackHub, service: ModelService, cache: Path) -> None:
        self.hub = hub
        self.service = service
        self.cache = cache
        self.progress: list[DownloadProgress] = []

    async def download(
        self,
        files: Sequence[str] = tuple(FILES),
        *,
        revision: str | None = None,
        tries: int = 3,
        uses_links: bool = True,
        details: ModelDetails | None = None,
    ) -> Path:
        """Download some files of the model."""
        downloader = self.downloader(tries=tries, uses_links=uses_links)
        details = details or await self.service.get_model_info(MODEL, revision)
        return await downloader.download(details, files, self.progress.append)

    def downloader(self, *, tries: int = 3, uses_links: bool = True) -> ModelDownloader:
        """A downloader into the cache, which waits for nothing between its tries."""
        return ModelDownloader(
            self.service,
            self.cache,
            retry_delays=(0.0,) * (tries - 1),
            uses_links=uses_links,
        )

    @property
    def partial(self) -> Path:
        """What has arrived of the weights, while they are not whole."""
        return self.cache / FOLDER / "blobs" / f"{sha256(WEIGHTS)}.ailab.incomplete"

    def unfinished(self) -> list[str]:
        """The names of what is kept for another try."""
        return [path.name for path in sorted(self.cache.rglob("*.incomplete"))]

    def visible(self) -> list[str]:
        """The files that anybody else would take for a model's."""
        return [
            name
            for name in self.left()
            if not name.endswith(".incomplete") and (self.cache / name).is_file()
        ]

    def left(self) -> list[str]:
        """What lies in the cache, but for its tag and its locks."""
        return [
            path.relative_to(self.cache).as_posix()
            for path in sorted(self.cache.rglob("*"))
            if ".locks" not in path.parts and path.name != "CACHEDIR.TAG"
        ]

    async def until_there(self, part: str) -> None:
        """Let the loop turn until something of this name lies in the cache."""
        await self.until(lambda: any(part in name for name in self.left()))

    async def until(self, is_so: Callable[[], bool]) -> None:
        """Let the loop turn until something is so on the disk, which tells nobody."""
        while not is_so():  # noqa: ASYNC110
            await asyncio.sleep(0.001)

    def ranges(self) -> list[str]:
        """The parts of files that the download server was asked for; empty for a whole file."""
        return [seen.headers.get("Range", "") for seen in self.hub.seen if seen.server == "cdn"]

    def check_by_huggingface_hub(self, snapshot: Path, files: Sequence[str]) -> None:
        """Read the cache with the library that it is meant for."""
        found = huggingface_hub.snapshot_download(
            MODEL, cache_dir=self.cache, local_files_only=True
        )
        assert Path(found) == snapshot
        report = huggingface_hub.scan_cache_dir(self.cache)
        assert report.warnings == []
        assert report.incomplete_files == frozenset()
        (repo,) = report.repos
        (revision,) = repo.revisions
        assert repo.repo_id == MODEL
        assert revision.commit_hash == COMMIT
        assert revision.refs == {"main"}
        contents = {self.hub.files[path] for path in files}
        assert os.name == "nt" or revision.size_on_disk == sum(map(len, contents))
        for path in files:
            one = huggingface_hub.hf_hub_download(
                MODEL, path, cache_dir=self.cache, local_files_only=True
            )
            assert Path(one).read_bytes() == self.hub.files[path]


@asynccontextmanager
async def lab_with(
    tmp_path: Path, files: dict[str, bytes] | None = None
) -> AsyncIterator[DownloadLab]:
    async with LoopbackHub() as hub, ModelService(hub.endpoint, token="") as service:
        hub.files = dict(FILES if files is None else files)
        hub.large = {path for path in hub.files if path.endswith(".onnx")}
        yield DownloadLab(hub, service, tmp_path / "cache")


async def arrival() -> None:
    """Let the loop turn until what was sent has been received on its other side."""
    for _ in range(100):
        await asyncio.sleep(0)


def body_of(data: bytes, length: int | None = None) -> Any:
    """Send a body; where a length is named, hang up after it has not been reached."""

    async def send(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse(headers={"Content-Length": str(length or len(data))})
        await response.prepare(request)
        await response.write(data)
        await arrival()
        if length is not None and request.transport is not None:
            request.transport.close()
        return response

    return send
