"""Classes of a picture as JSON, and back."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ailab.services.inference.json_fields import Fields
from ailab.services.inference.json_limits import MOST_CLASS_ID
from ailab.services.inference.label_name import label_name
from ailab.services.inference.predictions import Classification, ClassScore

# Far more than are ever kept of a picture, and as many as the window shows without stopping.
_MOST_CLASSES = 25_000


def classification_to_json(found: Classification) -> tuple[dict[str, Any], dict[str, bytes]]:
    """The JSON object, and no parts."""
    scores = [{"class_id": s.class_id, "label": s.label, "score": s.score} for s in found.scores]
    return {"scores": scores, **({"question": found.question} if found.question else {})}, {}


def classification_from_json(fields: Fields, _parts: Mapping[str, bytes]) -> Classification:
    """The classes that `classification_to_json` was given.

    Raises:
        BadFieldError: something is missing or not what it should be; says which.
    """
    return Classification(
        tuple(_class_score(entry) for entry in fields.objects("scores", _MOST_CLASSES)),
        fields.text_or_none("question") or "",
    )


def _class_score(fields: Fields) -> ClassScore:
    class_id = fields.integer("class_id", 0, MOST_CLASS_ID)
    return ClassScore(class_id, label_name(fields.text("label")), fields.share("score"))
