"""What can go wrong with the catalogue, in words."""

from __future__ import annotations

import sqlite3
from pathlib import Path

from ailab.services.lab_error import LabError


class CatalogError(LabError):
    """The catalogue on this disk cannot be read or written."""


class UnknownModelError(CatalogError):
    """The catalogue holds nothing of a model."""

    def __init__(self, model_id: str) -> None:
        super().__init__(
            f"The offline catalogue holds nothing of {model_id}.",
            "Go online to look it up on the Hub.",
        )


class DamagedCatalogError(sqlite3.DatabaseError):
    """The tables contradict each other."""


def is_damage(error: sqlite3.Error) -> bool:
    """The file is no catalogue, or one that is broken, so that it has to be built anew."""
    if isinstance(error, DamagedCatalogError):
        return True
    if _code(error) in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB):
        return True
    return str(error).startswith(("no such table", "no such column"))


def catalog_error(error: sqlite3.Error | OSError, path: Path) -> CatalogError:
    """A failure of the database or its folder, with what can be done about it."""
    detail = f"{type(error).__name__}: {error} ({path})"
    folder = path.parent
    if isinstance(error, OSError) or _code(error) in _FORBIDDEN:
        return CatalogError(
            f"The offline catalogue cannot be kept in {folder}.",
            "Make that folder one that you may write to, or set AILAB_HOME to another one; "
            "browsing online works without it.",
            detail=detail,
        )
    words = _WORDS.get(_code(error))
    if words is None and str(error).startswith(("no such module", "no such tokenizer")):
        words = (
            "This Python's SQLite is too old for the offline catalogue.",
            "Use a Python whose SQLite is 3.34 or newer; browsing online works without it.",
        )
    message, advice = words or (
        f"The offline catalogue in {folder} failed.",
        "Try again; if it stays so, clear the catalogue and synchronise it anew.",
    )
    return CatalogError(message, advice, detail=detail)


def _code(error: sqlite3.Error) -> int:
    """SQLite's primary result code; 0 where there is none."""
    return getattr(error, "sqlite_errorcode", 0) & 0xFF


_FORBIDDEN = (sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_PERM)
_WORDS = {
    sqlite3.SQLITE_FULL: (
        "The offline catalogue cannot grow: the disk is full.",
        "Free some space, then synchronise again; what came so far is kept.",
    ),
    sqlite3.SQLITE_IOERR: (
        "The disk failed while the offline catalogue was read or written.",
        "Check the disk, then try again; browsing online works without the catalogue.",
    ),
    sqlite3.SQLITE_BUSY: (
        "Another ailab is writing to the offline catalogue.",
        "Wait until it is done, then try again.",
    ),
}
"""Message and advice by SQLite's primary result code."""
