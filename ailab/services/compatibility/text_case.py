"""Models that map where text is, of which OpenCV makes boxes."""

from __future__ import annotations

from ailab.services.compatibility.model_case import ModelCase
from ailab.services.inference.sheet_draft import USES_TEXT_MAP
from ailab.services.inference.text_detectors import OPENCV, TEXT_DETECTORS


def missing_for_text(case: ModelCase) -> tuple[str, ...]:
    """Names of the packages that such a model needs and this machine lacks."""
    is_detector = bool(TEXT_DETECTORS.intersection(case.architectures))
    if case.kept is not None:
        is_detector = case.kept.decoder in USES_TEXT_MAP
    if case.layout is None or not is_detector:
        return ()
    if OPENCV in case.machine.packages:
        return ()
    return (*case.lacking_engine, "OpenCV")
