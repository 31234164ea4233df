"""Tooltips that are shown as they are written."""

from __future__ import annotations

from html import escape


def plain_tip(text: str) -> str:
    """A tooltip of words that others wrote: names of classes, files, branches.

    Qt takes for markup what looks like it, and would load the pictures that it names.
    """
    if "<" not in text:
        return text
    lines = "<br>".join(escape(line) for line in text.split("\n"))
    return f"<qt>{lines}</qt>"
