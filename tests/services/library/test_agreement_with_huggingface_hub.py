"""The lab's reader and deletions beside those of the Hub's own client, on the same caches."""

from __future__ import annotations

import asyncio
import shutil
from pathlib import Path
from typing import Any

import huggingface_hub.constants
import pytest
from huggingface_hub import HfApi, HFCacheInfo, scan_cache_dir
from huggingface_hub.utils import _shared_blobs

from ailab.demo.demo_file import DemoFile
from ailab.demo.demo_repo import DemoRepo
from ailab.demo.hub_server import HubServer
from ailab.services.library.cached_repo import CachedRepo, RepoKind
from ailab.services.library.deletion_plan import Extent
from ailab.services.library.library_service import LibraryService

WEIGHTS = bytes(range(256)) * 40
OTHER_WEIGHTS = bytes(reversed(range(256))) * 60
A, B, C = "a" * 40, "b" * 40, "c" * 40
D, E, F = "d" * 40, "e" * 40, "f" * 40  # the client tells revisions apart by their commit alone


@pytest.fixture(autouse=True)
def _no_xet(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(huggingface_hub.constants, "HF_HUB_DISABLE_XET", True)
    monkeypatch.setattr(huggingface_hub.constants, "HF_HUB_DISABLE_TELEMETRY", True)


async def read_all(folder: Path) -> dict[str, CachedRepo]:
    repos = [repo async for some in LibraryService(folder).read() for repo in some]
    return {f"{repo.kind.value}--{repo.id}": repo for repo in repos}


def theirs(info: HFCacheInfo) -> dict[str, Any]:
    return {f"{repo.repo_type}s--{repo.repo_id}": repo for repo in info.repos}


async def assert_agreement(folder: Path) -> None:
    """Both see the same repositories, revisions, branches, files, sizes and times."""
    info = scan_cache_dir(folder)
    ours, others = await read_all(folder), theirs(info)
    sound = {name: repo for name, repo in ours.items() if not repo.faults}
    assert set(sound) == set(others)
    for name, other in others.items():
        repo = sound[name]
        assert (repo.size, repo.file_count) == (other.size_on_disk, other.nb_files)
        assert repo.last_used is not None
        assert repo.last_used.timestamp() == pytest.approx(other.last_accessed, abs=1e-3)
        assert repo.modified is not None
        assert repo.modified.timestamp() == pytest.approx(other.last_modified, abs=1e-3)
        revisions = {each.commit_hash: each for each in other.revisions}
        assert {each.commit for each in repo.revisions} == set(revisions)
        for revision in repo.revisions:
            same = revisions[revision.commit]
            assert set(revision.refs) == same.refs
            assert revision.size == same.size_on_disk
            assert {(f.path, f.blob, f.size) for f in revision.files} == {
                (
                    f.file_path.relative_to(same.snapshot_path).as_posix(),
                    f.blob_path,
                    f.size_on_disk,
                )
                for f in same.files
            }
    assert sum(repo.incomplete for repo in ours.values()) == info.incomplete_size_on_disk


async def assert_same_deletions(folder: Path, tmp_path: Path) -> None:
    """Whatever revision is deleted: the freed size told, and what is left, are the same."""
    for name, repo in (await read_all(folder)).items():
        if repo.kind is not RepoKind.MODEL or repo.faults:
            continue
        for commit in [each.commit for each in repo.revisions]:
            by_us, by_them = tmp_path / "ours", tmp_path / "theirs"
            for copy in (by_us, by_them):
                shutil.rmtree(copy, ignore_errors=True)
                shutil.copytree(folder, copy, symlinks=True)
            strategy = scan_cache_dir(by_them).delete_revisions(commit)
            strategy.execute()
            library = LibraryService(by_us)
            plan = await library.plan_deletion(repo.id, Extent.REVISION, commit)
            extra = repo.incomplete + repo.unused if plan.extent is Extent.REPO else 0
            assert plan.freed == strategy.expected_freed_size + extra, name
            assert await library.delete(plan) == plan.freed
            left = theirs(scan_cache_dir(by_them))
            assert theirs(scan_cache_dir(by_us)).keys() == left.keys()
            assert scan_cache_dir(by_us).size_on_disk == scan_cache_dir(by_them).size_on_disk
            await assert_agreement(by_us)


async def test_that_a_cache_of_the_real_client_is_read_as_the_client_reads_it(
    tmp_path: Path,
) -> None:
    repos = (
        DemoRepo("lab/cells", (DemoFile("config.json", b"{}"), DemoFile("onnx/m.onnx", WEIGHTS))),
        DemoRepo("lab/dots", (DemoFile("a/b/c.txt", b"deep"), DemoFile("w.onnx", OTHER_WEIGHTS))),
    )
    folder = tmp_path / "hub"
    async with HubServer(repos) as hub:
        api = HfApi(endpoint=hub.url, token=False)
        for model in ("lab/cells", "lab/dots"):
            await asyncio.to_thread(api.snapshot_download, model, cache_dir=folder)
    await assert_agreement(folder)
    await assert_same_deletions(folder, tmp_path)


async def test_that_revisions_which_share_contents_are_counted_once(
    cache: Any, tmp_path: Path
) -> None:
    cache.add({"config.json": b"{}", "m.onnx": WEIGHTS}, A, refs=("main", "v1.0"))
    cache.add({"config.json": b"{ }", "m.onnx": WEIGHTS, "same.onnx": WEIGHTS}, B, refs=("dev/x",))
    cache.add({"w": OTHER_WEIGHTS}, C, refs=("refs/pr/1",))
    cache.add({"train.csv": b"1,2"}, D, repo="datasets--acme--cells", refs=("main",))
    cache.add({"app.py": b"app"}, E, repo="spaces--acme--demo")
    cache.add({"old.bin": WEIGHTS}, F, repo="models--bert", refs=("main",))
    (cache.repo() / "blobs" / f"{'d' * 64}.1234abcd.incomplete").write_bytes(b"half")
    (cache.folder / "CACHEDIR.TAG").write_text("tag")
    (cache.repo() / ".DS_Store").write_text("x")
    (cache.repo() / "snapshots" / ".DS_Store").write_text("x")
    await assert_agreement(cache.folder)
    await assert_same_deletions(cache.folder, tmp_path)


async def test_that_files_in_the_snapshot_itself_are_read_alike(cache: Any, tmp_path: Path) -> None:
    """As on Windows without the right to make links."""
    cache.add({"config.json": b"{}", "sub/m.onnx": WEIGHTS}, A, refs=("main",), links=False)
    cache.add({"config.json": b"{}", "m.onnx": OTHER_WEIGHTS}, B, links=False)
    await assert_agreement(cache.folder)
    await assert_same_deletions(cache.folder, tmp_path)


async def test_that_the_shared_store_is_read_and_freed_alike(cache: Any, tmp_path: Path) -> None:
    for repo, commit in (("models--acme--nuclei", A), ("models--acme--copy", C)):
        own = commit[:1].encode()
        cache.add({"m.onnx": WEIGHTS, "config.json": own}, commit, repo=repo, refs=("main",))
        assert _shared_blobs.publish_blob_to_shared_store(
            blob_path=str(cache.blob(WEIGHTS, repo)),
            xet_hash="e" * 64,
            cache_dir=cache.folder,
            expected_size=len(WEIGHTS),
        )
        assert cache.blob(WEIGHTS, repo).is_symlink()
    cache.add({"only.onnx": OTHER_WEIGHTS}, B, repo="models--acme--nuclei", refs=("dev",))
    await assert_agreement(cache.folder)
    await assert_same_deletions(cache.folder, tmp_path)
    shared = cache.folder / "blobs" / "ee" / ("e" * 64)
    library = LibraryService(cache.folder)
    await library.delete(await library.plan_deletion("acme/copy", Extent.REPO))
    assert shared.is_file()
    plan = await library.plan_deletion("acme/nuclei", Extent.REVISION, A)
    assert plan.freed == len(WEIGHTS) + 1
    await library.delete(plan)
    assert not shared.exists()
    assert (cache.blob(OTHER_WEIGHTS)).is_file()


async def test_that_what_the_client_calls_corrupted_is_listed_with_its_fault(cache: Any) -> None:
    cache.add({"config.json": b"{}"}, A, refs=("main",))
    (cache.repo("models--acme--bare") / "snapshots").rmdir()
    gone = cache.add({"a.json": b"a", "b.json": b"b"}, A, repo="models--acme--broken")
    next((gone / "blobs").iterdir()).unlink()
    cache.add({"a.json": b"a"}, A, repo="models--acme--lost", refs=("main",))
    (cache.folder / "models--acme--lost" / "refs" / "old").write_text(B)
    file = cache.add({"a.json": b"a"}, A, repo="models--acme--file")
    (file / "snapshots" / "note.txt").write_text("?")
    (cache.folder / "strange").mkdir()
    (cache.folder / "models--acme--note").write_text("a file")
    await assert_agreement(cache.folder)
    ours = await read_all(cache.folder)
    assert set(ours) == {
        f"models--acme/{name}" for name in ("nuclei", "bare", "broken", "lost", "file")
    }
    assert not ours["models--acme/nuclei"].faults
    assert "did not end" in ours["models--acme/bare"].faults[0]
    assert "gone: " in ours["models--acme/broken"].faults[0]
    assert "not here" in ours["models--acme/lost"].faults[0]
