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
def table_file(path: Path) -> Iterator[WriteRow]:
    """A table to write to, row by row: UTF-8, commas, a line feed behind each row.

    Each begins with a byte order mark, without which Excel takes UTF-8 for the system's own letters
    and says nothing; what reads UTF-8 leaves it out, or can be told to.

    Letters that have no place in UTF-8, of names that the system gave as bytes, are escaped. Words
    that a spreadsheet would take for a formula get an apostrophe before them.

    Args:
        path: of the file.

    Raises:
        ResultError: the folder is gone, full or read-only.
    """
    with whole_file(path) as file:
        text = io.TextIOWrapper(file, "utf-8-sig", "backslashreplace", newline="")
        write_row = csv.writer(text, lineterminator="\n").writerow
        yield lambda cells: write_row(map(plain_cell, cells))
        text.flush()
        text.detach()
