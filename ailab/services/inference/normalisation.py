"""What networks are trained with: the usual ranges of values and the usual mean colours.

ImageNet's mean and deviation are those of torchvision's models
(https://docs.pytorch.org/vision/stable/models.html), CLIP's those of OpenAI's
(https://github.com/openai/CLIP/blob/main/clip/clip.py), Caffe's mean that of its reference models
(https://github.com/BVLC/caffe/tree/master/models), in the order B, G, R there, and MNIST's those of
PyTorch's example (https://github.com/pytorch/examples/tree/main/mnist), of grey.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import Enum
from math import isclose
from types import MappingProxyType

from ailab.services.inference.color_order import BGR, GREY, RGB, channels_of
from ailab.services.inference.sheet_draft import SheetDraft

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
    CLIP = "clip"
    CAFFE = "caffe"
    MNIST = "mnist"
    OWN = "own"


@dataclass(frozen=True, slots=True)
class Recipe:
    """A usual way to normalise."""

    scaling: Scaling
    normalisation: Normalisation
    color_order: str
    is_inverted: bool = False


_Channels = tuple[float, ...] | None


@dataclass(frozen=True, slots=True)
class _Usual:
    """A usual mean and deviation, red first, and the range that they are told in."""

    scaling: Scaling
    mean: tuple[float, ...]
    std: _Channels = None


_USUAL: Mapping[Normalisation, _Usual] = MappingProxyType(
    {
        Normalisation.IMAGENET: _Usual(Scaling.UNIT, (0.485, 0.456, 0.406), (0.229, 0.224, 0.225)),
        Normalisation.CLIP: _Usual(
            Scaling.UNIT,
            (0.48145466, 0.4578275, 0.40821073),
            (0.26862954, 0.26130258, 0.27577711),
        ),
        Normalisation.CAFFE: _Usual(Scaling.BYTE, (123.0, 117.0, 104.0)),
        Normalisation.MNIST: _Usual(Scaling.UNIT, (0.1307,), (0.3081,)),
    }
)

_ROWS = tuple(
    tuple(Recipe(scaling, normalisation, color_order) for color_order in (RGB, BGR))
    for scaling, normalisation in (
        (Scaling.UNIT, Normalisation.NONE),
        (Scaling.BYTE, Normalisation.NONE),
        (Scaling.SIGNED, Normalisation.NONE),
        (Scaling.UNIT, Normalisation.IMAGENET),
        (Scaling.UNIT, Normalisation.CLIP),
        (Scaling.BYTE, Normalisation.CAFFE),
    )
)
_GREY_ROWS = tuple(
    tuple(Recipe(scaling, normalisation, GREY, is_inverted) for is_inverted in (False, True))
    for scaling, normalisation in (
        (Scaling.UNIT, Normalisation.NONE),
        (Scaling.BYTE, Normalisation.NONE),
        (Scaling.SIGNED, Normalisation.NONE),
        (Scaling.UNIT, Normalisation.MNIST),
    )
)
RECIPES = tuple(recipe for row in _ROWS for recipe in row)
"""The usual ones for colours, the commonest first; each for both orders of the colours."""


def recipe_rows(color_order: str) -> tuple[tuple[Recipe, ...], ...]:
    """The usual ones for what a network takes, the commonest first.

    Returns:
        Rows of two that normalise alike: in both orders of the colours, or of grey, as it is and
        inverted.
    """
    return _GREY_ROWS if color_order == GREY else _ROWS


def normalisations_for(color_order: str) -> tuple[Normalisation, ...]:
    """What can be taken off and divided by."""
    return tuple(
        each for each in Normalisation if each not in _USUAL or _suits(_USUAL[each], color_order)
    )


def differ_in_normalisation(one: SheetDraft, other: SheetDraft) -> bool:
    """True where nothing else tells two drafts apart, and the same recipes are for both."""
    rows = recipe_rows(one.color_order)
    plain = rows[0][0]
    is_alike = with_recipe(one, plain) == with_recipe(other, plain)
    return is_alike and rows is recipe_rows(other.color_order)


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
    for each in _USUAL:
        usual = _values(each, scaling_of(draft), draft.color_order)
        if usual is not None and _alike(draft.mean, usual[0]) and _alike(draft.std, usual[1]):
            return each
    return Normalisation.OWN


def recipe_of(draft: SheetDraft) -> Recipe:
    """How a draft normalises."""
    normalisation = normalisation_of(draft)
    return Recipe(scaling_of(draft), normalisation, draft.color_order, draft.is_inverted)


def with_recipe(draft: SheetDraft, recipe: Recipe) -> SheetDraft:
    """A draft that normalises as a recipe says."""
    turned = replace(with_color_order(draft, recipe.color_order), is_inverted=recipe.is_inverted)
    return with_normalisation(with_scaling(turned, recipe.scaling), recipe.normalisation)


def with_scaling(draft: SheetDraft, scaling: Scaling, *, is_own: bool = False) -> SheetDraft:
    """A draft with another range; a usual mean goes along where the range allows for it.

    Args:
        draft: what is done so far.
        scaling: the range.
        is_own: mean and deviation are of one's own and stay, also where they are the usual ones.
    """
    if scaling is Scaling.OTHER or (scaling is scaling_of(draft) and not is_own):
        return draft
    if scaling is Scaling.SIGNED:
        return replace(draft, scale=_SIGNED, mean=_each(1.0, draft), std=None)
    kept = Normalisation.OWN if is_own else normalisation_of(draft)
    bare = replace(draft, scale=_UNIT if scaling is Scaling.UNIT else 1.0)
    if kept is Normalisation.OWN:
        return bare
    usual = _values(kept, scaling, draft.color_order)
    mean, std = usual or (None, None)
    return replace(bare, mean=mean, std=std)


def with_normalisation(
    draft: SheetDraft, normalisation: Normalisation, *, is_own: bool = False
) -> SheetDraft:
    """A draft with another mean and deviation, in a range that suits them.

    Args:
        draft: what is done so far.
        normalisation: what is to be taken off and divided by.
        is_own: what is so far is of one's own, also where it is what is usual.
    """
    if normalisation is (Normalisation.OWN if is_own else normalisation_of(draft)):
        return draft
    if normalisation is Normalisation.OWN:
        # To begin with: what is taken off and divided by now, so that nothing changes yet.
        if _is_signed(draft):
            return replace(draft, scale=_UNIT, mean=_each(0.5, draft), std=_each(0.5, draft))
        return replace(
            draft, mean=draft.mean or _each(0.0, draft), std=draft.std or _each(1.0, draft)
        )
    if normalisation is Normalisation.NONE:
        return replace(draft, mean=None, std=None)
    usual = _values(normalisation, scaling_of(draft), draft.color_order)
    if usual is None:
        scaling = _USUAL[normalisation].scaling
        draft = replace(draft, scale=_UNIT if scaling is Scaling.UNIT else 1.0)
        usual = _values(normalisation, scaling, draft.color_order)
    mean, std = usual or (None, None)
    return replace(draft, mean=mean, std=std)


def with_color_order(draft: SheetDraft, color_order: str, *, is_own: bool = False) -> SheetDraft:
    """A draft with the colours in another order; a usual mean stays with its colours.

    Between colours and grey, a mean and a deviation of one's own become their average, and stand
    for each colour.

    Args:
        draft: what is done so far.
        color_order: the order.
        is_own: mean and deviation are of one's own, also where they are the usual ones.
    """
    if color_order == draft.color_order:
        return draft
    kept = Normalisation.OWN if is_own else normalisation_of(draft)
    turned = replace(draft, color_order=color_order)
    if kept in _USUAL:
        mean, std = _values(kept, scaling_of(draft), color_order) or (None, None)
        return replace(turned, mean=mean, std=std)
    count = channels_of(color_order)
    return replace(turned, mean=_spread(draft.mean, count), std=_spread(draft.std, count))


def _values(
    normalisation: Normalisation, scaling: Scaling, color_order: str
) -> tuple[_Channels, _Channels] | None:
    """Mean and deviation in a range; None where they do not go together."""
    if normalisation is Normalisation.NONE:
        return None, None
    usual = _USUAL.get(normalisation)
    if usual is None or not _suits(usual, color_order):
        return None
    if scaling is usual.scaling:
        return _ordered(usual.mean, color_order), _ordered(usual.std, color_order)
    if (usual.scaling, scaling) == (Scaling.UNIT, Scaling.BYTE):
        mean, std = (
            None if values is None else tuple(round(value * 255, 3) for value in values)
            for values in (usual.mean, usual.std)
        )
        return _ordered(mean, color_order), _ordered(std, color_order)
    return None


def _suits(usual: _Usual, color_order: str) -> bool:
    is_of_grey = len(usual.mean) == 1
    return color_order == GREY if is_of_grey else color_order in {RGB, BGR}


def _ordered(values: _Channels, color_order: str) -> _Channels:
    return values[::-1] if values is not None and color_order == BGR else values


def _each(value: float, draft: SheetDraft) -> tuple[float, ...]:
    return (value,) * channels_of(draft.color_order)


def _spread(values: _Channels, count: int) -> _Channels:
    if values is None or len(values) == count:
        return values
    return (sum(values) / len(values),) * count


def _is_signed(draft: SheetDraft) -> bool:
    if isclose(draft.scale, _SIGNED, rel_tol=1e-3):
        return _alike(draft.mean, _each(1.0, draft)) and draft.std is None
    half = _each(0.5, draft)
    is_unit = isclose(draft.scale, _UNIT, rel_tol=1e-3)
    return is_unit and _alike(draft.mean, half) and _alike(draft.std, half)


def _alike(values: _Channels, others: _Channels) -> bool:
    if values is None or others is None:
        return values is others
    if len(values) != len(others):
        return False
    return all(isclose(a, b, rel_tol=1e-2) for a, b in zip(values, others, strict=True))
