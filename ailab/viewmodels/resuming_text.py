"""The question whether to go on with a run that broke off."""

from __future__ import annotations

from datetime import datetime
from functools import partial

from ailab.services.results.run_difference import Difference
from ailab.services.results.unfinished_run import UnfinishedRun
from ailab.viewmodels.day_text import day_text
from ailab.viewmodels.prediction_text import counted

_pictures = partial(counted, one="picture", many="pictures")


def offer_text(offer: UnfinishedRun) -> tuple[str, str]:
    """What there is, and how it would be gone on with; the second may be empty."""
    record, total = offer.record, len(offer.record.pictures)
    began = _began(record.started)
    if offer.done == total:
        what = f"This run was begun here {began} and broke off when all of its pictures were done,"
        return f"{what} before it had summed them up.", ""
    done = f"{offer.done:,} of {_pictures(total)} done"
    own = []
    if Difference.THRESHOLD in offer.differences:
        own.append(f"its own threshold, {record.threshold:.0%}")
    if Difference.PIECES_FROM in offer.differences:
        own.append(f"its own size of pieces, from {_pixels(record.pieces_from)}")
    kept = f"It goes on at {' and '.join(own)}." if own else ""
    return f"This run was begun here {began} and broke off with {done}.", kept


def go_on_tip(offer: UnfinishedRun) -> str:
    """What going on comes to."""
    left = len(offer.record.pictures) - offer.done
    if not left:
        return "Sum them up in the folder of that run"
    return f"Run the {_pictures(left)} left, into the folder of that run"


def begin_anew_tip(offer: UnfinishedRun) -> str:
    """What beginning anew comes to."""
    total = len(offer.record.pictures)
    return f"Run all {_pictures(total)} into a new folder; that run stays as it is"


def _began(started: str) -> str:
    try:
        local = datetime.fromisoformat(started).astimezone()
    except (ValueError, OverflowError, OSError):
        return "before"
    return f"on {day_text(local, datetime.now().astimezone())}, at {local:%H:%M},"


def _pixels(number: int | None) -> str:
    return counted(number or 0, "pixel", "pixels")
