"""Going on, on the command line, with a run that was broken off."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from ailab.cli_lines import tell_line
from ailab.services.problem import Problem

if TYPE_CHECKING:
    from ailab.viewmodels.inference import InferenceViewModel
    from ailab.viewmodels.resuming import ResumingState


def add_resume(run: argparse.ArgumentParser) -> None:
    """Add the option to go on."""
    run.add_argument(
        "--resume",
        action="store_true",
        help="go on with the run of the same model, pictures and settings that broke off in the "
        "folder of --save-to: the pictures that it has done are not run again, and the rest goes "
        "into its folder; where something differs, say what, and run nothing; where none broke "
        "off, begin a new one",
    )


def choose_resume(inference: InferenceViewModel, options: argparse.Namespace) -> Problem | None:
    """Go on where that was asked for; what stands against it, or None."""
    if not options.resume:
        return None
    if not options.save_to:
        return Problem(
            "--resume goes on with a run that was saved, and --save-to names no folder.",
            "Name the folder that the run which broke off was saved in.",
        )
    from ailab.viewmodels.resuming import ResumeRule  # noqa: PLC0415 - the window paints first

    inference.resuming.follow(ResumeRule.INSIST)
    inference.resuming.changed.connect(_tell)
    return None


def _tell(old: ResumingState, new: ResumingState) -> None:
    if new.note and new.note != old.note:
        tell_line(f"ailab: {new.note}")
