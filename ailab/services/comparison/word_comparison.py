"""Texts in two predictions."""

from __future__ import annotations

from collections import Counter

from ailab.services.comparison.agreement import ThingAgreement, WordAgreement
from ailab.services.comparison.thing_matching import box_overlaps, matched_things
from ailab.services.inference.generated_text import GeneratedText
from ailab.services.results.counted_labels import UNNAMED


def compare_words(a: GeneratedText, b: GeneratedText) -> WordAgreement:
    """Compare texts as they are, and the words in them; lines of a page are words, too.

    Args:
        a: the text of A, of a page as far as its lines reach the threshold.
        b: that of B.
    """
    words_a, words_b = a.text.split(), b.text.split()
    both = (Counter(words_a) & Counter(words_b)).total()
    return WordAgreement(
        words_a == words_b, both, len(words_a) - both, len(words_b) - both, _places(a, b)
    )


def _places(a: GeneratedText, b: GeneratedText) -> ThingAgreement | None:
    if not (a.places or b.places) or a.is_of_lines or b.is_of_lines:
        return None
    labels_a, labels_b = (
        [each.label or UNNAMED[GeneratedText.kind] for each in one.places] for one in (a, b)
    )
    boxes_a, boxes_b = ([each.box for each in one.places] for one in (a, b))
    return matched_things(labels_a, labels_b, box_overlaps(boxes_a, boxes_b))
