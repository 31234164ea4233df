"""Tables as files that appear whole or not at all."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TypeAlias

from ailab.services.results.atomic_file import whole_file

WriteRow: TypeAlias = Callable[[Iterable[object]], object]

# What a spreadsheet would reckon out (https://owasp.org/www-community/attacks/CSV_Injection). What
# begins with a sign is none as long as it calls nothing and leads nowhere, such as “-5 °C”.
_FORMULA = re.compile(r"[=@\t\r]|[+-].*[^\w\s.,:%°€$-]", re.DOTALL)


@contextmanager
def table_file(path: Path, *, is_marked: bool = False) -> Iterator[WriteRow]:
    """A table to write to, row by row: UTF-8, commas, a line feed behind each row.

    Letters that have no place in UTF-8, of names that the system gave as bytes, are escaped. Words
    come from strangers' models and pictures: those that a spreadsheet would take for a formula,
    which may start programs and send what other cells hold, get an apostrophe before them.

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
        yield lambda cells: write_row(map(_plain, cells))
        text.flush()
        text.detach()


def _plain(cell: object) -> object:
    return f"'{cell}" if isinstance(cell, str) and _FORMULA.match(cell) else cell
