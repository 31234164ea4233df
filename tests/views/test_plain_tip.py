"""Words of others in tooltips."""

from __future__ import annotations

import pytest
from PyQt6.QtGui import QTextDocument

from ailab.views.plain_tip import plain_tip


@pytest.mark.parametrize("text", ["a < b", "<b>bold</b>", '<img src="/etc/motd">', "1 &lt; 2 <i>"])
def test_that_what_looks_like_markup_is_shown_as_it_is_written(text: str) -> None:
    document = QTextDocument()
    document.setHtml(plain_tip(text))
    assert document.toPlainText() == text


def test_that_lines_stay_lines() -> None:
    document = QTextDocument()
    document.setHtml(plain_tip("cat <tabby>\ndog"))
    assert document.toPlainText() == "cat <tabby>\ndog"


def test_that_other_words_stay_as_they_are() -> None:
    assert plain_tip("cats & dogs\nbirds") == "cats & dogs\nbirds"
