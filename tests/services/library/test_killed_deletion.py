"""A deletion that is killed at any step leaves nothing that lies."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from huggingface_hub import scan_cache_dir

from ailab.services.library.deletion_plan import DeletionPlan, Extent
from ailab.services.library.library_service import LibraryService
from ailab.services.library.repo_deletion import RepoDeletion

A, B = "a" * 40, "b" * 40
CHANGES = ("mkdir", "rename", "replace", "rmdir", "unlink")


class KilledError(BaseException):
    """The process is gone: nothing is tidied up."""


class Axe:
    """Lets a number of changes to the disk pass, and no further ones."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, passes: int) -> None:
        self.left = passes
        for name in CHANGES:
            monkeypatch.setattr(os, name, self._guarded(getattr(os, name)))

    def _guarded(self, change: Callable[..., Any]) -> Callable[..., Any]:
        def guarded(*args: Any, **kwargs: Any) -> Any:
            self.left -= 1
            if self.left < 0:
                raise KilledError
            return change(*args, **kwargs)

        return guarded


def a_cache(cache: Any) -> None:
    cache.add({"config.json": b"{}", "onnx/m.onnx": bytes(5000)}, A, refs=("main", "v1"))
    cache.add({"config.json": b"{ }", "onnx/m.onnx": bytes(5000), "n": b"n"}, B, refs=("dev/x",))


@pytest.mark.parametrize("extent", [Extent.REPO, Extent.REVISION])
async def test_that_whatever_is_still_shown_is_whole(
    make_cache: Callable[[], Any], extent: Extent
) -> None:
    is_over, passes = False, 0
    while not is_over:
        cache = make_cache()
        a_cache(cache)
        library = LibraryService(cache.folder)
        plan: DeletionPlan = await library.plan_deletion("acme/nuclei", extent, B)
        repo = await library.read_model("acme/nuclei")
        assert repo is not None
        with pytest.MonkeyPatch.context() as monkeypatch:
            Axe(monkeypatch, passes)
            try:
                RepoDeletion(cache.folder).run(repo, plan)
                is_over = True
            except KilledError:
                passes += 1
        await assert_nothing_lies(cache.folder)
        left = await library.read_model("acme/nuclei")
        if left is not None:  # and the deletion can be done again
            await library.delete(await library.plan_deletion("acme/nuclei", Extent.REPO))
        assert {path.name for path in cache.folder.iterdir()} <= {".ailab-deleted"}
    assert passes > 5


async def assert_nothing_lies(folder: Path) -> None:
    """Neither the lab nor the Hub's own client finds a revision with files that are gone."""
    async for repos in LibraryService(folder).read():
        for repo in repos:
            assert repo.faults == ()
            assert all(not each.missing for each in repo.revisions)
    warnings = [str(warning) for warning in scan_cache_dir(folder).warnings]
    assert [each for each in warnings if ".ailab-deleted" not in each] == []
