"""What a model that needs an extra costs, told before anything is installed."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from ailab.services.compatibility.compatibility import Compatibility
from ailab.services.compatibility.extra_cost import extra_cost, extra_size
from ailab.services.compatibility.machine import Machine
from ailab.services.compatibility.verdict import Fit, Verdict
from ailab.services.hub.model_info import ModelDetails
from ailab.services.inference.engine_table import ONNX, TORCH
from fakes import a_model, details_of

DESCRIBED = ("config.json", "preprocessor_config.json", "model.safetensors")


async def judge(details: ModelDetails, *, engines: tuple[str, ...] = (ONNX,)) -> Verdict:
    machine = Machine(engines=frozenset(engines))
    compatibility = Compatibility(lambda: False, look=lambda: machine)
    await compatibility.look_around()
    return compatibility.judge(details)


def of(
    architecture: str, task: str = "object-detection", library: str = "transformers"
) -> ModelDetails:
    model = a_model(task=task, library=library)
    return replace(details_of(model, *DESCRIBED), architectures=(architecture,))


async def test_that_download_and_memory_are_told_as_where_it_runs() -> None:
    details = of("DetrForObjectDetection")
    verdict = await judge(details)
    there = await judge(details, engines=(ONNX, TORCH))
    assert verdict.fit is Fit.NEEDS_EXTRA
    assert there.runs
    assert (verdict.download_size, verdict.memory) == (there.download_size, there.memory)
    costs = re.compile(r"[\d.]+ [kMG]B to download, about [\d.]+ [kMG]B of memory\.")
    told, as_there = costs.search(verdict.summary), costs.search(there.summary)
    assert told is not None
    assert as_there is not None
    assert told[0] == as_there[0]
    assert "which PyTorch runs. With it: " in verdict.summary


async def test_that_what_the_extra_itself_takes_stands_with_the_way_to_install_it() -> None:
    verdict = await judge(of("DetrForObjectDetection"))
    assert "The extra takes about 1.3 GB on disk, several times that" in verdict.advice
    assert "ailab[torch]" in verdict.command
    here = await judge(of("DetrForObjectDetection"), engines=(ONNX, TORCH))
    assert "on disk" not in here.advice


async def test_that_timm_beside_pytorch_takes_little() -> None:
    details = of("TimmWrapperForImageClassification", library="timm", task="image-classification")
    with_torch = await judge(details, engines=(ONNX, TORCH))
    assert with_torch.fit is Fit.NEEDS_EXTRA
    assert with_torch.advice.endswith("The extra takes about 43 MB on disk.")
    assert "about 1.3 GB on disk" in (await judge(details)).advice


@pytest.mark.parametrize(
    ("extra", "lacks_torch", "size"),
    [
        ("torch", True, 1260),
        ("torch,text", True, 1420),
        ("timm", True, 1303),
        ("timm", False, 43),
        ("text", False, 160),
        ("torchvision", False, 25),
        ("torch", False, 0),  # num2words alone
    ],
)
def test_that_pytorch_counts_where_it_is_not_there(
    extra: str, lacks_torch: bool, size: int
) -> None:
    assert extra_size(extra, lacks_torch=lacks_torch) == size * 1_000_000


def test_that_next_to_nothing_is_not_worth_a_word() -> None:
    assert extra_cost("torch", lacks_torch=False) == ""
