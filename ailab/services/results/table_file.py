"""Tables as files that appear whole or not at all."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TypeAlias

from ailab.services.results.atomic_file import whole_file

WriteRow: TypeAlias = Callable[[Iterable[object]], object]


@contextmanager
def table_file(path: Path) -> Iterator[WriteRow]:
    """A table to write to, row by row: UTF-8, commas, a line feed behind each row.

    Letters that have no place in UTF-8, of names that the system gave as bytes, are escaped.

    Raises:
        ResultError: the folder is gone, full or read-only.
    """
    with whole_file(path) as file:
        text = io.TextIOWrapper(file, "utf-8", "backslashreplace", newline="")
        yield csv.writer(text, lineterminator="\n").writerow
        text.flush()
        text.detach()
