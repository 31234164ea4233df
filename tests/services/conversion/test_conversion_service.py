"""Conversions with workers that do as a test says: ended, deaf, senseless, honest."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import onnx
import pytest
from onnx import TensorProto, helper

from ailab.services.compatibility.compatibility import Compatibility
from ailab.services.conversion.conversion_error import ConversionError
from ailab.services.conversion.conversion_service import ConversionService
from ailab.services.conversion.conversions import ConversionStage
from ailab.services.conversion.converted_store import ConvertedStore
from ailab.services.inference.engine_table import ONNX, TORCH
from ailab.services.inference.inference_errors import ModelFileError, WorkerError
from ailab.services.inference.runnable_model import RunnableModel
from ailab.services.lab_error import LabError
from ailab.services.library.loaded_models import LoadedModels

REVISION = "a" * 40
SPEAKS = """
import os, sys, shutil
from pathlib import Path
from ailab.services.inference.worker_messages import Message, read_message, write_message
def ask(): return read_message(sys.stdin.buffer).body
def say(q, **body): write_message(sys.stdout.buffer, Message({"id": q["id"], **body}))
"""
LOADS = "q = ask(); assert q['step'] == 'load'; say(q, result={})\n"
EXPORTS = """
q = ask()
shutil.copyfile(os.environ["AILAB_TEST_GRAPH"], Path(q["save_to"], "model.onnx"))
Path(q["save_to"], "model.onnx.data").write_bytes(b"weights")
say(q, result={"is_size_free": True, "reason": ""})
"""
AGREES = """
q = ask()
say(q, result={"figures": [{"name": "difference of scores", "value": 1e-6, "limit": 1e-3}]})
ask()
"""
CONFIG = """{"architectures": ["ViTForImageClassification"], "id2label": {"0": "a", "1": "b"}}"""
PREPROCESSOR = (
    """{"image_processor_type": "ViTImageProcessor", "size": {"height": 8, "width": 8}}"""
)
Make = Callable[[str], ConversionService]


@pytest.fixture
def model(tmp_path: Path) -> RunnableModel:
    """A model as it lies in a cache; its weights are no more than a name."""
    folder = tmp_path / "models--acme--nuclei" / "snapshots" / REVISION
    folder.mkdir(parents=True)
    (folder / "config.json").write_text(CONFIG)
    (folder / "preprocessor_config.json").write_text(PREPROCESSOR)
    (folder / "model.safetensors").write_bytes(b"weights")
    return RunnableModel(
        "acme/nuclei",
        folder,
        "image-classification",
        model_id="acme/nuclei",
        revision=REVISION,
        variant="safetensors",
        engine=TORCH,
    )


@pytest.fixture
def make(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Make:
    graph = helper.make_graph(
        [helper.make_node("ReduceMean", ["pixel_values"], ["logits"], axes=[2, 3], keepdims=0)],
        "g",
        [helper.make_tensor_value_info("pixel_values", TensorProto.FLOAT, [1, 3, 8, 8])],
        [helper.make_tensor_value_info("logits", TensorProto.FLOAT, [1, 3])],
    )
    path = tmp_path / "graph.onnx"
    onnx.save(
        helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8), path
    )
    monkeypatch.setenv("AILAB_TEST_GRAPH", str(path))

    def service(code: str) -> ConversionService:
        command = [sys.executable, "-c", SPEAKS + code]
        return ConversionService(ConvertedStore(tmp_path / "converted"), command=command)

    return service


def left(tmp_path: Path) -> list[str]:
    """Names of what lies in the folder of conversions."""
    folder = tmp_path / "converted"
    return sorted(entry.name for entry in folder.iterdir()) if folder.exists() else []


def pass_over(_: ConversionStage) -> None:
    """Whoever is told of a stage need not do anything."""


async def test_that_what_was_made_and_agrees_is_kept_with_its_record(
    make: Make, model: RunnableModel, tmp_path: Path
) -> None:
    stages: list[ConversionStage] = []
    service = make(LOADS + EXPORTS + AGREES)
    kept = await service.convert(model, None, stages.append)
    assert stages == list(ConversionStage)
    assert left(tmp_path) == [f"acme--nuclei@{REVISION}"]
    assert (await service.converted()) == (kept,)
    names = [name for name, _ in kept.record.files]
    assert names == [
        "config.json",
        "onnx/model.onnx",
        "onnx/model.onnx.data",
        "preprocessor_config.json",
    ]
    assert dict(kept.record.source_files).keys() >= {"model.safetensors", "config.json"}
    assert kept.record.figures == (("difference of scores", 1e-6, 1e-3),)
    assert dict(kept.record.versions)["ailab"]
    await service.delete("acme/nuclei", REVISION)
    assert left(tmp_path) == []


async def test_that_what_is_known_to_fail_is_refused_before_anything_is_loaded(
    make: Make, model: RunnableModel, tmp_path: Path
) -> None:
    writes = replace(model, architectures=("Kosmos2ForConditionalGeneration",))
    stages: list[ConversionStage] = []
    with pytest.raises(ModelFileError, match="acme/nuclei cannot be converted to ONNX: it writes"):
        await make(LOADS + EXPORTS + AGREES).convert(writes, None, stages.append)
    assert (stages, left(tmp_path)) == ([], [])


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("ask(); os._exit(3)", "exit code 3"),
        (LOADS + "ask(); os._exit(9)", "exit code 9"),
        (LOADS + EXPORTS + "q = ask(); say(q, result={'figures': 7}); ask()", "no result"),
        (LOADS + EXPORTS + "q = ask(); say(q, result=None); ask()", "no result"),
        (LOADS + "q = ask(); say(q, result={}); " + AGREES, "no result"),
        (
            LOADS + "q = ask(); say(q, result={'is_size_free': True, 'reason': ''})\n" + AGREES,
            "could not be written",
        ),
        (
            LOADS
            + EXPORTS.replace("shutil.copyfile", "(lambda a, b: b.write_bytes(b'no graph'))")
            + AGREES,
            "no ONNX model",
        ),
        (
            "q = ask(); say(q, error={'kind': 'ModelFileError', 'message': 'It cannot.', "
            "'advice': '', 'detail': ''}); ask()",
            "It cannot|no result",
        ),
    ],
)
async def test_that_a_conversion_that_fails_leaves_nothing(
    make: Make, model: RunnableModel, tmp_path: Path, code: str, words: str
) -> None:
    with pytest.raises(LabError, match=words):
        await make(code).convert(model, None, pass_over)
    assert left(tmp_path) == []


async def test_that_what_is_made_of_a_local_folder_counts_until_its_weights_change(
    make: Make, model: RunnableModel, tmp_path: Path
) -> None:
    local = replace(model, name="own", model_id=None, revision=None)
    service = make(LOADS + EXPORTS + AGREES)
    kept = await service.convert(local, None, pass_over)
    assert kept.record.model_id == str(model.path)
    assert left(tmp_path) == [kept.folder.name]
    judge = Compatibility(lambda: False, conversions=ConvertedStore(tmp_path / "converted"))
    assert await judge.converted_folder(str(model.path)) == kept
    assert await judge.converted_folder(str(model.path.parent)) is None
    weights = model.path / "model.safetensors"
    weights.write_bytes(b"other weights")
    assert await judge.converted_folder(str(model.path)) is None
    newer = await service.convert(local, None, pass_over)
    assert newer.record.revision != kept.record.revision
    assert await judge.converted_folder(str(model.path)) == newer
    assert left(tmp_path) == [newer.folder.name]  # what was made of the weights before is gone
    (model.path / "model.onnx").write_bytes(b"graph")
    assert await judge.converted_folder(str(model.path)) is None  # its own is run then


async def test_that_weights_changed_meanwhile_are_told_and_nothing_is_kept(
    make: Make, model: RunnableModel, tmp_path: Path
) -> None:
    local = replace(model, name="own", model_id=None, revision=None)

    def follow(stage: ConversionStage) -> None:
        if stage is ConversionStage.CHECKING:
            (model.path / "model.safetensors").write_bytes(b"other weights")

    with pytest.raises(ConversionError, match="changed while it was converted"):
        await make(LOADS + EXPORTS + AGREES).convert(local, None, follow)
    assert left(tmp_path) == []


async def test_that_a_network_of_two_parts_is_kept_with_both(
    make: Make, model: RunnableModel, tmp_path: Path
) -> None:
    files = ("vision_encoder.onnx", "prompt_encoder_mask_decoder.onnx")
    (model.path / "config.json").write_text('{"architectures": ["SamModel"]}')
    exports = "q = ask()\n" + "".join(
        f"shutil.copyfile(os.environ['AILAB_TEST_GRAPH'], Path(q['save_to'], {name!r}))\n"
        for name in files
    )
    exports += "say(q, result={'is_size_free': False, 'reason': ''})\n"
    masks = replace(model, task="mask-generation")
    kept = await make(LOADS + exports + AGREES).convert(masks, None, pass_over)
    assert {f"onnx/{name}" for name in files} <= {name for name, _ in kept.record.files}
    assert kept.weights.name == files[0]


async def test_that_a_cancelled_conversion_ends_its_worker_and_leaves_nothing(
    make: Make, model: RunnableModel, tmp_path: Path
) -> None:
    exporting = asyncio.Event()

    def follow(stage: ConversionStage) -> None:
        if stage is ConversionStage.CHECKING:
            exporting.set()

    service = make(LOADS + EXPORTS + "ask(); ask()")
    task = asyncio.create_task(service.convert(model, None, follow))
    await exporting.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert left(tmp_path) == []


async def test_that_a_loaded_conversion_is_let_go_before_it_is_deleted(
    make: Make, model: RunnableModel, tmp_path: Path
) -> None:
    kept = await make(LOADS + EXPORTS + AGREES).convert(model, None, pass_over)
    is_running, let_go = True, 0

    async def unload() -> None:
        nonlocal let_go
        let_go += 1

    loaded = LoadedModels(lambda: (kept.weights,), lambda: is_running, unload)
    service = ConversionService(ConvertedStore(tmp_path / "converted"), loaded)
    with pytest.raises(LabError, match="is being run"):
        await service.delete("acme/nuclei", REVISION)
    assert left(tmp_path)
    is_running = False
    await service.delete("acme/nuclei", REVISION)
    assert (let_go, left(tmp_path)) == (1, [])


async def test_that_a_worker_that_gives_no_answer_is_ended(
    make: Make, model: RunnableModel, monkeypatch: pytest.MonkeyPatch
) -> None:
    service = make("ask(); ask()")
    monkeypatch.setattr(service, "_time_limit", 0.05)
    with pytest.raises(WorkerError, match="gave no answer"):
        await service.convert(model, None, pass_over)


async def test_that_a_folder_that_has_onnx_weights_too_is_told_to_run_as_it_is(
    make: Make, model: RunnableModel, tmp_path: Path
) -> None:
    folder = tmp_path / "both"
    (folder / "onnx").mkdir(parents=True)
    for name in ("config.json", "preprocessor_config.json", "model.safetensors", "onnx/model.onnx"):
        (folder / name).write_bytes(b"{}")
    both = replace(model, model_id=None, path=folder)
    with pytest.raises(ModelFileError, match="has ONNX weights already") as told:
        await make("os._exit(1)").convert(both, None, pass_over)
    assert told.value.advice.startswith("Run it as it is")


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"model_id": None, "path": Path("nowhere")}, "no folder whose only weights"),
        ({"engine": ONNX}, "ONNX Runtime already"),
    ],
)
async def test_that_what_cannot_be_converted_starts_no_worker(
    make: Make, model: RunnableModel, changes: dict[str, Any], words: str
) -> None:
    with pytest.raises(ModelFileError, match=words):
        await make("os._exit(1)").convert(replace(model, **changes), None, pass_over)
