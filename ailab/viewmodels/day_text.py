"""Days, as people read them."""

from __future__ import annotations

from datetime import datetime

from PyQt6.QtCore import QDate, QLocale

_SPANS = ((365, "year"), (30, "month"), (7, "week"), (1, "day"))
_ENGLISH = QLocale(QLocale.Language.English)


def day_text(when: datetime, now: datetime) -> str:
    """A day and how long ago it was: `12 March 2025, 8 months ago`; both times are aware."""
    local = when.astimezone(now.tzinfo)
    day = _ENGLISH.toString(QDate(local.year, local.month, local.day), "d MMMM yyyy")
    days = (now.date() - local.date()).days
    if days < 0:
        return day
    if days == 0:
        return f"{day}, today"
    if days == 1:
        return f"{day}, yesterday"
    length, name = next(span for span in _SPANS if days >= span[0])
    count = days // length
    return f"{day}, {count} {name}{'s' if count > 1 else ''} ago"
