"""How many threads a network gets."""

from __future__ import annotations

import os
from pathlib import Path

import psutil
import pytest

from ailab.services.inference import network_threads as module
from ailab.services.inference.network_threads import network_threads


@pytest.mark.parametrize(
    ("cores", "usable", "physical", "quota", "expected"),
    [
        (8, 8, 4, "max 100000", 4),  # two threads of a core share it
        (8, 2, 8, "max 100000", 2),  # bound to some of them
        (8, 8, 8, "300000 100000", 3),  # a container's share
        (8, 8, 8, "50000 100000", 1),
        (8, 8, None, "", 8),
        (1, 1, 1, "", 1),
    ],
)
def test_that_each_core_that_may_be_used_gets_one(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    cores: int,
    usable: int,
    physical: int | None,
    quota: str,
    expected: int,
) -> None:
    file = tmp_path / "cpu.max"
    if quota:
        file.write_text(quota)
    monkeypatch.setattr(module, "_QUOTA", file)
    monkeypatch.setattr(os, "cpu_count", lambda: cores)
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: set(range(usable)), raising=False)
    monkeypatch.setattr(psutil, "cpu_count", lambda logical=True: physical)
    assert network_threads() == expected


def test_that_a_system_that_tells_nothing_does_not_stop_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(**_: object) -> int:
        raise PermissionError

    monkeypatch.setattr(module, "_QUOTA", tmp_path / "none")
    monkeypatch.setattr(psutil, "cpu_count", refuse)
    assert network_threads() >= 1
