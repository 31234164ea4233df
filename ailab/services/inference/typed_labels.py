"""Labels as a person types them."""

from __future__ import annotations

import re

MOST_LABELS = 1000
"""How many are looked for at once: more than anybody types, and what memory holds."""


def typed_labels(text: str) -> tuple[str, ...]:
    """The labels in a text, separated by commas or line breaks.

    They are trimmed, with single spaces between words; what comes twice is kept once, in the
    place where it came first.
    """
    pieces = (" ".join(piece.split()) for piece in re.split(r"[,\n\r\u2028\u2029]+", text))
    return tuple(dict.fromkeys(filter(None, pieces)))
