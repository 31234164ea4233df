"""What a worker is started with."""

from __future__ import annotations

import sys

import pytest

from ailab.services.inference.worker_command import worker_command, worker_environment

SECRETS = {
    "HF_TOKEN": "hf_x",
    "HUGGING_FACE_HUB_TOKEN": "hf_x",
    "GITHUB_TOKEN": "x",
    "AWS_SECRET_ACCESS_KEY": "x",
    "AWS_ACCESS_KEY_ID": "x",
    "OPENAI_API_KEY": "x",
    "DB_PASSWORD": "x",
    "PGPASSFILE": "x",
    "SSH_AUTH_SOCK": "/tmp/agent",
    "https_proxy": "http://proxy",
    "SOME_INDEX_URL": "https://me:word@example.org/simple",
}
NEEDED = {
    "PATH": "/usr/bin",
    "HOME": "/home/me",
    "SYSTEMROOT": "C:\\Windows",
    "TEMP": "C:\\Temp",
    "LD_LIBRARY_PATH": "/opt/lib",
    "OMP_NUM_THREADS": "4",
    "KEYBOARD_LAYOUT": "de",
    "MAIL": "me@example.org",
    "DOCS": "https://example.org/a@b",
}


def test_that_no_secret_and_all_that_is_needed_reaches_the_worker() -> None:
    environment = worker_environment(SECRETS | NEEDED)
    assert not environment.keys() & SECRETS.keys()
    assert environment.items() >= NEEDED.items()


def test_that_a_worker_is_offline_and_does_not_spin() -> None:
    environment = worker_environment({"HF_HUB_OFFLINE": "0"})
    assert environment["HF_HUB_OFFLINE"] == "1"
    assert environment["OMP_WAIT_POLICY"] == "passive"
    assert environment["ORT_DISABLE_TELEMETRY"] == "1"


def test_that_a_worker_imports_nothing_from_the_folder_ailab_is_started_in() -> None:
    assert worker_command()[:2] == (sys.executable, "-P")


def test_that_a_frozen_app_starts_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    assert worker_command() == (sys.executable, "--inference-worker")
