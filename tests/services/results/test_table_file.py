"""Tables that spreadsheets open."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from ailab.services.results.table_file import table_file


def written(folder: Path, *cells: object) -> list[str]:
    path = folder / "table.csv"
    with table_file(path) as write_row:
        write_row(cells)
    with path.open(newline="", encoding="utf-8-sig") as file:
        return next(csv.reader(file))


@pytest.mark.parametrize(
    "word",
    [
        "=cmd|' /C calc'!A0",
        '=HYPERLINK("http://example.org/?"&A1)',
        "@SUM(1+1)",
        "-2+3+cmd|' /C calc'!A0",
        "+A1&WEBSERVICE(B1)",
        "\t=1+1",
        "-1\n+cmd|'x'!A0",
    ],
)
def test_that_a_word_is_no_formula_to_a_spreadsheet(word: str, tmp_path: Path) -> None:
    assert written(tmp_path, word) == [f"'{word}"]


@pytest.mark.parametrize(
    "word", ["cat", "-5 °C", "+49 30 1234", "- milk", "a=b", "'tis", "", "-1.5", "/pictures/=a.png"]
)
def test_that_other_words_stay_as_they_are(word: str, tmp_path: Path) -> None:
    assert written(tmp_path, word) == [word]


def test_that_numbers_stay_numbers(tmp_path: Path) -> None:
    assert written(tmp_path, -1, -0.5, 1e-9) == ["-1", "-0.5", "1e-09"]


def test_that_a_table_begins_with_one_byte_order_mark(tmp_path: Path) -> None:
    assert written(tmp_path, "größer") == ["größer"]
    assert (tmp_path / "table.csv").read_bytes() == b"\xef\xbb\xbfgr\xc3\xb6\xc3\x9fer\n"
