"""Tables as files that appear whole or not at all."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TypeAlias

from ailab.services.results.atomic_file import whole_file
from ailab.services.results.plain_cell import plain_cell

WriteRow: TypeAlias = Callable[[Iterable[object]], object]


@contextmanager
def table_file(path: Path, *, is_marked: bool = False) -> Iterator[WriteRow]:
    """A table to write to, row by row: UTF-8, commas, a line feed behind each row.

    Letters that have no place in UTF-8, of names that the system gave as bytes, are escaped. Words
    that a spreadsheet would take for a formula get an apostrophe before them.

    Args:
        path: of the file.
        is_marked: it begins with a byte order mark, without which Excel takes UTF-8 for the
            system's own letters.

    Raises:
        ResultError: the folder is gone, full or read-only.
    """
    encoding = "utf-8-sig" if is_marked else "utf-8"
    with whole_file(path) as file:
        text = io.TextIOWrapper(file, encoding, "backslashreplace", newline="")
        write_row = csv.writer(text, lineterminator="\n").writerow
        yield lambda cells: write_row(map(plain_cell, cells))
        text.flush()
        text.detach()
