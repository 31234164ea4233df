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
    differ_in_normalisation,
    normalisation_of,
    normalisations_for,
    recipe_of,
    recipe_rows,
    scaling_of,
    with_color_order,
    with_normalisation,
    with_recipe,
    with_scaling,
)
from ailab.services.inference.sheet_draft import SheetDraft

GREY_RECIPES = [recipe for row in recipe_rows("grey") for recipe in row]
EVERY_RECIPE = [*RECIPES, *GREY_RECIPES]
PIXEL = np.array([200.0, 100.0, 50.0])  # red, green, blue


def seen(draft: SheetDraft) -> np.ndarray:
    """What a network sees of a pixel, red first."""
    values = PIXEL if draft.color_order == "RGB" else PIXEL[::-1]
    mean, std = np.array(draft.mean or (0.0,) * 3), np.array(draft.std or (1.0,) * 3)
    out: np.ndarray = (values * draft.scale - mean) / std
    return out if draft.color_order == "RGB" else out[::-1]


@pytest.mark.parametrize("recipe", EVERY_RECIPE)
@pytest.mark.parametrize("before", EVERY_RECIPE)
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
    clip = (PIXEL / 255 - [0.48145466, 0.4578275, 0.40821073]) / [
        0.26862954,
        0.26130258,
        0.27577711,
    ]
    for order in ("RGB", "BGR"):
        found = seen(with_recipe(draft, Recipe(Scaling.UNIT, Normalisation.CLIP, order)))
        np.testing.assert_allclose(found, clip)
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


def test_that_clips_mean_is_not_taken_for_imagenets() -> None:
    draft = SheetDraft(mean=(0.4815, 0.4578, 0.4082), std=(0.2686, 0.2613, 0.2758))
    assert normalisation_of(draft) is Normalisation.CLIP


def test_that_grey_has_one_mean_and_what_is_usual_for_it() -> None:
    mnist = with_recipe(SheetDraft(), Recipe(Scaling.UNIT, Normalisation.MNIST, "grey", True))
    assert (mnist.color_order, mnist.is_inverted) == ("grey", True)
    assert (mnist.scale, mnist.mean, mnist.std) == (1 / 255, (0.1307,), (0.3081,))
    assert with_scaling(mnist, Scaling.SIGNED).mean == (1.0,)
    assert with_scaling(mnist, Scaling.BYTE).mean == pytest.approx((33.3285,), abs=1e-3)
    assert normalisations_for("grey") == (
        Normalisation.NONE,
        Normalisation.MNIST,
        Normalisation.OWN,
    )
    assert Normalisation.MNIST not in normalisations_for("RGB")
    assert normalisations_for("Y") == (Normalisation.NONE, Normalisation.OWN)


def test_that_between_colours_and_grey_a_mean_of_ones_own_is_averaged() -> None:
    own = SheetDraft(mean=(0.1, 0.2, 0.6), std=(1.0, 2.0, 3.0))
    grey = with_color_order(own, "grey")
    assert grey.mean == pytest.approx((0.3,))
    assert grey.std == (2.0,)
    assert with_color_order(grey, "RGB").std == (2.0, 2.0, 2.0)
    usual = with_normalisation(SheetDraft(), Normalisation.IMAGENET)
    assert with_color_order(usual, "grey").mean is None
    signed = with_scaling(SheetDraft(), Scaling.SIGNED)
    assert scaling_of(with_color_order(signed, "grey")) is Scaling.SIGNED


def test_that_grey_and_colours_are_compared_by_recipes_of_their_own() -> None:
    draft = SheetDraft()
    assert differ_in_normalisation(draft, with_color_order(draft, "BGR"))
    assert not differ_in_normalisation(draft, with_color_order(draft, "grey"))
    assert not differ_in_normalisation(draft, replace(draft, width=8))
    grey = with_color_order(draft, "grey")
    assert differ_in_normalisation(grey, replace(grey, is_inverted=True))
