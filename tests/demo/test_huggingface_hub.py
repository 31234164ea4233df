"""The embedded Hub as `huggingface_hub`, the Hub's own client, sees it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import huggingface_hub.constants
import pytest
from huggingface_hub import HfApi, errors

from ailab.demo.demo_repo import DemoRepo
from ailab.demo.hub_server import HubServer

Repos = tuple[DemoRepo, ...]
T = TypeVar("T")


@pytest.fixture(autouse=True)
def _no_xet(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(huggingface_hub.constants, "HF_HUB_DISABLE_XET", True)
    monkeypatch.setattr(huggingface_hub.constants, "HF_HUB_DISABLE_TELEMETRY", True)


async def _call(hub: HubServer, ask: Callable[[Any], T]) -> T:
    return await asyncio.to_thread(ask, HfApi(endpoint=hub.url, token=False))


async def test_that_it_lists_and_pages(repos: Repos) -> None:
    async with HubServer(repos) as hub:
        found = await _call(hub, lambda api: list(api.list_models(search="lab/", sort="likes")))
        everything = await _call(hub, lambda api: list(api.list_models(expand=["gated", "tags"])))
    assert [model.id for model in found] == ["lab/gated", "lab/Cells"]
    assert {model.id: model.gated for model in everything}["lab/gated"] == "manual"


async def test_that_it_reads_details_and_files_of_a_renamed_model(
    repos: Repos, weights: bytes
) -> None:
    async with HubServer(repos) as hub:
        info = await _call(hub, lambda api: api.model_info("cells-base", files_metadata=True))
        tree = await _call(
            hub, lambda api: list(api.list_repo_tree("oldlab/cells", recursive=True))
        )
        commit = (await hub.snapshot("lab/Cells")).commit
    assert (info.id, info.sha) == ("lab/Cells", commit)
    assert info.config == {"architectures": ["CellNet"], "model_type": "cell"}
    sizes = {file.rfilename: file.size for file in info.siblings}
    assert sizes["onnx/model.onnx"] == len(weights)
    paths = {entry.path for entry in tree}
    assert paths == {"README.md", "config.json", "onnx", "onnx/model.onnx"}


async def test_that_it_downloads_a_model_into_its_cache(
    repos: Repos, weights: bytes, tmp_path: Path
) -> None:
    async with HubServer(repos) as hub:
        folder = Path(
            await _call(hub, lambda api: api.snapshot_download("lab/Cells", cache_dir=tmp_path))
        )
        authorised = [asked for asked in hub.requests if "Authorization" in asked.headers]
    assert (folder / "onnx" / "model.onnx").read_bytes() == weights
    assert b"CellNet" in (folder / "config.json").read_bytes()
    assert not authorised


async def test_that_it_takes_each_refusal_for_what_it_is(repos: Repos, tmp_path: Path) -> None:
    def fetch(model: str, path: str, revision: str = "main") -> Callable[[Any], Any]:
        return lambda api: api.hf_hub_download(model, path, revision=revision, cache_dir=tmp_path)

    expected: list[tuple[Callable[[Any], Any], type[Exception]]] = [
        (fetch("lab/gated", "config.json"), errors.GatedRepoError),
        (fetch("lab/Cells", "nope"), errors.EntryNotFoundError),
        (fetch("lab/Cells", "config.json", "nope"), errors.RevisionNotFoundError),
        (_metadata("other/off", "config.json"), errors.DisabledRepoError),
        # Over plain HTTP the client doesn't tell this 401 from any other.
        (lambda api: api.model_info("other/gone"), errors.HfHubHTTPError),
        (lambda api: list(api.list_models(sort="nonsense")), errors.BadRequestError),
    ]
    async with HubServer(repos) as hub:
        for ask, error in expected:
            with pytest.raises(error):
                await _call(hub, ask)


def _metadata(model: str, path: str) -> Callable[[Any], Any]:
    return lambda api: api.get_hf_file_metadata(url=f"{api.endpoint}/{model}/resolve/main/{path}")
