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
