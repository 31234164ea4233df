"""In which order lines of pages are read: one column, several, receipts and tables."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pytest

from ailab.services.inference.line_order import reading_order

HEIGHT, PITCH, LETTER = 20.0, 30.0, 9.0
SOME = "The quick brown fox jumps over the lazy dog and goes on for a while until it is tired"


@dataclass(frozen=True)
class Line:
    """Words at a place of a page, upper left."""

    x: float
    y: float
    words: str


def column(x: float, y: float, name: str, rows: int, letters: int = 40) -> list[Line]:
    """A paragraph: its lines are nearly as long as each other, but for the last one."""
    lengths = [letters - (3 * row) % 5 for row in range(rows - 1)] + [letters // 3]
    words = [f"{name}{row} {SOME}"[:length] for row, length in enumerate(lengths)]
    return [Line(x, y + row * PITCH, each) for row, each in enumerate(words)]


def order(page: Iterable[Line], degrees: float = 0.0, seed: int = 1) -> list[str]:
    """The first words of each line in the order of reading; they come in any order."""
    lines = list(page)
    np.random.default_rng(seed).shuffle(lines)
    turn = np.deg2rad(degrees)
    turned = np.array([[np.cos(turn), -np.sin(turn)], [np.sin(turn), np.cos(turn)]])
    boxes = [corners(line) @ turned.T for line in lines]
    found = reading_order(np.array(boxes, np.float32))
    assert sorted(found) == list(range(len(lines)))
    return [lines[number].words.split()[0] for number in found]


def corners(line: Line) -> npt.NDArray[np.float64]:
    left, top, right, bottom = line.x, line.y, line.x + LETTER * len(line.words), line.y + HEIGHT
    return np.array([(left, top), (right, top), (right, bottom), (left, bottom)])


def names(page: Iterable[Line]) -> list[str]:
    return [line.words.split()[0] for line in page]


TURNS = pytest.mark.parametrize("degrees", [0.0, 3.0, -4.0])


@TURNS
def test_that_one_column_is_read_from_above(degrees: float) -> None:
    page = column(50, 50, "a", 20, 70)
    assert order(page, degrees) == names(page)


@TURNS
@pytest.mark.parametrize("lower", [0.0, 11.0])  # rows side by side, or not
def test_that_two_columns_are_read_one_after_the_other(degrees: float, lower: float) -> None:
    page = [*column(50, 50, "a", 15), *column(450, 50 + lower, "b", 13)]
    assert order(page, degrees) == names(page)


@TURNS
def test_that_what_lies_across_columns_parts_them(degrees: float) -> None:
    page = [
        Line(150, 20, "Title of an article that lies across both of its columns"),
        *column(50, 80, "a", 8),
        *column(450, 80, "b", 8),
        Line(100, 340, "Caption of a picture below the columns, across them as well"),
        *column(50, 400, "c", 6),
        *column(450, 400, "d", 7),
        Line(400, 700, "12"),
    ]
    assert order(page, degrees) == names(page)


@TURNS
def test_that_three_columns_are_read_one_after_the_other(degrees: float) -> None:
    page = [
        Line(50, 20, "News of the day, which is a title across all of the three columns of it"),
        *column(50, 80, "a", 12, 28),
        *column(330, 85, "b", 12, 28),
        *column(610, 78, "c", 9, 28),
    ]
    assert order(page, degrees) == names(page)


def test_that_a_title_across_two_of_three_columns_is_read_before_these() -> None:
    page = [
        *column(50, 80, "a", 12, 28),
        Line(330, 80, "Heading of what stands in two columns below it"),
        *column(330, 130, "b", 9, 28),
        *column(610, 130, "c", 9, 28),
    ]
    assert order(page) == names(page)


@TURNS
def test_that_prices_stay_in_the_rows_of_a_receipt(degrees: float) -> None:
    goods = [f"g{number} {'Bread with seeds and oil'[: 6 + 2 * number]}" for number in range(10)]
    page = [Line(150, 20, "SHOP at the corner"), Line(120, 50, "Long Street 12, 12345 Town")]
    for row, name in enumerate(goods):
        page += [Line(50, 110 + row * PITCH, name), Line(500, 110 + row * PITCH, f"{row}.50 EUR")]
    page += [Line(50, 450, "TOTAL"), Line(490, 450, "45.00 EUR"), Line(180, 500, "Thanks for it")]
    assert order(page, degrees) == names(page)


@TURNS
def test_that_cells_stay_in_the_rows_of_a_table(degrees: float) -> None:
    page = []
    for row in range(12):
        y = 50 + row * PITCH
        page += [Line(50, y, f"r{row}"), Line(200, y, f"name{row} of someone")]
        page += [Line(450, y, f"town{row}"), Line(620, y, f"sum{row}")]
    assert order(page, degrees) == names(page)


def test_that_a_statement_of_dates_words_and_sums_stays_in_rows() -> None:
    page = []
    for row in range(10):
        y = 50 + row * PITCH
        page += [Line(50, y, f"0{row}.03."), Line(160, y, f"w{row} {SOME}"[:45])]
        page += [Line(640, y, f"{row}7,20-")]
    assert order(page) == names(page)


def test_that_terms_stay_beside_what_explains_them() -> None:
    page = []
    for row in range(8):
        page += [Line(50, 50 + row * PITCH, f"term{row}")]
        page += [Line(250, 50 + row * PITCH, f"means{row} {SOME}"[:50])]
    assert order(page) == names(page)


def test_that_few_rows_beside_each_other_are_no_columns() -> None:
    page = []
    for row in range(2):
        page += [Line(50, 50 + row * PITCH, f"a{row} {SOME}"[:40])]
        page += [Line(450, 50 + row * PITCH, f"b{row} {SOME}"[:40])]
    assert order(page) == names(page)


def test_that_columns_may_stand_above_a_table() -> None:
    page = [*column(50, 50, "a", 8), *column(450, 50, "b", 8)]
    page += [Line(60, 330, "Table of numbers, across both columns, which follow below it here")]
    for row in range(5):
        y = 390 + row * PITCH
        page += [Line(50, y, f"r{row}"), Line(300, y, f"m{row}"), Line(600, y, f"s{row}")]
    assert order(page) == names(page)


def test_that_a_page_of_many_lines_is_ordered_at_once() -> None:
    page = [*column(50, 50, "a", 400), *column(450, 50, "b", 400)]
    assert order(page) == names(page)
