"""How long the command line lets a picture take."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from ailab.cli import make_parser
from ailab.cli_commands import run_pictures
from ailab.exit_status import MISUSED, OK
from inference_lab import Lab


async def call(*arguments: str) -> list[float | None]:
    lab, told = Lab(), list[float | None]()
    commanded: Any = SimpleNamespace(
        worker=lab.inference, inference=lab.view_model, limit_time=told.append
    )
    options = make_parser().parse_args(["run", "acme/nuclei", "a.png", *arguments])
    try:
        assert await run_pictures(commanded, options) == OK
    finally:
        await lab.close()
    return told


async def test_that_a_time_limit_counts_for_the_command_that_names_it() -> None:
    assert await call("--time-limit", "90") == [90.0]
    assert await call() == []


@pytest.mark.parametrize("text", ["0", "-3", "soon", "nan", "1e9"])
def test_that_a_limit_that_is_no_time_is_misuse(
    text: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as leaving:
        make_parser().parse_args(["run", "model.onnx", "pictures", "--time-limit", text])
    assert leaving.value.code == MISUSED
    assert "number of seconds" in capsys.readouterr().err
