"""Text of several lines."""

from __future__ import annotations

import pytest
from PyQt6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from ailab.views.wrapped_label import WrappedLabel


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("took 459 ms and 511 MB here", ("459 ms", "511 MB")),
        ("overlap of regions 99.9 %.", ("99.9 %",)),
        ("/data/day 3 s.png is damaged", ()),
        ("4 pictures in 2 folders", ()),
    ],
)
def test_that_a_figure_and_its_unit_stay_together(
    qtbot: QtBot, text: str, kept: tuple[str, ...]
) -> None:
    label = WrappedLabel()
    qtbot.addWidget(label)
    label.setText(text)
    drawn = QLabel.text(label)
    assert [figure for figure in kept if figure.replace(" ", "\N{NO-BREAK SPACE}") in drawn] == [
        *kept
    ]
    assert drawn.count("\N{NO-BREAK SPACE}") == len(kept)
    assert label.text() == text


@pytest.mark.parametrize("word", ["x" * 5000, "a_b." * 1000, "C:\\name" * 500])
def test_that_a_word_of_thousands_of_letters_does_not_widen_what_is_around_it(
    qtbot: QtBot, word: str
) -> None:
    label = WrappedLabel()
    qtbot.addWidget(label)
    label.setText(f"It says {word}")
    assert label.minimumSizeHint().width() < 140
    assert label.text() == f"It says {word}"


def test_that_of_millions_of_letters_the_first_are_shown(qtbot: QtBot) -> None:
    label = WrappedLabel()
    qtbot.addWidget(label)
    label.setText("so it goes " * 1_000_000)
    assert label.text().endswith("…")
    assert len(label.text()) < 21_000


def test_that_a_path_is_broken_between_its_parts_in_a_narrow_place(qtbot: QtBot) -> None:
    label = WrappedLabel(longest_part=16)
    qtbot.addWidget(label)
    text = r"\\archive.example.org\pictures\IMG_0001.jpg was not opened."
    label.setText(text)
    drawn = QLabel.text(label).split("\N{ZERO WIDTH SPACE}")
    assert drawn[-3:] == ["pictures\\", "IMG_", "0001.", "jpg was not opened."][-3:]
    assert label.minimumSizeHint().width() < 140
    assert label.text() == text
    label.setText("IMG_0001.jpg")
    assert QLabel.text(label) == "IMG_0001.jpg"


def test_that_usual_words_are_as_they_were(qtbot: QtBot) -> None:
    label = WrappedLabel()
    qtbot.addWidget(label)
    text = "/data/plates/plate_0003_well_B07_site_2.tif has no channel DAPI: choose another."
    label.setText(text)
    assert QLabel.text(label) == text
