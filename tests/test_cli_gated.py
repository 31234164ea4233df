"""Gated models on the command line: the way to be let in, of the Hub and of the demonstration."""

from __future__ import annotations

import pytest
from test_cli import NUCLEI, Output, call

from ailab.cli_words import HOW_TO_BE_LET_IN, HOW_TO_SIGN_IN, next_steps
from ailab.demo.catalogue import DEMO_TOKENS
from ailab.exit_status import OK
from ailab.services.next_step import NextStep

GATED = "ailab-demo/gated-nuclei-segmenter"


@pytest.mark.parametrize("command", [("info", GATED), ("run", GATED, NUCLEI)])
@pytest.mark.parametrize("token", ["", "hf_demo_newcomer", "hf_demo_narrow"])
def test_that_with_the_demo_a_terminal_names_the_token_that_is_let_in_not_a_page_that_is_gone(
    monkeypatch: pytest.MonkeyPatch, capsys: Output, command: tuple[str, ...], token: str
) -> None:
    monkeypatch.setenv("HF_TOKEN", token)
    call(monkeypatch, *command, "--demo")
    told = "".join(capsys.readouterr()).partition(" is gated")[2]
    assert "its token hf_demo_reader: set the environment variable HF_TOKEN" in told
    assert "in the window (ailab --demo)" in told
    assert "http" not in told
    assert "menu" not in told


def test_that_a_terminal_names_its_own_way_to_sign_in() -> None:
    steps = next_steps("Sign in and accept the conditions on its page.", NextStep.SIGN_IN)
    assert steps == ("Sign in and accept the conditions on its page.", HOW_TO_SIGN_IN)
    assert "HF_TOKEN" in HOW_TO_SIGN_IN
    assert next_steps("Accept them.", NextStep.OPEN_MODEL_PAGE) == ("Accept them.",)
    assert next_steps("Retry.", NextStep.NONE, is_demo=True) == ("Retry.",)


def test_that_the_demo_takes_its_own_tokens_and_no_others(
    monkeypatch: pytest.MonkeyPatch, capsys: Output
) -> None:
    monkeypatch.setenv("HF_TOKEN", "hf_demo_reader")
    assert call(monkeypatch, "info", GATED, "--demo") == OK
    assert "Runs here" in capsys.readouterr().out
    monkeypatch.setenv("HF_TOKEN", "hf_a_persons_own")
    assert call(monkeypatch, "info", GATED, "--demo") == OK
    assert "nobody is signed in" in capsys.readouterr().out


def test_that_the_token_named_is_one_of_the_demonstrations() -> None:
    named = [token for token in DEMO_TOKENS if token in HOW_TO_BE_LET_IN]
    assert [bool(DEMO_TOKENS[token].may_read) for token in named] == [True]
