"""A real MLServer, beside ONNX Runtime on the same files.

`make test-served` installs MLServer into an environment of its own, `.venv-serve`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from ailab.services.inference.inference_errors import ModelFileError
from ailab.services.inference.inference_service import InferenceService
from ailab.services.inference.sheet_file import SheetFile
from ailab.services.served.oip_values import ServedRow
from ailab.services.served.served_models import ServedModels
from mlserver_lab import MlServer, mlserver_python
from onnx_files import write_colour_model
from real_models import real_model_layout

PHOTOS = {
    "squeezenet_fp16": ("kitten_224.png", "wolves.jpg"),
    "yolox_nano": ("dog.jpg", "coco39769.png"),
}


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """A tiny model, and real trained ones where they are here, each with its sheet."""
    folder = tmp_path_factory.mktemp("models")
    found = {"colour": write_colour_model(folder / "colour.onnx")}
    real = Path(__file__).parents[4] / "shared" / "realdata"
    if real.is_dir():
        lay_out = real_model_layout(real, folder)
        found |= {name: lay_out(name) / f"{name}.onnx" for name in PHOTOS}
    return found


@pytest.fixture(scope="module")
def mlserver(
    files: dict[str, Path], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[MlServer]:
    python = mlserver_python()
    if python is None:
        pytest.skip("MLServer is not installed here: `make test-served` does so")
    with MlServer(python, tmp_path_factory.mktemp("mlserver"), files) as server:
        yield server


async def test_that_mlserver_tells_its_models(
    mlserver: MlServer, files: dict[str, Path], tmp_path: Path
) -> None:
    listing = await ServedModels(tmp_path).connect(mlserver.address)
    assert listing.name.startswith("mlserver 1.")
    assert set(listing.rows or ()) == {ServedRow(name, "3", "READY") for name in files}


async def test_that_mlserver_gives_what_onnx_runtime_gives(
    mlserver: MlServer, files: dict[str, Path], picture: str, tmp_path: Path
) -> None:
    await _compare(mlserver, "colour", files["colour"], [picture], tmp_path)


@pytest.mark.parametrize("name", PHOTOS)
async def test_that_mlserver_gives_what_onnx_runtime_gives_on_trained_models(
    mlserver: MlServer, files: dict[str, Path], shared_dir: Path, tmp_path: Path, name: str
) -> None:
    photos = [str(shared_dir / "realdata" / "photos" / photo) for photo in PHOTOS[name]]
    await _compare(mlserver, name, files[name], photos, tmp_path)


async def _compare(
    mlserver: MlServer, name: str, file: Path, photos: list[str], folder: Path
) -> None:
    served = ServedModels(folder / "served")
    address = f"{mlserver.address}/v2/models/{name}"
    sheet = served.sheet(address)
    service = InferenceService(served=served.open)
    try:
        local = await service.open(str(file))
        draft = SheetFile(str(file)).open().draft
        guess = sheet.open().draft
        assert (guess.task, guess.decoder, guess.width) == (draft.task, draft.decoder, draft.width)
        # There are no files of labels beside the sheet of a model on a server.
        sheet.save(replace(draft, labels=local.labels, label_file=""), None)
        remote = await service.open(address)
        assert (remote.labels, remote.revision) == (local.labels, "3")
        found = {
            model.engine: [
                (await service.predict(model, photo, threshold=0.3, save_to=None)).prediction
                for photo in photos
            ]
            for model in (local, remote)
        }
        assert found[local.engine] == found[remote.engine]
        assert None not in found[remote.engine]
    finally:
        await service.close()


async def test_that_mlservers_refusal_is_told(mlserver: MlServer, tmp_path: Path) -> None:
    with pytest.raises(ModelFileError, match="has no model called nothing"):
        ServedModels(tmp_path).open(f"{mlserver.address}/v2/models/nothing")
