"""A sheet, tried on a picture, in a few words."""

from __future__ import annotations

from dataclasses import dataclass

from ailab.services.images.picture import Picture


@dataclass(frozen=True, slots=True)
class Trial:
    """What came of a usual normalisation.

    Attributes:
        text: the surest label and its score, or how much was found, in a few words.
        detail: why there is nothing; empty where there is something.
        picture: what was made of the picture, small; None where words say enough.
    """

    text: str
    detail: str = ""
    picture: Picture | None = None
