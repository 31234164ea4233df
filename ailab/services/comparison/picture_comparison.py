"""What came of comparing a picture's results."""

from __future__ import annotations

from dataclasses import dataclass

from ailab.services.comparison.agreement import Agreement


@dataclass(frozen=True, slots=True)
class PictureComparison:
    """How far two runs agree on a picture, or why that is not known.

    Attributes:
        picture: its reference in A; in B where A lacks it.
        name: what tells it apart from the others in a few letters.
        agreement: None where it could not be compared.
        why_not: in a sentence, why it could not; empty where it was.
        only_in: `A` or `B` for a picture that the other run lacks; empty for one that is in both.
    """

    picture: str
    name: str
    agreement: Agreement | None = None
    why_not: str = ""
    only_in: str = ""
