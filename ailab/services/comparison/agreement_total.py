"""How far two runs agree on all of their pictures."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from statistics import fmean
from types import MappingProxyType

from ailab.services.comparison.agreement import (
    Agreement,
    ClassAgreement,
    DepthAgreement,
    ImageAgreement,
    PointAgreement,
    RegionAgreement,
    ThingAgreement,
    VectorAgreement,
    WordAgreement,
)
from ailab.services.comparison.agreement_figures import (
    Figures,
    Labels,
    agreement_figures,
    match_figures,
)
from ailab.services.comparison.label_sums import summed


@dataclass(frozen=True, slots=True)
class AgreementTotal:
    """The sums and means over pictures.

    Attributes:
        pictures: how many were compared.
        figures: by name, what can be told in one number; None where nothing is to be told, such
            as a mean of none.
        labels: each label of boxes, masks, places or pixels, over all pictures; None where results
            have no such.
    """

    pictures: int
    figures: Figures
    labels: Labels | None = None


def total_of(agreements: Sequence[Agreement]) -> AgreementTotal:
    """Sum up what came of pictures; those of another kind than the first are left out.

    Things, points, pixels and words are summed, so that a picture counts by how much is in it; of
    scores, correlations, cosines and pictures made it is the mean over the pictures.
    """
    kind = type(agreements[0]) if agreements else None
    alike = [each for each in agreements if type(each) is kind]
    figures, labels = _figures(alike)
    return AgreementTotal(len(alike), MappingProxyType(dict(figures)), labels)


def _figures(alike: Sequence[Agreement]) -> tuple[Figures, Labels | None]:
    if things := [each for each in alike if isinstance(each, ThingAgreement)]:
        return _things(things)
    if regions := [each for each in alike if isinstance(each, RegionAgreement)]:
        pixels = summed(each for one in regions for each in one.labels)
        counts = (sum(each.pixels for each in regions), sum(each.same for each in regions))
        return agreement_figures(RegionAgreement(*counts, pixels)), pixels
    if words := [each for each in alike if isinstance(each, WordAgreement)]:
        return _words(words)
    if points := [each for each in alike if isinstance(each, PointAgreement)]:
        return _points(points), None
    return _means(alike), None


def _things(things: Iterable[ThingAgreement]) -> tuple[Figures, Labels | None]:
    labels = summed(each for one in things for each in one.labels)
    return match_figures(ThingAgreement(labels).total), labels


def _words(words: Sequence[WordAgreement]) -> tuple[Figures, Labels | None]:
    figures = {
        "same_texts": sum(each.is_same for each in words),
        "words_in_both": sum(each.both for each in words),
        "words_only_a": sum(each.only_a for each in words),
        "words_only_b": sum(each.only_b for each in words),
    }
    places = [each.places for each in words if each.places is not None]
    if not places:
        return figures, None
    matches, labels = _things(places)
    return {**figures, **matches}, labels


def _points(points: Sequence[PointAgreement]) -> Figures:
    whole = PointAgreement(
        sum(each.matched for each in points),
        sum(each.only_a for each in points),
        sum(each.only_b for each in points),
        sum(each.points for each in points),
        sum(each.distance for each in points),
    )
    return agreement_figures(whole)


def _means(alike: Sequence[Agreement]) -> Figures:
    match alike:
        case [ClassAgreement(), *_]:
            classes = [each for each in alike if isinstance(each, ClassAgreement)]
            return {
                "same_class": sum(each.is_same for each in classes),
                "mean_score_difference": _mean(each.difference for each in classes),
            }
        case [DepthAgreement(), *_]:
            depths = [each for each in alike if isinstance(each, DepthAgreement)]
            return {
                "mean_correlation": _mean(each.correlation for each in depths),
                "least_correlation": _least(each.correlation for each in depths),
                "mean_difference": _mean(each.difference for each in depths),
                "mean_relative_difference": _mean(each.relative for each in depths),
            }
        case [VectorAgreement(), *_]:
            cosines = [each.cosine for each in alike if isinstance(each, VectorAgreement)]
            return {"mean_cosine": _mean(cosines), "least_cosine": _least(cosines)}
        case [ImageAgreement(), *_]:
            images = [each for each in alike if isinstance(each, ImageAgreement)]
            return {
                "identical": sum(each.psnr is None for each in images),
                "mean_difference": _mean(each.difference for each in images),
                "mean_psnr": _mean(each.psnr for each in images),
            }
        case _:
            return {}


def _mean(numbers: Iterable[float | None]) -> float | None:
    known = [each for each in numbers if each is not None]
    return fmean(known) if known else None


def _least(numbers: Iterable[float | None]) -> float | None:
    return min((each for each in numbers if each is not None), default=None)
