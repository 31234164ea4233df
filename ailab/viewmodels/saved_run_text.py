"""Pictures that lie in the folders of saved runs, in words."""

from __future__ import annotations


def saved_run_text(number: int) -> str:
    """What follows the number of pictures of so many saved runs; empty for none."""
    if not number:
        return ""
    if number == 1:
        return " of a saved run, which “Load results…” shows"
    return f" of {number} saved runs, each of which “Load results…” shows"
