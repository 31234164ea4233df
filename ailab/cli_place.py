"""Where the command line runs pictures, and the question before they are sent."""

from __future__ import annotations

import argparse
import asyncio
import re
import sys
from dataclasses import replace
from typing import TYPE_CHECKING

from ailab.cli_lines import shown, tell_line
from ailab.services.inference.run_place import HERE, MOST_WORKERS, RunPlace, RunTarget
from ailab.services.problem import Problem

if TYPE_CHECKING:
    from ailab.viewmodels.inference import InferenceViewModel
    from ailab.viewmodels.sending import Sending

_CLUSTER = re.compile(r"[^\s/]+:\d+")


def add_place(run: argparse.ArgumentParser) -> None:
    """Add the options for the place."""
    group = run.add_argument_group("where to run")
    group.add_argument(
        "--on",
        metavar="PLACE",
        default=RunPlace.THIS_COMPUTER.value,
        help="here; ray: on Ray, started on this computer for the run; ray://HOST:PORT or "
        "HOST:PORT: on a Ray cluster, whose machines see model, pictures and results under the "
        "same paths (both without ailab's sandbox); or providers: Hugging Face Inference "
        "Providers, to which the pictures go, or one of them as providers:together "
        "(default: %(default)s)",
    )
    group.add_argument(
        "--workers",
        type=_workers,
        default=0,
        metavar="N",
        help="on Ray: how many copies of the model work at once (default: one a machine)",
    )
    group.add_argument(
        "--yes",
        action="store_true",
        help="send the pictures to a provider without being asked",
    )


def choose_place(inference: InferenceViewModel, options: argparse.Namespace) -> Problem | None:
    """Choose the place that was named, whatever was chosen before.

    Returns:
        What stands against it, or None.
    """
    kind, _, provider = options.on.partition(":")
    is_ray = kind == RunPlace.RAY.value or _CLUSTER.fullmatch(options.on) is not None
    if options.workers and not is_ray:
        return Problem(
            f"--workers counts copies of the model on Ray, and “--on {options.on}” is not Ray.",
            "Name Ray (--on ray, or a cluster's address), or leave --workers out.",
        )
    if options.on == RunPlace.THIS_COMPUTER.value:
        inference.place.show(HERE)
        return None
    if is_ray:
        address = "" if options.on == RunPlace.RAY.value else options.on
        inference.place.show(RunTarget(RunPlace.RAY, address, options.workers))
        return _lack(inference)
    if kind != RunPlace.PROVIDERS.value or options.on.endswith(":"):
        return Problem(
            f"There is no place “{options.on}” to run pictures on.",
            "Name here, ray, the address of a Ray cluster (ray://HOST:PORT), providers, or one of "
            "them (providers:NAME).",
        )
    inference.place.set_asker(_always if options.yes else _on_terminal)
    before = inference.place.state.target
    inference.place.show(replace(before, place=RunPlace.PROVIDERS, provider=provider))
    return _lack(inference)


def find_asker(inference: InferenceViewModel, options: argparse.Namespace) -> Problem | None:
    """That nobody can be asked whether the pictures may be sent, or None."""
    is_sent = inference.place.state.target.place is RunPlace.PROVIDERS
    if is_sent and not options.yes and not sys.stdin.isatty():
        return Problem(
            "The pictures would leave this machine, and nobody can be asked here.",
            "Say --yes to let them be sent.",
        )
    return None


def _lack(inference: InferenceViewModel) -> Problem | None:
    """What is missing for the place that is chosen."""
    problem = inference.place.state.problem
    if problem is not None:
        command = inference.place.state.command
        return Problem(problem.message, f"{problem.advice} {command}".strip())
    return None


async def _always(sending: Sending) -> bool:
    tell_line(_words(sending))
    return True


async def _on_terminal(sending: Sending) -> bool:
    sys.stderr.write(f"\r\x1b[K{shown(_words(sending))}\nSend? [y/N] ")
    sys.stderr.flush()
    answer = await asyncio.to_thread(sys.stdin.readline)
    return answer.strip().lower() in {"y", "yes"}


def _words(sending: Sending) -> str:
    from ailab.viewmodels.prediction_text import counted  # noqa: PLC0415 - the window paints first

    pictures = counted(sending.pictures, "picture", "pictures")
    return (
        f"{pictures} will be sent to {sending.host}, for {sending.provider} to run "
        f"{sending.model}; this may cost credits of your account."
    )


def _workers(text: str) -> int:
    if not text.isdecimal() or not 1 <= int(text) <= MOST_WORKERS:
        raise argparse.ArgumentTypeError("a number above 0 is needed")
    return int(text)
