"""A comparison of two runs in JSON."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ailab.services.comparison.agreement_figures import (
    Figures,
    Labels,
    agreement_figures,
    agreement_labels,
    label_figures,
)
from ailab.services.comparison.agreement_total import AgreementTotal, total_of
from ailab.services.comparison.picture_comparison import PictureComparison
from ailab.services.comparison.run_comparison import ComparedSide, RunComparison
from ailab.services.inference.picture_json import picture_to_json


def comparison_to_json(
    comparison: RunComparison, pictures: Sequence[PictureComparison]
) -> dict[str, Any]:
    """The JSON object of a comparison.

    Args:
        comparison: of the two runs.
        pictures: all that came of it.
    """
    a, b = comparison.sides
    agreements = [each.agreement for each in pictures if each.agreement is not None]
    return {
        "a": _side_to_json(a),
        "b": _side_to_json(b),
        "kind": comparison.kind or None,
        "notes": list(comparison.notes),
        "totals": _total_to_json(total_of(agreements)),
        "results": [_picture_to_json(each) for each in pictures if not each.only_in],
        "only_a": [picture_to_json(each.picture) for each in pictures if each.only_in == "A"],
        "only_b": [picture_to_json(each.picture) for each in pictures if each.only_in == "B"],
    }


def _side_to_json(side: ComparedSide) -> dict[str, Any]:
    record = side.record
    return {
        "folder": str(side.folder),
        "model": record.model,
        "revision": record.revision,
        "variant": record.variant,
        "task": record.task,
        "threshold": side.threshold,
        "pictures": len(record.pictures),
    }


def _total_to_json(total: AgreementTotal) -> dict[str, Any]:
    return {"pictures": total.pictures, **_told(total.figures, total.labels)}


def _picture_to_json(compared: PictureComparison) -> dict[str, Any]:
    agreement = compared.agreement
    told = picture_to_json(compared.picture)
    if agreement is None:
        return {**told, "problem": compared.why_not}
    return {**told, **_told(agreement_figures(agreement), agreement_labels(agreement))}


def _told(figures: Figures, labels: Labels | None) -> dict[str, Any]:
    told: dict[str, Any] = dict(figures)
    if labels is None:
        return told
    return {**told, "labels": [dict(label_figures(each)) for each in labels]}
