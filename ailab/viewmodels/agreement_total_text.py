"""How far two runs agree on all of their pictures, in words."""

from __future__ import annotations

from ailab.services.comparison.agreement_total import AgreementTotal
from ailab.viewmodels.agreement_text import decimal, percent
from ailab.viewmodels.prediction_text import counted


def total_text(total: AgreementTotal) -> str:
    """What all pictures together come to, in a sentence."""
    known = {name: value for name, value in total.figures.items() if not isinstance(value, str)}
    pictures = counted(total.pictures, "picture", "pictures")

    def number(name: str) -> float:
        return known.get(name) or 0

    def told(name: str, digits: int) -> str:
        return decimal(known.get(name), digits)

    if "same_class" in known:
        words = f"the same class in {number('same_class'):,} of {pictures}"
        apart = known["mean_score_difference"]
        return words if apart is None else f"{words}, its scores {apart:.3f} apart on average"
    if "same_pixels" in known:
        same = percent(number("same_pixels"))
        return f"{same} of the pixels the same, mean IoU {told('mean_iou', 3)}"
    if "mean_correlation" in known:
        words = (
            f"correlation {told('mean_correlation', 3)} on average, "
            f"{told('least_correlation', 3)} at least"
        )
        if known["mean_difference"] is None:
            return words
        share = f"{number('mean_relative_difference'):.1%}"
        return f"{words}; {told('mean_difference', 2)} m apart on average ({share})"
    if "mean_cosine" in known:
        return f"cosine {told('mean_cosine', 4)} on average, {told('least_cosine', 4)} at least"
    if "identical" in known:
        return (
            f"{told('mean_difference', 2)} of 255 levels apart on average, PSNR "
            f"{told('mean_psnr', 1)} dB; {number('identical'):,} of {pictures} the same"
        )
    if "same_texts" in known:
        return (
            f"the same words in {number('same_texts'):,} of {pictures}; of all words "
            f"{number('words_in_both'):,} in both, {number('words_only_a'):,} only in A, "
            f"{number('words_only_b'):,} only in B"
        )
    words = f"{number('matched'):,} in both"
    if known.get("mean_iou") is not None:
        words += f" (mean IoU {told('mean_iou', 3)})"
    if known.get("mean_distance") is not None:
        words += f" (points {told('mean_distance', 1)} px apart)"
    return f"{words}, {number('only_a'):,} only in A, {number('only_b'):,} only in B"
