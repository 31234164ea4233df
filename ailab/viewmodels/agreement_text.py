"""How far two runs agree, in words."""

from __future__ import annotations

from ailab.services.comparison.agreement import (
    Agreement,
    ClassAgreement,
    DepthAgreement,
    ImageAgreement,
    LabelMatches,
    PointAgreement,
    RegionAgreement,
    ThingAgreement,
    VectorAgreement,
    WordAgreement,
)
from ailab.viewmodels.prediction_text import counted

_NOTHING = "Nothing was found by either."


def agreement_text(agreement: Agreement) -> str:
    """How a picture's results in A and B differ, in a sentence."""
    match agreement:
        case ClassAgreement():
            return _classes(agreement)
        case ThingAgreement(labels):
            return _matches(agreement.total) if labels else _NOTHING
        case RegionAgreement():
            return _regions(agreement)
        case DepthAgreement():
            return _depths(agreement)
        case WordAgreement():
            return _words(agreement)
        case PointAgreement():
            return _points(agreement)
        case VectorAgreement(cosine):
            return f"Cosine of both vectors {decimal(cosine, 4)}."
        case ImageAgreement(difference=difference):
            if agreement.psnr is None:
                return "Both pictures are the same."
            apart = f"{difference:.2f} of 255 levels apart on average"
            return f"{apart}, PSNR {agreement.psnr:.1f} dB."


def decimal(value: float | None, digits: int) -> str:
    """A number with so many digits behind the point, and a true minus; `-` for none."""
    return "-" if value is None else f"{value:.{digits}f}".replace("-", "\N{MINUS SIGN}")


def percent(share: float) -> str:
    """A share as people read it; less than all is never told as all."""
    rounded = f"{share:.1%}"
    return f">{0.999:.1%}" if rounded == "100.0%" and share < 1 else rounded


def _classes(agreement: ClassAgreement) -> str:
    sure_a, sure_b = f"{agreement.score_a:.0%}", f"{agreement.score_b:.0%}"
    if agreement.is_same:
        return f"Both say {agreement.label_a}: A is {sure_a} sure, B {sure_b}."
    return f"A says {agreement.label_a} ({sure_a} sure), B {agreement.label_b} ({sure_b})."


def _matches(total: LabelMatches) -> str:
    iou = "" if total.mean_iou is None else f" (mean IoU {total.mean_iou:.2f})"
    return (
        f"{total.matched:,} in both{iou}, {total.only_a:,} only in A, {total.only_b:,} only in B."
    )


def _regions(agreement: RegionAgreement) -> str:
    if agreement.mean_iou is None:
        return _NOTHING
    labels = ", ".join(f"{each.label} {each.iou:.2f}" for each in agreement.labels[:3])
    more = len(agreement.labels) - 3
    rest = f" and {counted(more, 'label', 'labels')} more" if more > 0 else ""
    return f"{percent(agreement.share)} of the pixels are the same. IoU: {labels}{rest}."


def _depths(agreement: DepthAgreement) -> str:
    words = f"Correlation {decimal(agreement.correlation, 3)}"
    if agreement.correlation is None:
        words = "No correlation, as all depths of one are equal"
    if agreement.difference is None or agreement.relative is None:
        return f"{words}."
    return f"{words}; {agreement.difference:.2f} m apart on average ({agreement.relative:.1%})."


def _words(agreement: WordAgreement) -> str:
    if agreement.is_same:
        words = "Both have the same words."
    else:
        words = (
            f"The words differ: {agreement.both:,} are in both, {agreement.only_a:,} only in A, "
            f"{agreement.only_b:,} only in B."
        )
    return (
        words if agreement.places is None else f"{words} Places: {_matches(agreement.places.total)}"
    )


def _points(agreement: PointAgreement) -> str:
    if not (agreement.matched or agreement.only_a or agreement.only_b):
        return _NOTHING
    apart = agreement.mean_distance
    one, many = ("pose", "poses") if agreement.is_of_poses else ("point", "points")
    distance = "" if apart is None else f", their points {apart:.1f} px apart on average"
    if not agreement.is_of_poses and apart is not None:
        distance = f", {apart:.1f} px apart on average"
    return (
        f"{counted(agreement.matched, one, many)} in both{distance}; {agreement.only_a:,} only in "
        f"A, {agreement.only_b:,} only in B."
    )
