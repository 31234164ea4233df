from __future__ import annotations

import os
import shutil
import subprocess
import sys

import pytest

from ailab.services.compatibility import machine
from ailab.services.compatibility.machine import Gpu, Machine, read_machine


@pytest.fixture(autouse=True)
def no_memory_of_cards() -> None:
    machine._read_gpu.cache_clear()


def test_that_this_machine_is_read_without_importing_an_engine() -> None:
    code = (
        "import sys\n"
        "from ailab.services.compatibility.machine import read_machine\n"
        "found = read_machine()\n"
        "assert 'onnxruntime' in found.engines\n"
        "assert 0 < found.free_memory <= found.total_memory\n"
        "assert not {'torch', 'transformers', 'onnxruntime', 'numpy'} & set(sys.modules)\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True, env=dict(os.environ))


def test_that_a_card_is_read_where_pytorch_can_use_it(monkeypatch: pytest.MonkeyPatch) -> None:
    told = subprocess.CompletedProcess((), 0, "NVIDIA A, B, 1000\nNVIDIA C, 2000\n", "")
    monkeypatch.setattr(machine, "installed_engines", lambda: frozenset({"onnxruntime", "torch"}))
    monkeypatch.setattr(shutil, "which", lambda _: "nvidia-smi")
    monkeypatch.setattr(subprocess, "run", lambda *_, **__: told)
    found = read_machine()
    assert found.gpu == Gpu("NVIDIA A, B", 1000 * 2**20)
    assert found.key.endswith("cores, NVIDIA A, B")


@pytest.mark.parametrize(
    "outcome", [OSError(), subprocess.TimeoutExpired("nvidia-smi", 5), "nonsense", ""]
)
def test_that_a_tool_that_fails_means_no_card(
    monkeypatch: pytest.MonkeyPatch, outcome: Exception | str
) -> None:
    def run(*_: object, **__: object) -> subprocess.CompletedProcess[str]:
        if isinstance(outcome, Exception):
            raise outcome
        return subprocess.CompletedProcess((), 0, outcome, "")

    monkeypatch.setattr(machine, "installed_engines", lambda: frozenset({"torch"}))
    monkeypatch.setattr(shutil, "which", lambda _: "nvidia-smi")
    monkeypatch.setattr(subprocess, "run", run)
    assert read_machine().gpu is None


def test_that_machines_of_other_speed_have_other_keys() -> None:
    keys = {Machine(cores=2).key, Machine(cores=4).key, Machine(cores=2, gpu=Gpu("A", 1)).key}
    assert len(keys) == 3
