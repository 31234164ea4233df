"""The usual ranges and means, recognised and chosen."""

from __future__ import annotations

from dataclasses import replace
from itertools import product

import numpy as np
import pytest

from ailab.services.inference.normalisation import (
    RECIPES,
    Normalisation,
    Recipe,
    Scaling,
    normalisation_of,
    recipe_of,
    scaling_of,
    with_color_order,
    with_normalisation,
    with_recipe,
    with_scaling,
)
from ailab.services.inference.sheet_draft import SheetDraft

PIXEL = np.array([200.0, 100.0, 50.0])  # red, green, blue


def seen(draft: SheetDraft) -> np.ndarray:
    """What a network sees of a pixel, red first."""
    values = PIXEL if draft.color_order == "RGB" else PIXEL[::-1]
    mean, std = np.array(draft.mean or (0.0,) * 3), np.array(draft.std or (1.0,) * 3)
    out: np.ndarray = (values * draft.scale - mean) / std
    return out if draft.color_order == "RGB" else out[::-1]


@pytest.mark.parametrize("recipe", RECIPES)
@pytest.mark.parametrize("before", RECIPES)
def test_that_what_is_chosen_is_recognised_whatever_was_before(
    recipe: Recipe, before: Recipe
) -> None:
    assert recipe_of(with_recipe(with_recipe(SheetDraft(), before), recipe)) == recipe


def test_that_the_numbers_are_those_of_the_usual_ones() -> None:
    draft = SheetDraft()
    np.testing.assert_allclose(seen(draft), PIXEL / 255)
    np.testing.assert_allclose(seen(with_scaling(draft, Scaling.BYTE)), PIXEL)
    np.testing.assert_allclose(seen(with_scaling(draft, Scaling.SIGNED)), PIXEL / 127.5 - 1)
    imagenet = (PIXEL / 255 - [0.485, 0.456, 0.406]) / [0.229, 0.224, 0.225]
    for order, scaling in product(("RGB", "BGR"), (Scaling.UNIT, Scaling.BYTE)):
        ready = with_scaling(replace(draft, color_order=order), scaling)
        found = seen(with_normalisation(ready, Normalisation.IMAGENET))
        np.testing.assert_allclose(found, imagenet, atol=1e-4)
    caffe = with_recipe(draft, Recipe(Scaling.BYTE, Normalisation.CAFFE, "BGR"))
    np.testing.assert_allclose(seen(caffe), PIXEL - [123, 117, 104])


def test_that_a_usual_mean_stays_with_its_colours() -> None:
    draft = with_normalisation(SheetDraft(), Normalisation.IMAGENET)
    turned = with_color_order(draft, "BGR")
    assert turned.mean == (0.406, 0.456, 0.485)
    assert normalisation_of(turned) is Normalisation.IMAGENET
    own = replace(draft, mean=(0.1, 0.2, 0.3))
    assert with_color_order(own, "BGR").mean == (0.1, 0.2, 0.3)


def test_that_own_values_begin_as_what_is_done_now() -> None:
    for recipe in RECIPES:
        draft = with_recipe(SheetDraft(), recipe)
        own = with_normalisation(draft, Normalisation.OWN)
        np.testing.assert_allclose(seen(own), seen(draft), atol=1e-6)


def test_that_the_means_of_transformers_files_are_recognised() -> None:
    half = (0.5, 0.5, 0.5)
    draft = SheetDraft(mean=half, std=half)
    assert (scaling_of(draft), normalisation_of(draft)) == (Scaling.SIGNED, Normalisation.NONE)
    assert scaling_of(SheetDraft(scale=0.017)) is Scaling.OTHER
