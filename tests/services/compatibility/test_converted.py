"""The verdict on a model that was turned into ONNX on this machine."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from ailab.services.compatibility.compatibility import Compatibility
from ailab.services.compatibility.machine import Machine
from ailab.services.compatibility.measurement import Measurement
from ailab.services.compatibility.verdict import Fit
from ailab.services.conversion.converted_model import ConversionRecord
from ailab.services.conversion.converted_store import ConvertedStore, files_in
from ailab.services.hub.model_info import ModelDetails
from fakes import COMMIT, a_model, details_of

BARE = Machine()


def details(*paths: str) -> ModelDetails:
    files = paths or ("config.json", "preprocessor_config.json", "model.safetensors")
    return details_of(a_model(), *files)


async def a_judge(folder: Path, revision: str = COMMIT, reason: str = "") -> Compatibility:
    """A judge on a machine without PyTorch, where a model was converted."""
    store = ConvertedStore(folder)
    record = ConversionRecord(
        "acme/nuclei", revision, "object-detection", "2026-11-29T10:00:00+00:00", reason=reason
    )
    with store.begun() as partial:
        (partial / "onnx").mkdir()
        (partial / "onnx" / "model.onnx").write_bytes(b"x" * 1500)
        store.keep(partial, replace(record, files=files_in(partial)))
    judge = Compatibility(lambda: False, conversions=store, look=lambda: BARE)
    await judge.look_around()
    return judge


async def test_that_a_converted_model_runs_without_pytorch_and_without_a_download(
    tmp_path: Path,
) -> None:
    judge = await a_judge(tmp_path)
    verdict = judge.judge(details())
    assert verdict.fit is Fit.RUNS
    assert verdict.summary == (
        "Runs here on ONNX Runtime, converted on this machine: Object Detection, "
        "1.5 kB on this disk."
    )
    assert (verdict.variant, verdict.engine, verdict.files) == ("converted", "onnxruntime", ())
    assert judge.variants(details()) == ("converted", "safetensors")


async def test_that_the_safetensors_can_be_chosen_back(tmp_path: Path) -> None:
    judge = await a_judge(tmp_path)
    assert judge.judge(details(), variant="safetensors").fit is Fit.NEEDS_EXTRA


async def test_that_another_revision_is_not_what_was_converted(tmp_path: Path) -> None:
    judge = await a_judge(tmp_path, revision="f" * 40)
    assert judge.converted("acme/nuclei", COMMIT) is None
    assert judge.converted("acme/nuclei") is not None
    assert judge.judge(details()).fit is Fit.NEEDS_EXTRA
    assert judge.variants(details()) == ("safetensors",)
    refused = judge.judge(details(), variant="converted")
    assert refused.fit is Fit.WONT_RUN


async def test_that_the_authors_own_onnx_stays_what_is_run(tmp_path: Path) -> None:
    judge = await a_judge(tmp_path)
    both = details(
        "config.json", "preprocessor_config.json", "model.safetensors", "onnx/model.onnx"
    )
    assert judge.judge(both).variant == "fp32"
    assert judge.variants(both) == ("fp32", "safetensors", "converted")
    assert judge.judge(both, variant="converted").variant == "converted"


async def test_that_what_it_took_and_a_fixed_size_are_told(tmp_path: Path) -> None:
    judge = await a_judge(tmp_path, reason="its trace fixes them")
    taken = Measurement("acme/nuclei", COMMIT, "converted", "onnxruntime", 0.25, 300_000_000)
    await judge.remember(taken)
    verdict = judge.judge(details())
    assert "took 250 ms and 300 MB here" in verdict.summary
    assert verdict.advice == "Pictures of any shape are stretched to one size."
    other = replace(taken, device="cuda", seconds=0.01)
    await judge.remember(other)
    assert "took 250 ms" in judge.judge(details()).summary  # of another device than is used
