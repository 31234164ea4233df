"""A sheet in a terminal: changed as typed, tried on a picture, printed."""

from __future__ import annotations

import argparse
import json
import sys
from dataclasses import dataclass, replace
from typing import Any

from ailab.cli_bare import ports_json
from ailab.cli_lines import print_line, tell_line
from ailab.lab import Lab
from ailab.services.images.picture_files import matching_files
from ailab.services.inference.guess_words import looks_like
from ailab.services.inference.inference_errors import ModelFileError
from ailab.services.inference.sheet_draft import SheetDraft
from ailab.services.inference.sheet_fit import misfit
from ailab.services.inference.sheet_json import sheet_text
from ailab.services.inference.sheet_settings import with_settings
from ailab.services.inference.sheets import OpenedSheet
from ailab.services.inference.text_readers import TEXT_LINE
from ailab.services.inference.usual_names import usual_names
from ailab.services.problem import Problem
from ailab.viewmodels.prediction_text import summary
from ailab.viewmodels.sheet_editor_state import SheetEditorState
from ailab.viewmodels.sheet_trials import tried

_USUAL = frozenset({"coco", "imagenet"})
_OTHERWISE = "Change its description with --set."


@dataclass(frozen=True, slots=True)
class SheetTrial:
    """What came of a picture.

    Attributes:
        picture: its path.
        words: what was found; empty where nothing came.
        problem: why nothing came; None where something did.
        notes: what there is to say of the sheet, or of what was found, beside.
    """

    picture: str
    words: str = ""
    problem: Problem | None = None
    notes: tuple[str, ...] = ()


async def changed(lab: Lab, opened: OpenedSheet, options: argparse.Namespace) -> SheetDraft:
    """The sheet with what the person has typed and the names that were chosen.

    Raises:
        ModelFileError: there is no such field, value, or file of names.
    """
    draft = opened.draft
    if options.sheet is not None:
        draft = await lab.sheets.take(opened.path, options.sheet)
    draft = with_settings(draft, options.settings)
    if options.names is None:
        return draft
    if options.names not in _USUAL:
        are_characters = draft.decoder == TEXT_LINE
        names = await lab.sheets.names(options.names, are_characters=are_characters)
        return replace(draft, labels=names, label_file="")
    usual = usual_names(opened.usual, opened.outline, draft)
    if usual is None or usual.word != options.names:
        raise ModelFileError(
            f"Nothing suggests that its classes are those that --names {options.names} means.",
            "Give the path of a text file that has the names, one a line.",
        )
    return replace(draft, labels=usual.names, label_file="")


async def check(lab: Lab, opened: OpenedSheet, draft: SheetDraft, picture: str) -> SheetTrial:
    """Refuse what cannot run, and try the rest on a picture where there is one.

    Args:
        lab: whose sheets and worker are asked.
        opened: the file.
        draft: what its sheet is to say.
        picture: path; empty for none.

    Raises:
        ModelFileError: the draft says something wrong, or too little.
    """
    if not draft.task or not draft.decoder:
        raise ModelFileError(
            f"Nothing tells what {opened.outline.path} does.",
            "Say it: --set decoder=yolo-rows, or another one that ailab docs sheet lists.",
        )
    model = await lab.sheets.describe(opened.path, draft)
    state = SheetEditorState(opened.path, opened, draft)  # what the window would say against it
    if against := state.mistake or misfit(opened.outline, draft):
        raise ModelFileError(f"The sheet does not fit. {against}", "Give it with --set.")
    if against := state.objection:  # names of other classes
        raise ModelFileError(
            f"The sheet does not fit. {against}",
            "Give --names a text file that has a name for each, one a line.",
        )
    notes = (state.caution,) if state.caution else ()
    if not picture:
        return SheetTrial("", notes=notes)
    found = matching_files(picture)
    result, refusal = await tried(lab.worker, model, found[0] if found else picture)
    if result.prediction is None:
        problem = result.problem if refusal is None else replace(refusal, advice=_OTHERWISE)
        return SheetTrial(picture, problem=problem, notes=notes)
    words = summary(result.prediction.above(model.default_threshold))
    return SheetTrial(picture, words, notes=(*notes, *result.notes))


def tell_trial_notes(trial: SheetTrial) -> None:
    """Write what there is to say of a sheet beside, to standard error."""
    for note in trial.notes:
        tell_line(f"ailab: {note}")


def print_sheet(
    opened: OpenedSheet, draft: SheetDraft, trial: SheetTrial, *, is_json: bool
) -> None:
    """Write a sheet to standard output, and what there is to say of it beside."""
    usual = usual_names(opened.usual, opened.outline, draft)
    if usual is not None and draft.label_file:
        usual = None
    if is_json:
        problem = trial.problem
        tried_on: dict[str, Any] = {
            "picture": trial.picture,
            "found": trial.words or None,
            "problem": None if problem is None else problem.message,
            "notes": list(trial.notes),
        }
        answer = {
            "path": opened.path,
            "sheet_is_a_guess": not opened.is_there or bool(opened.problems),
            "looks_like": looks_like(opened.outline, opened.outline.path) or None,
            "problems": list(opened.problems),
            "notes": list(opened.notes),
            "usual_names": None if usual is None else usual.word,
            "sheet": draft.fields(),
            "trial": tried_on if trial.picture else None,
        }
        print_line(json.dumps(answer | ports_json(opened.outline), indent=2))
        return
    # What is wrong in the sheet there, or all of it where it is none, is guessed instead.
    is_guess = not opened.is_there or bool(opened.problems)
    looks = looks_like(opened.outline, opened.outline.path) if is_guess else ""
    lines = [*opened.problems, *([f"It looks like {looks}."] if looks else [])]
    lines += opened.notes if is_guess else ()
    if not draft.task or not draft.decoder:
        lines.append("The file does not tell what it does: task and decoder are open.")
    if usual is not None and draft.labels == usual.names != opened.draft.labels:
        lines.append(usual.guess)
    elif usual is not None and not draft.labels:
        lines.append(
            f"{usual.offer}; they go by number unless --names {usual.word} gives them those. "
            f"{usual.guess}"
        )
    for line in lines:
        tell_line(f"ailab: {line}")
    print_line(sheet_text(draft.fields()).rstrip("\n"))
    sys.stdout.flush()
    if trial.words:
        tell_line(f"{trial.picture}: {trial.words}")
