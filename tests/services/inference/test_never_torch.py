"""What no repository may bring transformers to do."""

from __future__ import annotations

import json
import os
import pickle
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("torch", reason="the extra torch is not installed")

import torch
import transformers
from worker_lab import best, serving

from ailab.services.inference.inference_errors import ModelFileError, WorkerError
from ailab.services.inference.inference_service import InferenceService
from ailab.services.inference.loaded_model import load_model
from ailab.services.inference.open_model import open_model
from ailab.services.inference.torch_model import load_network

PREPROCESSOR = {"image_processor_type": "ViTImageProcessor", "size": {"height": 8, "width": 8}}
Lay = Callable[..., Path]


@pytest.fixture
def lay(tmp_path: Path) -> Lay:
    """Lays out a tiny classifier whose configuration is changed."""

    def lay_out(**changes: Any) -> Path:
        folder = tmp_path / "model"
        config = transformers.ViTConfig(
            hidden_size=8,
            num_hidden_layers=1,
            num_attention_heads=2,
            intermediate_size=8,
            image_size=8,
            patch_size=4,
        )
        transformers.ViTForImageClassification(config).save_pretrained(folder)
        path = folder / "config.json"
        path.write_text(json.dumps(json.loads(path.read_text()) | changes))
        (folder / "preprocessor_config.json").write_text(json.dumps(PREPROCESSOR))
        return folder

    return lay_out


class Bomb:
    """Leaves a trace wherever it is unpickled."""

    def __init__(self, trace: Path) -> None:
        self._trace = trace

    def __reduce__(self) -> tuple[object, ...]:
        return (os.mkdir, (str(self._trace),))


async def test_that_python_of_a_repository_is_never_run(
    lay: Lay, tmp_path: Path, green_picture: str
) -> None:
    names = ("AutoConfig", "AutoModelForImageClassification", "AutoImageProcessor")
    folder = lay(auto_map={name: f"code.{name}" for name in names})
    (folder / "code.py").write_text(f"import os\nos.mkdir({str(tmp_path / 'trace')!r})")
    (folder / "__init__.py").write_text("import code")
    async with serving() as service:
        assert (await best(service, folder, green_picture)).startswith("LABEL_")
    assert not (tmp_path / "trace").exists()


@pytest.mark.parametrize(
    "changes",
    [
        {"_attn_implementation": "stranger/kernels"},
        {"attn_implementation": "stranger/kernels"},
        {"_experts_implementation": "stranger/kernels"},
        {"use_kernels": True},
        {"quantization_config": {"quant_method": "bitsandbytes", "load_in_4bit": True}},
        {"quantization_config": {"quant_method": "stranger"}},
        {"name_or_path": "stranger/other", "_name_or_path": "/etc"},
        {"torch_dtype": "os", "dtype": "float64"},
        {"_commit_hash": "../../.."},
    ],
)
def test_that_nothing_but_the_network_itself_is_taken_from_the_configuration(
    lay: Lay, changes: dict[str, Any]
) -> None:
    folder = lay(**changes)
    network = load_network(folder)
    assert type(network).__module__.startswith("transformers.models.vit.")
    assert not getattr(network, "is_quantized", False)
    assert {parameter.dtype for parameter in network.parameters()} == {torch.float32}
    assert "/" not in str(network.config._attn_implementation)


def test_that_an_adapter_leads_to_no_other_model(lay: Lay, tmp_path: Path) -> None:
    folder = lay()
    adapter = {"base_model_name_or_path": str(tmp_path / "other"), "peft_type": "LORA"}
    (folder / "adapter_config.json").write_text(json.dumps(adapter))
    with pytest.raises(ModelFileError, match="adapter"):
        load_network(folder)


@pytest.mark.parametrize("name", ["pytorch_model.bin", "tf_model.h5", "flax_model.msgpack"])
def test_that_pickles_are_not_fallen_back_to(lay: Lay, tmp_path: Path, name: str) -> None:
    folder = lay()
    (folder / "model.safetensors").unlink()
    (folder / name).write_bytes(pickle.dumps(Bomb(tmp_path / "trace")))
    with pytest.raises(ModelFileError):
        load_network(folder)
    assert not (tmp_path / "trace").exists()


@pytest.mark.parametrize(
    "changes",
    [
        {"num_hidden_layers": 10**9},
        {"hidden_size": 10**9},
        {"hidden_size": -8},
        {"intermediate_size": 10**12},
        {"image_size": 10**6},
        {"image_size": [10**6, 10**6]},
        {"num_attention_heads": 0},
        {"patch_size": 0},
        {"num_channels": 10**9},
        {"hidden_size": "8"},
        {"id2label": {str(number): "x" for number in range(60_000)}},
        {"hidden_act": "__import__('os').system"},
    ],
)
def test_that_impossible_sizes_are_told_in_words(lay: Lay, changes: dict[str, Any]) -> None:
    folder = lay(**changes)
    with pytest.raises(ModelFileError) as caught:
        load_model(open_model(folder))
    assert caught.value.advice


@pytest.mark.slow
async def test_that_a_network_larger_than_the_memory_is_told_and_the_worker_lives_on(
    lay: Lay, green_picture: str
) -> None:
    folder = lay(hidden_size=65_536, intermediate_size=1_000_000)
    service = InferenceService(memory_limit=4 * 2**30)
    try:
        with pytest.raises((ModelFileError, WorkerError)) as caught:
            await best(service, folder, green_picture)
        assert caught.value.advice
        assert "mistake in ailab" not in caught.value.message
        pid = service.worker_pid
        with pytest.raises((ModelFileError, WorkerError)):
            await best(service, folder, green_picture)
        assert service.worker_pid == pid
    finally:
        await service.close()
