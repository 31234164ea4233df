"""What the whole lab leaves in the Hugging Face cache, as the real `huggingface_hub` reads it."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from huggingface_hub import scan_cache_dir, snapshot_download

import ailab
from ailab.demo.catalogue import demo_catalogue
from ailab.demo.hub_server import HubServer
from ailab.lab import Lab

PICTURES = Path(ailab.__file__).parent / "demo" / "pictures"
RUNS = (
    ("ailab-demo/segformer-nuclei", PICTURES / "nuclei" / "nuclei-1.jpg"),
    ("ailab-demo/centre-point-nuclei", PICTURES / "nuclei" / "nuclei-2.jpg"),
    ("ailab-demo/nuclei-segmenter", PICTURES / "nuclei" / "nuclei-2.jpg"),  # its former name
)


@pytest.mark.slow
@pytest.mark.parametrize("variable", ["HF_HOME", "HF_HUB_CACHE"])
async def test_that_huggingface_hub_finds_whatever_the_lab_has_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, variable: str
) -> None:
    monkeypatch.setenv(variable, str(tmp_path / "elsewhere"))
    cache = tmp_path / "elsewhere" / ("hub" if variable == "HF_HOME" else "")
    models: dict[str, str] = {}
    async with HubServer(demo_catalogue()) as hub, Lab(hub.url, token="") as lab:
        for model, picture in RUNS:
            lab.inference.set_model_text(model)
            lab.inference.check_again()
            lab.inference.set_inputs([str(picture)])
            await lab.inference.wait()
            lab.inference.run()
            await lab.inference.wait()
            assert lab.inference.state.problem is None
            (result,) = lab.inference.results.state.results
            assert result.problem is None
            assert result.prediction is not None
            details = await lab.hub.get_model_info(model)
            assert details.revision is not None
            models[details.info.id] = details.revision
    found = await asyncio.to_thread(scan_cache_dir, cache)
    assert found.warnings == []
    assert {repo.repo_id for repo in found.repos} == set(models)
    for repo in found.repos:
        (revision,) = repo.revisions
        assert revision.commit_hash == models[repo.repo_id]
        assert revision.refs == {"main"}
        assert all(file.size_on_disk > 0 for file in revision.files)
        place = Path(
            await asyncio.to_thread(
                snapshot_download, repo.repo_id, cache_dir=cache, local_files_only=True
            )
        )
        assert place.name == revision.commit_hash
        assert (place / "onnx" / "model.onnx").stat().st_size > 100_000
        assert (place / "config.json").read_bytes().startswith(b"{")
    assert not list(cache.rglob("*.incomplete"))
