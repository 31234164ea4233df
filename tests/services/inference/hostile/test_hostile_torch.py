"""Safetensors that mean harm, through the service and a real worker with PyTorch."""

from __future__ import annotations

import json
import random
import struct
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("torch", reason="the extra torch is not installed")

import numpy as np
import torch
import transformers
from hostile_lab import is_refusal
from safetensors.torch import load_file, save_file
from worker_lab import best

from ailab.services.inference.inference_errors import ModelFileError
from ailab.services.inference.inference_service import InferenceService
from ailab.services.inference.loaded_model import load_model
from ailab.services.inference.open_model import open_model
from ailab.services.lab_error import LabError

Tensors = dict[str, torch.Tensor]


def write_model(folder: Path) -> Path:
    config = transformers.ViTConfig(
        hidden_size=8,
        num_hidden_layers=1,
        num_attention_heads=2,
        intermediate_size=8,
        image_size=8,
        patch_size=4,
    )
    transformers.ViTForImageClassification(config).save_pretrained(folder)
    size = {"height": 8, "width": 8}
    kind = {"image_processor_type": "ViTImageProcessor", "size": size}
    (folder / "preprocessor_config.json").write_text(json.dumps(kind))
    return folder


def changed(change: Callable[[Tensors], object]) -> Callable[[Path], None]:
    """Weights that are well formed, and wrong."""

    def edit(folder: Path) -> None:
        tensors = load_file(folder / "model.safetensors")
        change(tensors)
        save_file(tensors, folder / "model.safetensors", {"format": "pt"})

    return edit


def with_header(change: Callable[[dict[str, Any]], object]) -> Callable[[Path], None]:
    """A head that lies."""

    def edit(folder: Path) -> None:
        data = (folder / "model.safetensors").read_bytes()
        (length,) = struct.unpack("<Q", data[:8])
        header = json.loads(data[8 : 8 + length])
        change(header)
        text = json.dumps(header).encode()
        whole = struct.pack("<Q", len(text)) + text + data[8 + length :]
        (folder / "model.safetensors").write_bytes(whole)

    return edit


def configured(**values: object) -> Callable[[Path], None]:
    """A configuration that lies."""

    def edit(folder: Path) -> None:
        path = folder / "config.json"
        path.write_text(json.dumps(json.loads(path.read_text()) | values))

    return edit


NAME = "classifier.weight"
REFUSED: dict[str, Callable[[Path], None]] = {
    "weights that are no numbers": changed(lambda t: t[NAME].fill_(float("nan"))),
    "weights without end": changed(lambda t: t[NAME].fill_(float("inf"))),
    "weights of another shape": changed(lambda t: t.update({NAME: torch.zeros(2, 2)})),
    "a weight that is missing": changed(lambda t: t.pop(NAME)),
    "weights of complex numbers": changed(
        lambda t: t.update({NAME: torch.zeros(3, 3, dtype=torch.complex64)})
    ),
    "overlapping weights": with_header(
        lambda h: h[NAME].update(data_offsets=[0, h[NAME]["data_offsets"][1]])
    ),
    "a weight beyond the end": with_header(
        lambda h: h[NAME].update(data_offsets=[2**40, 2**40 + 64])
    ),
    "a negative length": with_header(lambda h: h[NAME].update(shape=[-2, -8])),
    "10^18 numbers": with_header(lambda h: h[NAME].update(shape=[10**9, 10**9])),
    "an unknown type": with_header(lambda h: h[NAME].update(dtype="X99")),
    "another type": with_header(lambda h: h[NAME].update(dtype="I64")),
    "a list of types of models": configured(model_type=["vit"]),
    "an object as the type": configured(model_type={"vit": 1}),
}


@pytest.mark.parametrize("edit", REFUSED.values(), ids=REFUSED)
def test_that_weights_that_mean_harm_are_refused(
    tmp_path: Path, edit: Callable[[Path], None]
) -> None:
    assert is_refusal(attempt(prepared(tmp_path / "model", edit)))


@pytest.mark.parametrize("seed", range(25))
def test_that_damaged_bytes_are_refused_or_run(tmp_path: Path, seed: int) -> None:
    chance = random.Random(seed)
    error = attempt(prepared(tmp_path / "model", lambda folder: damage(folder, chance)))
    assert error is None or is_refusal(error)


@pytest.mark.slow
async def test_that_a_worker_lives_on_after_such_weights(
    tmp_path: Path, green_picture: str
) -> None:
    good = write_model(tmp_path / "good")
    bad = prepared(good / "bad", REFUSED["weights that are no numbers"])
    service = InferenceService()
    try:
        await service.load(await service.open(str(good)))
        pid = service.worker_pid
        with pytest.raises(ModelFileError, match="not numbers"):
            await best(service, bad, green_picture)
        assert await best(service, good, green_picture)
        assert service.worker_pid == pid
    finally:
        await service.close()


def attempt(folder: Path) -> LabError | None:
    """Run a model here, where an error that is none of ours is seen as what it is."""
    try:
        load_model(open_model(folder)).predict(np.zeros((8, 8, 3), np.uint8))
    except LabError as error:
        return error
    return None


def prepared(folder: Path, edit: Callable[[Path], None]) -> Path:
    write_model(folder)
    edit(folder)
    return folder


def damage(folder: Path, chance: random.Random) -> None:
    path = folder / "model.safetensors"
    data = bytearray(path.read_bytes())
    for _ in range(chance.randint(1, 5)):
        # The head more often than the numbers.
        data[chance.randrange(1500 if chance.random() < 0.7 else len(data))] = chance.randrange(256)
    path.write_bytes(data)
