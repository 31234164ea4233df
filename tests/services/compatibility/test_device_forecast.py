"""On what an engine will run here, and what is said of a graphics card that it does not use."""

from __future__ import annotations

import sys
from dataclasses import replace

import pytest

from ailab.services.compatibility.device_forecast import forecast
from ailab.services.compatibility.device_report import report_devices
from ailab.services.compatibility.gpu import AMD, APPLE, INTEL, NVIDIA, Gpu
from ailab.services.compatibility.machine import Machine
from ailab.services.inference import device
from ailab.services.inference.engine_table import ONNX, SERVED, TORCH

CPU_BUILDS = {ONNX: frozenset({"cpu"}), TORCH: frozenset({"cpu"})}
CUDA_BUILDS = {
    ONNX: frozenset({"cpu", "cuda", "tensorrt"}),
    TORCH: frozenset({"cpu", "cuda"}),
}
H200 = Gpu("NVIDIA H200", 139 * 2**30)
BARE = Machine(engines=frozenset({ONNX, TORCH}), devices=CPU_BUILDS)


@pytest.fixture(autouse=True)
def on_linux(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", "linux")


def test_that_nothing_is_said_where_there_is_no_card() -> None:
    for engine, words in ((ONNX, "ONNX Runtime"), (TORCH, "PyTorch")):
        found = forecast(engine, BARE)
        assert (found.device, found.words, found.why_not) == ("cpu", words, "")


def test_that_no_card_lies_idle_where_none_is_one_is_used_or_somebody_said_so() -> None:
    weak = Gpu("Intel graphics", 0, INTEL)
    cuda = replace(BARE, gpu=H200, devices=CUDA_BUILDS)
    for machine in (BARE, cuda, replace(BARE, gpu=H200, choice="cpu"), replace(BARE, gpu=weak)):
        assert forecast(ONNX, machine).about_unused_card == ""


def test_that_a_card_in_use_is_named_with_the_device() -> None:
    machine = replace(BARE, gpu=H200, devices=CUDA_BUILDS)
    found = forecast(ONNX, machine)
    assert (found.device, found.card) == ("cuda", H200)
    assert found.words == "ONNX Runtime (CUDA, NVIDIA H200)"
    assert found.why_not == ""
    assert forecast(TORCH, machine).words == "PyTorch (CUDA, NVIDIA H200)"


def test_that_a_build_for_the_processor_beside_a_card_is_said_with_the_way_out() -> None:
    found = forecast(ONNX, replace(BARE, gpu=H200))
    assert found.device == "cpu"
    assert found.card is None
    assert found.why_not == (
        "This machine has an NVIDIA H200, which ONNX Runtime does not use: the installed "
        "onnxruntime is the build for the processor."
    )
    assert found.advice == "Install onnxruntime-gpu in its place, and start ailab again."
    uninstall, install = found.command.splitlines()
    assert "uninstall" in uninstall
    assert uninstall.endswith("onnxruntime")
    assert "onnxruntime-gpu[cuda,cudnn]" in install
    assert found.about_unused_card == f"{found.why_not} {found.advice}\n{found.command}"
    torch = forecast(TORCH, replace(BARE, gpu=H200))
    assert torch.about_unused_card == f"{torch.why_not} {torch.advice}"
    assert "which PyTorch does not use" in torch.why_not
    assert "pytorch.org" in torch.advice


def test_that_a_card_without_its_driver_is_said() -> None:
    found = forecast(ONNX, replace(BARE, gpu=replace(H200, has_driver=False), devices=CUDA_BUILDS))
    assert found.device == "cpu"
    assert "NVIDIA's driver is not installed" in found.why_not


@pytest.mark.parametrize(
    ("maker", "system", "package"),
    [
        (INTEL, "linux", "onnxruntime-openvino"),
        (INTEL, "win32", "onnxruntime-directml"),
        (AMD, "win32", "onnxruntime-directml"),
        (NVIDIA, "win32", "onnxruntime-gpu"),
    ],
)
def test_that_the_build_for_a_card_and_system_is_named(
    monkeypatch: pytest.MonkeyPatch, maker: str, system: str, package: str
) -> None:
    monkeypatch.setattr(sys, "platform", system)
    found = forecast(ONNX, replace(BARE, gpu=Gpu("Card", 4 * 2**30, maker)))
    assert package in found.advice
    assert package in found.command


def test_that_a_card_for_which_there_is_no_build_is_said_too() -> None:
    found = forecast(ONNX, replace(BARE, gpu=Gpu("AMD graphics card", 4 * 2**30, AMD)))
    assert "no build" in found.why_not
    assert not found.command


def test_that_apples_graphics_are_for_the_person_to_choose() -> None:
    apple = Gpu("Apple M2", 0, APPLE)
    devices = {ONNX: frozenset({"cpu", "coreml"}), TORCH: frozenset({"cpu", "mps"})}
    machine = replace(BARE, gpu=apple, devices=devices)
    assert forecast(ONNX, machine).device == "cpu"
    assert "choose CoreML" in forecast(ONNX, machine).advice
    chosen = replace(machine, choice="coreml")
    assert forecast(ONNX, chosen).words == "ONNX Runtime (CoreML, Apple M2)"
    assert forecast(TORCH, chosen).words == "PyTorch (Metal (MPS), Apple M2)"


def test_that_the_processor_is_used_without_a_word_where_it_was_chosen() -> None:
    found = forecast(ONNX, replace(BARE, gpu=H200, devices=CUDA_BUILDS, choice="cpu"))
    assert (found.device, found.words, found.why_not) == ("cpu", "ONNX Runtime (CPU)", "")


@pytest.mark.parametrize(
    ("choice", "engine", "said"),
    [
        ("cuda", ONNX, "the installed ONNX Runtime was not built for"),
        ("openvino", TORCH, "which PyTorch does not know"),
    ],
)
def test_that_a_choice_that_cannot_be_followed_is_said(choice: str, engine: str, said: str) -> None:
    found = forecast(engine, replace(BARE, gpu=H200, choice=choice))
    assert found.device == "cpu"
    assert said in found.why_not


def test_that_a_chosen_device_without_a_card_is_said() -> None:
    found = forecast(ONNX, replace(BARE, devices=CUDA_BUILDS, choice="cuda"))
    assert "this machine has no graphics card for it" in found.why_not


def test_that_the_report_names_each_engine_and_what_can_be_chosen() -> None:
    report = report_devices(device.AUTO, replace(BARE, gpu=H200, devices=CUDA_BUILDS))
    assert report.words == (
        "Now: ONNX Runtime on CUDA (NVIDIA H200), PyTorch on CUDA (NVIDIA H200)."
    )
    assert report.usable == ("cpu", "cuda", "tensorrt")
    lone = report_devices("cpu", replace(BARE, engines=frozenset({ONNX})))
    assert (lone.words, lone.usable) == ("Now: ONNX Runtime on the CPU.", ("cpu",))
    asks = report_devices("cpu", replace(BARE, engines=frozenset({ONNX, SERVED})))
    assert asks.words == lone.words, "what a server runs is not run here"
    unused = report_devices(device.AUTO, replace(BARE, gpu=H200))
    assert "does not use" in unused.words
    assert "onnxruntime-gpu" in unused.command


def test_that_this_machine_can_be_reported() -> None:
    assert "ONNX Runtime on" in report_devices().words
