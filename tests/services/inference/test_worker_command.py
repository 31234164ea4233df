"""What a worker is started with."""

from __future__ import annotations

import site
import sys
from pathlib import Path

import pytest

from ailab.services.inference.worker_command import (
    decoder_command,
    worker_command,
    worker_environment,
)

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
    "TEAM_WEBHOOK": "https://example.org/hook/x",
    "AZURE_STORAGE_CONNECTION_STRING": "AccountName=x",
    "SENTRY_DSN": "https://x@example.org/1",
    "GH_PAT": "x",
    "MYSQL_PWD": "x",
    "NETRC": "/home/me/.netrc",
    "HF": "hf_" + "x" * 30,
    "NOTE": "use ghp_" + "x" * 36,
    "IDENTITY": "eyJhbGciOiJub25lIn0.eyJzdWIiOiJtZSJ9xxxxxxxxxx",
    "PEM": "-----BEGIN OPENSSH PRIVATE KEY-----",
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
    "PWD": "/home/me",
    "OLDPWD": "/home",
    "CUDA_VISIBLE_DEVICES": "0",
    "CONDA_PREFIX": "/opt/conda",
    "LANG": "de_DE.UTF-8",
    "XDG_SESSION_TYPE": "wayland",
}


def test_that_no_secret_and_all_that_is_needed_reaches_the_worker() -> None:
    environment = worker_environment(SECRETS | NEEDED)
    assert not environment.keys() & SECRETS.keys()
    assert environment.items() >= NEEDED.items()


def test_that_a_workers_libraries_find_an_empty_home_and_their_packages(tmp_path: Path) -> None:
    environment = worker_environment(NEEDED, tmp_path)
    for name in ("TMPDIR", "TEMP", "TMP", "HF_HOME", "TORCH_HOME"):
        assert environment[name] == str(tmp_path)
    if sys.platform != "win32":
        assert environment["HOME"] == str(tmp_path)
        assert environment["PYTHONUSERBASE"] == site.getuserbase()


def test_that_a_worker_is_offline_and_does_not_spin() -> None:
    environment = worker_environment({"HF_HUB_OFFLINE": "0"})
    assert environment["HF_HUB_OFFLINE"] == "1"
    assert environment["OMP_WAIT_POLICY"] == "passive"
    assert int(environment["GOMP_SPINCOUNT"]) <= 1000
    assert environment["ORT_DISABLE_TELEMETRY"] == "1"


def test_that_a_worker_imports_nothing_from_the_folder_ailab_is_started_in() -> None:
    for command in (worker_command(), decoder_command()):
        assert command[:2] == (sys.executable, "-P")


def test_that_a_frozen_app_starts_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    assert worker_command() == (sys.executable, "--inference-worker")
    assert decoder_command() == (sys.executable, "--picture-decoder")
