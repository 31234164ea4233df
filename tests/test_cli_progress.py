"""How far a run is, where nobody watches a terminal."""

from __future__ import annotations

import sys

import pytest

from ailab.cli_progress import ProgressLine
from ailab.viewmodels.inference_state import InferenceState
from ailab.viewmodels.progress_text import progress_text, stage_text
from ailab.viewmodels.run_progress import RunProgress, RunStage


def test_that_a_log_gets_a_line_for_each_stage_and_one_every_ten_seconds(
    capsys: pytest.CaptureFixture[str],
) -> None:
    now = 0.0
    line = ProgressLine(lambda: now)
    idle = InferenceState()

    def follow(seconds: float, done: int, stage: RunStage = RunStage.RUNNING) -> str:
        nonlocal now
        now = seconds
        line.follow(idle, InferenceState(progress=RunProgress(stage, "nuclei", None, done, 300)))
        line.clear()
        return capsys.readouterr().err

    assert follow(0.0, 0, RunStage.LOADING) == "Loading the model nuclei\n"
    assert follow(1.0, 0) == "Running nuclei\n"
    assert {follow(1.0 + 0.1 * done, done) for done in range(1, 90)} == {""}
    assert follow(20.0, 150) == "Running nuclei: Picture 151 of 300 · about 19 s left\n"
    assert follow(29.0, 200) == ""
    line.follow(idle, idle)
    assert capsys.readouterr().err == ""


def test_that_a_password_in_an_address_is_not_told() -> None:
    address = "http://me:secret@host:8000/v2/models/x"
    for stage in RunStage:
        progress = RunProgress(stage, address, total=1)
        assert "secret" not in " ".join((stage_text(progress), *progress_text(progress)))


def test_that_what_is_there_of_a_run_stays_on_a_terminal(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    line, idle = ProgressLine(), InferenceState()
    for stage in (RunStage.LOOKING, RunStage.RESUMING, RunStage.RUNNING):
        progress = RunProgress(stage, "nuclei", done=3000, total=5000)
        line.follow(idle, InferenceState(progress=progress))
    told = capsys.readouterr().err
    assert "\r\x1b[KResuming: 3,000 of 5,000 pictures are there\n\r\x1b[KRunning nuclei" in told
