"""A comparison of two runs as tables that the command line prints."""

from __future__ import annotations

from collections.abc import Sequence
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
from ailab.services.comparison.agreement_total import AgreementTotal
from ailab.services.comparison.picture_comparison import PictureComparison
from ailab.viewmodels.agreement_text import decimal, percent

Cells: TypeAlias = tuple[str, ...]
Table: TypeAlias = tuple[Cells, Sequence[Cells]]
"""Headings and rows."""

_MATCHES = ("BOTH", "ONLY A", "ONLY B", "MEAN IOU")


def picture_table(compared: Sequence[PictureComparison]) -> Table:
    """A row for each picture that could be compared."""
    headings: Cells = ()
    rows = []
    for each in compared:
        if each.agreement is not None:
            headings, cells = _told(each.agreement)
            rows.append((each.name, *cells))
    return ("PICTURE", *headings), rows


def label_table(total: AgreementTotal) -> Table | None:
    """A row for each label of all pictures; None where there is none."""
    matches = [each for each in total.labels or () if isinstance(each, LabelMatches)]
    pixels = [each for each in total.labels or () if isinstance(each, LabelPixels)]
    if matches:
        return ("LABEL", *_MATCHES), [(each.label, *_matches(each)) for each in matches]
    if pixels:
        headings = ("LABEL", "PIXELS IN BOTH", "ONLY A", "ONLY B", "IOU")
        return headings, [_pixels(each) for each in pixels]
    return None


def _told(agreement: Agreement) -> tuple[Cells, Cells]:
    match agreement:
        case ClassAgreement(label_a, score_a, label_b, score_b):
            same = _yes(agreement.is_same)
            return (
                ("A", "SURE", "B", "SURE", "SAME"),
                (label_a, f"{score_a:.0%}", label_b, f"{score_b:.0%}", same),
            )
        case ThingAgreement():
            return _MATCHES, _matches(agreement.total)
        case RegionAgreement():
            mean_iou = decimal(agreement.mean_iou, 3)
            return ("SAME PIXELS", "MEAN IOU"), (percent(agreement.share), mean_iou)
        case DepthAgreement(correlation, difference, relative):
            if difference is None or relative is None:
                return ("CORRELATION",), (decimal(correlation, 4),)
            return (
                ("CORRELATION", "METRES APART", "SHARE"),
                (decimal(correlation, 4), f"{difference:.3f}", f"{relative:.1%}"),
            )
        case WordAgreement(is_same, both, only_a, only_b):
            return (
                ("SAME WORDS", "BOTH", "ONLY A", "ONLY B"),
                (_yes(is_same), f"{both:,}", f"{only_a:,}", f"{only_b:,}"),
            )
        case PointAgreement(matched, only_a, only_b):
            return (
                ("BOTH", "ONLY A", "ONLY B", "PIXELS APART"),
                (f"{matched:,}", f"{only_a:,}", f"{only_b:,}", decimal(agreement.mean_distance, 2)),
            )
        case VectorAgreement(cosine):
            return ("COSINE",), (decimal(cosine, 4),)
        case ImageAgreement(difference=difference):
            psnr = "-" if agreement.psnr is None else f"{agreement.psnr:.1f}"
            return ("LEVELS APART", "PSNR"), (f"{difference:.3f}", psnr)


def _yes(is_so: bool) -> str:
    return "yes" if is_so else "no"


def _matches(each: LabelMatches) -> Cells:
    return (
        f"{each.matched:,}",
        f"{each.only_a:,}",
        f"{each.only_b:,}",
        decimal(each.mean_iou, 3),
    )


def _pixels(each: LabelPixels) -> Cells:
    return (
        each.label,
        f"{each.both:,}",
        f"{each.only_a:,}",
        f"{each.only_b:,}",
        decimal(each.iou, 3),
    )
