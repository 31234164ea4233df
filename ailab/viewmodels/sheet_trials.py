"""A sheet under way, tried on a picture, and the usual normalisations beside it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace

from ailab.services.inference.inference import Inference
from ailab.services.inference.inference_errors import DescriptionError, WorkerError
from ailab.services.inference.normalisation import Recipe, recipe_rows, with_recipe
from ailab.services.inference.picture_result import PictureResult
from ailab.services.inference.runnable_model import RunnableModel
from ailab.services.inference.sheet_draft import SheetDraft
from ailab.services.inference.sheets import Sheets
from ailab.services.lab_error import LabError
from ailab.services.problem import Problem
from ailab.services.results.small_picture import small_picture
from ailab.viewmodels.sheet_trial import Trial
from ailab.viewmodels.sheet_words import trial_of

_CHANGE_IT = "Change what is chosen here until it runs, or cancel."
_LONGEST_SIDE = 192
"""Pixels; more than twice what is shown of it, so that it is sharp on every screen."""


async def tried(
    inference: Inference, model: RunnableModel, picture: str
) -> tuple[PictureResult, Problem | None]:
    """What comes of a picture, and why the network does not run as its sheet says, if so."""
    try:
        threshold = model.default_threshold
        return await inference.predict(model, picture, threshold=threshold, save_to=None), None
    except DescriptionError as error:
        refusal = Problem(error.message, _CHANGE_IT)
        return PictureResult(picture, problem=refusal), refusal
    except LabError as error:
        return PictureResult(picture, problem=Problem.of(error)), None


async def recipe_trials(
    sheets: Sheets, inference: Inference, path: str, draft: SheetDraft, picture: str
) -> AsyncIterator[tuple[Recipe, Trial]]:
    """Run a network with each of the usual normalisations, one after the other.

    Args:
        sheets: describes the network.
        inference: runs it.
        path: of the `.onnx` file.
        draft: what else its sheet says.
        picture: path of the picture.

    Raises:
        WorkerError: the worker ended.
    """
    for recipe in (each for row in recipe_rows(draft.color_order) for each in row):
        try:
            model = await sheets.describe(path, with_recipe(draft, recipe))
            threshold = model.default_threshold
            result = await inference.predict(model, picture, threshold=threshold, save_to=None)
            small = await asyncio.to_thread(small_picture, result, _LONGEST_SIDE)
            trial = replace(trial_of(result, threshold), picture=small)
        except WorkerError:
            raise
        except LabError as error:
            trial = Trial("did not run", error.message)
        yield recipe, trial
