from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from ailab.services.compatibility import gpu
from ailab.services.compatibility.gpu import AMD, INTEL, NVIDIA, Gpu
from ailab.services.compatibility.machine import Machine, read_machine


@pytest.fixture(autouse=True)
def no_memory_of_cards(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Path]:
    """A machine of which Linux tells no card; the folder that a test may put some into."""
    gpu.read_gpu.cache_clear()
    monkeypatch.setattr(gpu, "_CARDS", tmp_path)
    monkeypatch.setattr(sys, "platform", "linux")
    yield tmp_path
    gpu.read_gpu.cache_clear()


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


def test_that_nvidias_own_tool_tells_of_the_card(monkeypatch: pytest.MonkeyPatch) -> None:
    told = subprocess.CompletedProcess((), 0, "NVIDIA A, B, 1000\nNVIDIA C, 2000\n", "")
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

    monkeypatch.setattr(shutil, "which", lambda _: "nvidia-smi")
    monkeypatch.setattr(subprocess, "run", run)
    assert read_machine().gpu is None


@pytest.mark.parametrize(
    ("cards", "expected"),
    [
        ({"0x8086": ""}, Gpu("Intel graphics", 0, INTEL)),
        ({"0x8086": "", "0x1002": "17179869184"}, Gpu("AMD graphics card", 16 * 2**30, AMD)),
        ({"0x10de": ""}, Gpu("NVIDIA graphics card", 0, NVIDIA, has_driver=False)),
        ({"0x1af4": ""}, None),
    ],
)
def test_that_linux_tells_of_cards_without_a_tool(
    monkeypatch: pytest.MonkeyPatch,
    no_memory_of_cards: Path,
    cards: dict[str, str],
    expected: Gpu | None,
) -> None:
    monkeypatch.setattr(shutil, "which", lambda _: None)
    for number, (vendor, memory) in enumerate(cards.items()):
        device = no_memory_of_cards / f"card{number}" / "device"
        device.mkdir(parents=True)
        (device / "vendor").write_text(f"{vendor}\n")
        if memory:
            (device / "mem_info_vram_total").write_text(f"{memory}\n")
    assert read_machine().gpu == expected


def test_that_machines_of_other_speed_have_other_keys() -> None:
    keys = {Machine(cores=2).key, Machine(cores=4).key, Machine(cores=2, gpu=Gpu("A", 1)).key}
    assert len(keys) == 3
