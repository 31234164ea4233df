"""What is told of an agreement in numbers, by the names that files give them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeAlias

from ailab.services.comparison.agreement import (
    Agreement,
    ClassAgreement,
    DepthAgreement,
    ImageAgreement,
    LabelMatches,
    LabelPixels,
    PointAgreement,
    RegionAgreement,
    ThingAgreement,
    VectorAgreement,
    WordAgreement,
)

Figure: TypeAlias = str | int | float | None
Figures: TypeAlias = Mapping[str, Figure]
Labels: TypeAlias = tuple[LabelMatches, ...] | tuple[LabelPixels, ...]


def agreement_figures(agreement: Agreement) -> Figures:
    """Of a picture as a whole; None for what cannot be told, such as a mean of none."""
    match agreement:
        case ClassAgreement():
            return {
                "label_a": agreement.label_a,
                "score_a": agreement.score_a,
                "label_b": agreement.label_b,
                "score_b": agreement.score_b,
                "same": agreement.is_same,
                "score_difference": agreement.difference,
            }
        case ThingAgreement():
            return match_figures(agreement.total)
        case RegionAgreement():
            return {"same_pixels": agreement.share, "mean_iou": agreement.mean_iou}
        case DepthAgreement(correlation, difference, relative):
            return {
                "correlation": correlation,
                "difference": difference,
                "relative_difference": relative,
            }
        case WordAgreement():
            return {
                "same": agreement.is_same,
                "words_in_both": agreement.both,
                "words_only_a": agreement.only_a,
                "words_only_b": agreement.only_b,
                **(match_figures(agreement.places.total) if agreement.places else {}),
            }
        case PointAgreement():
            return {
                "matched": agreement.matched,
                "only_a": agreement.only_a,
                "only_b": agreement.only_b,
                "points": agreement.points,
                "mean_distance": agreement.mean_distance,
            }
        case VectorAgreement(cosine):
            return {"cosine": cosine}
        case ImageAgreement(difference=difference):
            return {"difference": difference, "psnr": agreement.psnr}


def agreement_labels(agreement: Agreement) -> Labels | None:
    """The labels of a picture, the most frequent or largest first; None where it has no such."""
    if isinstance(agreement, ThingAgreement | RegionAgreement):
        return agreement.labels
    if isinstance(agreement, WordAgreement) and agreement.places is not None:
        return agreement.places.labels
    return None


def label_figures(label: LabelMatches | LabelPixels) -> Figures:
    """What is told of one label."""
    if isinstance(label, LabelMatches):
        return {"label": label.label, **match_figures(label)}
    return {
        "label": label.label,
        "pixels_in_both": label.both,
        "pixels_only_a": label.only_a,
        "pixels_only_b": label.only_b,
        "iou": label.iou,
    }


def match_figures(matches: LabelMatches) -> Figures:
    """What is told of things of one label, or of all."""
    return {
        "matched": matches.matched,
        "only_a": matches.only_a,
        "only_b": matches.only_b,
        "mean_iou": matches.mean_iou,
    }
