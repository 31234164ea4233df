"""Which reader goes with a detector of text, by their names."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import PurePath

from ailab.services.conversion.local_reference import parse_local
from ailab.services.hub.model_reference import parse_reference
from ailab.viewmodels.inference_state import ModelSource

_DETECTOR = re.compile(r"(?<![a-z])det(?![a-z])", re.IGNORECASE)


def usual_reader(source: ModelSource, text: str) -> str:
    """What the reader of the same kind would be called; empty where the name tells none.

    PaddleOCR and those who export its networks call them alike but for `det` and `rec`.

    Args:
        source: where the detector comes from.
        text: what names it.
    """
    if source is ModelSource.SERVER:
        return ""
    if source is ModelSource.HUGGING_FACE:
        reference = parse_reference(text)
        variant, count = _DETECTOR.subn("rec", reference.variant or "")
        if count:  # one repository holds both
            return str(replace(reference, variant=variant))
        before, slash, last = reference.model.rpartition("/")
        found, count = _DETECTOR.subn("rec", last)
        return f"{before}{slash}{found}" if count else ""
    path = PurePath(parse_local(text).path)
    found, count = _DETECTOR.subn("rec", path.name)
    return str(path.with_name(found)) if count else ""
