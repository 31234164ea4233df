"""Whole processes that download: killed at any moment, or several at the same model."""

from __future__ import annotations

import asyncio
import os
import random
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path

import huggingface_hub
import pytest
from aiohttp import web

from ailab.demo.demo_file import DemoFile
from ailab.demo.demo_repo import DemoRepo
from ailab.demo.hub_server import HubServer
from ailab.services.hub.model_service import ModelService
from download_lab import FOLDER, DownloadLab
from loopback_hub import COMMIT, MODEL, LoopbackHub, sha256

Process = asyncio.subprocess.Process

AILAB = """
import asyncio, sys
from pathlib import Path
from ailab.services.downloads.model_downloader import ModelDownloader
from ailab.services.hub.model_service import ModelService

async def main(endpoint, cache, model):
    async with ModelService(endpoint, token="") as service:
        details = await service.get_model_info(model)
        paths = [file.path for file in details.files]
        await ModelDownloader(service, Path(cache)).download(details, paths, lambda _: None)

asyncio.run(main(*sys.argv[1:]))
"""
HUGGINGFACE_HUB = """
import sys
from huggingface_hub import snapshot_download

snapshot_download(sys.argv[3], endpoint=sys.argv[1], cache_dir=sys.argv[2])
"""
SEED = 4
STREAM_KILLS = 14
PUBLISH_KILLS = 6


async def start(program: str, endpoint: str, cache: Path) -> Process:
    """A process of its own that downloads the model."""
    quiet = {"HF_HUB_DISABLE_XET": "1", "HF_HUB_DISABLE_TELEMETRY": "1", "DO_NOT_TRACK": "1"}
    return await asyncio.create_subprocess_exec(
        sys.executable,
        "-c",
        program,
        endpoint,
        str(cache),
        MODEL,
        env=os.environ | quiet | {"HF_HUB_DISABLE_PROGRESS_BARS": "1"},
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.PIPE,
    )


async def end(process: Process) -> None:
    """Wait for its end, which must be a good one."""
    _, errors = await process.communicate()
    assert process.returncode == 0, errors.decode()


async def kill(process: Process) -> None:
    """End it as a power cut does."""
    if process.returncode is None:
        process.kill()
    await process.communicate()


def assert_sound(lab: DownloadLab) -> None:
    """Whatever can be seen is right, and what is kept for later is the beginning of something."""
    snapshot = lab.cache / FOLDER / "snapshots" / COMMIT
    for path in (path for path in snapshot.rglob("*") if path.is_file()):
        assert path.read_bytes() == lab.hub.files[path.relative_to(snapshot).as_posix()]
    for partial in (lab.cache / FOLDER / "blobs").glob("*.ailab.incomplete"):
        content = partial.read_bytes()
        assert any(data.startswith(content) for data in lab.hub.files.values())
    if lab.cache.exists():
        assert huggingface_hub.scan_cache_dir(lab.cache).warnings == []


@pytest.mark.slow
async def test_that_a_download_killed_again_and_again_arrives_whole(tmp_path: Path) -> None:
    chance = random.Random(SEED)
    weights = chance.randbytes(16 * 2**20)
    points = [chance.randrange(0, 2 * 2**20) for _ in range(STREAM_KILLS)]
    async with LoopbackHub() as hub, ModelService(hub.endpoint, token="") as service:
        hub.files = {"config.json": b"{}", "onnx/model.onnx": weights}
        hub.large = {"onnx/model.onnx"}
        lab = DownloadLab(hub, service, tmp_path / "cache")
        reached = asyncio.Event()
        begins: list[int] = []

        async def stop_at_the_point(request: web.Request) -> web.StreamResponse:
            begin = request.http_range.start or 0
            begins.append(begin)
            told = {"Content-Range": f"bytes {begin}-{len(weights) - 1}/{len(weights)}"}
            response = web.StreamResponse(status=206 if begin else 200, headers=told)
            response.content_length = len(weights) - begin
            await response.prepare(request)
            await response.write(weights[begin : begin + points.pop()])
            reached.set()
            await asyncio.Event().wait()  # the client's end ends it
            return response

        hub.storage = stop_at_the_point
        while points:
            reached.clear()
            process = await start(AILAB, hub.endpoint, lab.cache)
            await reached.wait()
            await asyncio.sleep(chance.uniform(0, 0.05))  # anywhere between network and disk
            await kill(process)
            await asyncio.to_thread(assert_sound, lab)
            assert lab.visible() == []
        assert begins == sorted(begins)
        assert begins[-1] > 2**20
        hub.storage = None
        hub.seen.clear()
        await end(await start(AILAB, hub.endpoint, lab.cache))
        assert [int(part.strip("bytes=-")) for part in lab.ranges()] >= begins[-1:]
        snapshot = lab.cache / FOLDER / "snapshots" / COMMIT
        await asyncio.to_thread(lab.check_by_huggingface_hub, snapshot, tuple(hub.files))


@pytest.mark.slow
async def test_that_a_download_killed_while_it_is_put_in_place_arrives_whole(
    tmp_path: Path,
) -> None:
    chance = random.Random(SEED)
    async with LoopbackHub() as hub, ModelService(hub.endpoint, token="") as service:
        hub.files = {f"{number}.json": b"%d" % number for number in range(20)}
        hub.files["m.onnx"] = chance.randbytes(300_000)
        hub.large = {"m.onnx"}

        async def one(number: int, seconds: float) -> None:
            lab = DownloadLab(hub, service, tmp_path / f"cache-{number}")
            process = await start(AILAB, hub.endpoint, lab.cache)
            await lab.until(lambda: len(lab.unfinished()) > 10 or process.returncode is not None)
            await asyncio.sleep(seconds)
            await kill(process)
            await asyncio.to_thread(assert_sound, lab)
            snapshot = await lab.download(tuple(hub.files))
            await asyncio.to_thread(
                huggingface_hub.snapshot_download, MODEL, cache_dir=lab.cache, local_files_only=True
            )
            for path, data in hub.files.items():
                assert (snapshot / path).read_bytes() == data

        for number in range(PUBLISH_KILLS):
            await one(number, chance.uniform(0, 0.04))


def gate_for(
    clients: int,
) -> tuple[Callable[[web.Request], Awaitable[web.StreamResponse | None]], list[str]]:
    """Holds content back until so many clients are at work; and the content asked for."""
    asked: set[str] = set()
    content: list[str] = []
    all_here = asyncio.Event()

    async def wait(request: web.Request) -> None:
        if "/api/models/" in request.path:
            asked.add(str(request.headers.get("User-Agent", "")) + str(request.transport))
            if len(asked) >= clients:
                all_here.set()
        elif "xet-bridge" in request.path:
            content.append(request.method)
            await all_here.wait()

    return wait, content


@pytest.mark.parametrize("other", [AILAB, HUGGINGFACE_HUB], ids=["ailab", "huggingface_hub"])
async def test_that_two_programs_at_one_model_do_not_hurt_each_other(
    tmp_path: Path, other: str
) -> None:
    weights = random.Random(SEED).randbytes(8 * 2**20)
    files = {"config.json": b'{"model_type": "detr"}', "onnx/model.onnx": weights}
    repo = DemoRepo(MODEL, tuple(DemoFile(path, data) for path, data in files.items()))
    wait, content = gate_for(2)
    cache = tmp_path / "cache"
    async with HubServer([repo], intercept=wait) as hub:
        processes = [await start(program, hub.url, cache) for program in (AILAB, other)]
        await asyncio.gather(*map(end, processes))
    assert content.count("GET") == 1  # the second found what the first had brought
    found = await asyncio.to_thread(
        huggingface_hub.snapshot_download, MODEL, cache_dir=cache, local_files_only=True
    )
    for path, data in files.items():
        assert (Path(found) / path).read_bytes() == data
    report = await asyncio.to_thread(huggingface_hub.scan_cache_dir, cache)
    assert report.warnings == []
    assert report.incomplete_files == frozenset()
    blobs = {path.name for path in (cache / FOLDER / "blobs").glob("*")}
    assert os.name == "nt" or sha256(weights) in blobs
