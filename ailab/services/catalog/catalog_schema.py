"""The catalogue's file: its tables, opening it, and putting a damaged one aside."""

from __future__ import annotations

import logging
import sqlite3
import time
from contextlib import suppress
from pathlib import Path

from ailab.services.catalog.catalog_error import CatalogError
from ailab.services.catalog.catalog_row import FOUND_COLUMNS

_log = logging.getLogger(__name__)

VERSION = 2
"""Raised with every change of the tables or of what is written into them."""

BUSY_SECONDS = 30.0
"""How long to wait for another lab that writes."""

_RETRY_SECONDS = 0.02

_TABLES = f"""
CREATE TABLE models(
    rank INTEGER PRIMARY KEY,
    task INTEGER NOT NULL, license INTEGER NOT NULL, license_group INTEGER NOT NULL,
    author INTEGER NOT NULL, is_gated INTEGER NOT NULL, size INTEGER,
    by_trending REAL NOT NULL, by_likes INTEGER NOT NULL, by_created INTEGER NOT NULL,
    by_updated INTEGER NOT NULL, by_parameters INTEGER NOT NULL);
CREATE INDEX models_by_trending ON models(by_trending);
CREATE INDEX models_by_likes ON models(by_likes);
CREATE INDEX models_by_created ON models(by_created);
CREATE INDEX models_by_updated ON models(by_updated);
CREATE INDEX models_by_parameters ON models(by_parameters);
CREATE TABLE texts(rank INTEGER PRIMARY KEY, words TEXT NOT NULL);
CREATE VIRTUAL TABLE found USING fts5(
    {FOUND_COLUMNS}, tokenize='trigram', content='', detail=none, columnsize=0);
CREATE TABLE packed(number INTEGER PRIMARY KEY, model BLOB NOT NULL);
CREATE TABLE places(
    key BLOB PRIMARY KEY, rank INTEGER NOT NULL, round INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE facets(number INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE);
CREATE TABLE common(term TEXT PRIMARY KEY, models INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE details(id TEXT PRIMARY KEY, details BLOB NOT NULL) WITHOUT ROWID;
CREATE TABLE syncs(
    task TEXT PRIMARY KEY, cursor TEXT, is_whole INTEGER NOT NULL, round INTEGER NOT NULL,
    next_mark TEXT, mark TEXT, whole_at TEXT, synced_at TEXT) WITHOUT ROWID;
CREATE TABLE facts(
    models INTEGER NOT NULL, next_number INTEGER NOT NULL, newest TEXT,
    statistics INTEGER NOT NULL);
INSERT INTO facts VALUES (0, 1, NULL, 0);
"""  # noqa: S608 - made of constants alone
# Every table is small or narrow, but `texts` and `packed`: what is searched lies apart from what
# is ordered and filtered by, and from what is shown, so that a search reads little.


def open_catalog(path: Path) -> sqlite3.Connection:
    """Open the catalogue; it is made where there is none, and made anew where it is older.

    Raises:
        sqlite3.Error: also where the file is damaged.
        OSError: the folder cannot be made.
        CatalogError: a newer ailab made it.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    connection = sqlite3.connect(
        path, timeout=BUSY_SECONDS, isolation_level=None, check_same_thread=False
    )
    try:
        connection.execute("PRAGMA cache_size = -65536")
        connection.execute("PRAGMA temp_store = MEMORY")
        _keep_a_log(connection)
        connection.execute("PRAGMA synchronous = NORMAL")
        connection.execute("PRAGMA journal_size_limit = 67108864")
        _make_tables(connection, path)
    except BaseException:
        connection.close()
        raise
    return connection


def empty_catalog(connection: sqlite3.Connection) -> None:
    """Drop all that the catalogue holds and give its room back."""
    connection.execute("BEGIN IMMEDIATE")
    try:
        _build(connection)
        connection.execute("COMMIT")
    except BaseException:
        connection.execute("ROLLBACK")
        raise
    connection.execute("VACUUM")
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def put_aside(path: Path) -> None:
    """Keep a damaged file under another name, where a new one does not meet it.

    Raises:
        OSError: the file cannot be moved.
    """
    _log.warning("The offline catalogue %s is damaged; a new one is begun.", path)
    path.replace(path.with_name(f"{path.stem}-damaged{path.suffix}"))
    for end in ("-wal", "-shm"):
        with suppress(OSError):
            path.with_name(path.name + end).unlink(missing_ok=True)


def _keep_a_log(connection: sqlite3.Connection) -> None:
    """Have reads and writes not wait for each other.

    SQLite does not wait by itself where two labs ask for it at once in a new file.
    """
    last = time.monotonic() + BUSY_SECONDS
    while True:
        try:
            connection.execute("PRAGMA journal_mode = WAL")
            return
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY or time.monotonic() > last:
                raise
        time.sleep(_RETRY_SECONDS)


def _make_tables(connection: sqlite3.Connection, path: Path) -> None:
    if _version(connection) == VERSION:
        return
    connection.execute("BEGIN IMMEDIATE")
    try:
        version = _version(connection)  # another lab may have been faster
        if version > VERSION:
            raise CatalogError(
                f"The offline catalogue in {path.parent} was made by a newer ailab.",
                "Update ailab, or set AILAB_HOME to another folder; browsing online works.",
                detail=f"version {version}, known is {VERSION}",
            )
        if version != VERSION:
            _build(connection)
        connection.execute("COMMIT")
    except BaseException:
        connection.execute("ROLLBACK")
        raise


def _build(connection: sqlite3.Connection) -> None:
    """Replace whatever tables there are by empty ones."""
    names = connection.execute(
        "SELECT name, type FROM sqlite_master WHERE type IN ('table', 'index')"
        " AND name NOT LIKE 'sqlite_%' ORDER BY sql NOT LIKE 'CREATE VIRTUAL%'"
    ).fetchall()
    for name, kind in names:
        connection.execute(f'DROP {kind} IF EXISTS "{name}"')
    for statement in _TABLES.split(";"):
        if statement.strip():
            connection.execute(statement)
    connection.execute(f"PRAGMA user_version = {VERSION}")


def _version(connection: sqlite3.Connection) -> int:
    version: int = connection.execute("PRAGMA user_version").fetchone()[0]
    return version
