"""What networks are trained with: the usual ranges of values and the usual mean colours.

ImageNet's mean and deviation are those of torchvision's models
(https://docs.pytorch.org/vision/stable/models.html), Caffe's mean that of its reference models
(https://github.com/BVLC/caffe/tree/master/models), in the order B, G, R there.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import Enum
from math import isclose

from ailab.services.inference.sheet_draft import SheetDraft

_MEAN, _STD = (0.485, 0.456, 0.406), (0.229, 0.224, 0.225)
_CAFFE_MEAN = (123.0, 117.0, 104.0)
_UNIT, _SIGNED = 1 / 255, 1 / 127.5


class Scaling(Enum):
    """Which range the values 0 to 255 are brought to, before a mean is taken off."""

    UNIT = "0 to 1"
    BYTE = "0 to 255"
    SIGNED = "-1 to 1"
    OTHER = "another"


class Normalisation(Enum):
    """What is taken off and divided by, per channel."""

    NONE = "none"
    IMAGENET = "imagenet"
    CAFFE = "caffe"
    OWN = "own"


@dataclass(frozen=True, slots=True)
class Recipe:
    """A usual way to normalise."""

    scaling: Scaling
    normalisation: Normalisation
    color_order: str


RECIPES = tuple(
    Recipe(scaling, normalisation, color_order)
    for scaling, normalisation in (
        (Scaling.UNIT, Normalisation.NONE),
        (Scaling.BYTE, Normalisation.NONE),
        (Scaling.SIGNED, Normalisation.NONE),
        (Scaling.UNIT, Normalisation.IMAGENET),
        (Scaling.BYTE, Normalisation.CAFFE),
    )
    for color_order in ("RGB", "BGR")
)
"""The usual ones, the commonest first; each for both orders of the colours."""


def scaling_of(draft: SheetDraft) -> Scaling:
    """Which range a draft's scale and mean bring the values to."""
    if _is_signed(draft):
        return Scaling.SIGNED
    if isclose(draft.scale, _UNIT, rel_tol=1e-3):
        return Scaling.UNIT
    return Scaling.BYTE if draft.scale == 1 else Scaling.OTHER


def normalisation_of(draft: SheetDraft) -> Normalisation:
    """Which of the usual ones a draft's mean and deviation are."""
    if (draft.mean is None and draft.std is None) or _is_signed(draft):
        return Normalisation.NONE
    for each in (Normalisation.IMAGENET, Normalisation.CAFFE):
        usual = _values(each, scaling_of(draft), draft.color_order)
        if usual is not None and _alike(draft.mean, usual[0]) and _alike(draft.std, usual[1]):
            return each
    return Normalisation.OWN


def recipe_of(draft: SheetDraft) -> Recipe:
    """How a draft normalises."""
    return Recipe(scaling_of(draft), normalisation_of(draft), draft.color_order)


def with_recipe(draft: SheetDraft, recipe: Recipe) -> SheetDraft:
    """A draft that normalises as a recipe says."""
    draft = with_scaling(replace(draft, color_order=recipe.color_order), recipe.scaling)
    return with_normalisation(draft, recipe.normalisation)


def with_scaling(draft: SheetDraft, scaling: Scaling) -> SheetDraft:
    """A draft with another range; a usual mean goes along where the range allows for it."""
    if scaling is scaling_of(draft) or scaling is Scaling.OTHER:
        return draft
    if scaling is Scaling.SIGNED:
        return replace(draft, scale=_SIGNED, mean=(1.0, 1.0, 1.0), std=None)
    kept = normalisation_of(draft)
    bare = replace(draft, scale=_UNIT if scaling is Scaling.UNIT else 1.0)
    if kept is Normalisation.OWN:
        return bare
    usual = _values(kept, scaling, draft.color_order)
    mean, std = usual or (None, None)
    return replace(bare, mean=mean, std=std)


def with_normalisation(draft: SheetDraft, normalisation: Normalisation) -> SheetDraft:
    """A draft with another mean and deviation, in a range that suits them."""
    if normalisation is normalisation_of(draft):
        return draft
    if normalisation is Normalisation.OWN:
        # To begin with: what is taken off and divided by now, so that nothing changes yet.
        if _is_signed(draft):
            half = (0.5, 0.5, 0.5)
            return replace(draft, scale=_UNIT, mean=half, std=half)
        return replace(draft, mean=draft.mean or (0.0,) * 3, std=draft.std or (1.0,) * 3)
    if normalisation is Normalisation.NONE:
        return replace(draft, mean=None, std=None)
    scaling = scaling_of(draft)
    usual = _values(normalisation, scaling, draft.color_order)
    if usual is None:
        scaling = Scaling.UNIT if normalisation is Normalisation.IMAGENET else Scaling.BYTE
        draft = replace(draft, scale=_UNIT if scaling is Scaling.UNIT else 1.0)
        usual = _values(normalisation, scaling, draft.color_order)
    mean, std = usual or (None, None)
    return replace(draft, mean=mean, std=std)


def with_color_order(draft: SheetDraft, color_order: str) -> SheetDraft:
    """A draft with the colours in another order; a usual mean stays with its colours."""
    kept = normalisation_of(draft)
    turned = replace(draft, color_order=color_order)
    if color_order == draft.color_order or kept in {Normalisation.NONE, Normalisation.OWN}:
        return turned
    mean, std = _values(kept, scaling_of(draft), color_order) or (None, None)
    return replace(turned, mean=mean, std=std)


_Channels = tuple[float, ...] | None


def _values(
    normalisation: Normalisation, scaling: Scaling, color_order: str
) -> tuple[_Channels, _Channels] | None:
    """Mean and deviation in a range; None where they do not go together."""
    if normalisation is Normalisation.NONE:
        return None, None
    if normalisation is Normalisation.IMAGENET and scaling is Scaling.UNIT:
        return _ordered(_MEAN, color_order), _ordered(_STD, color_order)
    if normalisation is Normalisation.IMAGENET and scaling is Scaling.BYTE:
        mean, std = (tuple(round(v * 255, 3) for v in values) for values in (_MEAN, _STD))
        return _ordered(mean, color_order), _ordered(std, color_order)
    if normalisation is Normalisation.CAFFE and scaling is Scaling.BYTE:
        return _ordered(_CAFFE_MEAN, color_order), None
    return None


def _ordered(values: tuple[float, ...], color_order: str) -> tuple[float, ...]:
    return values if color_order == "RGB" else values[::-1]


def _is_signed(draft: SheetDraft) -> bool:
    if isclose(draft.scale, _SIGNED, rel_tol=1e-3):
        return _alike(draft.mean, (1.0, 1.0, 1.0)) and draft.std is None
    half = (0.5, 0.5, 0.5)
    is_unit = isclose(draft.scale, _UNIT, rel_tol=1e-3)
    return is_unit and _alike(draft.mean, half) and _alike(draft.std, half)


def _alike(values: _Channels, others: _Channels) -> bool:
    if values is None or others is None:
        return values is others
    return all(isclose(a, b, rel_tol=1e-2) for a, b in zip(values, others, strict=True))
