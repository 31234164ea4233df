"""The documentation in the window."""

from __future__ import annotations

from itertools import pairwise
from types import MappingProxyType

import pytest
from PyQt6.QtCore import QUrl
from PyQt6.QtGui import QDesktopServices
from PyQt6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from ailab.services.documentation.doc_page import PAGES
from ailab.services.documentation.doc_reader import read_doc
from ailab.services.documentation.documentation_error import DocumentationError
from ailab.services.documentation.page_text import paragraphs
from ailab.services.model_card.model_card import ModelCard
from ailab.viewmodels.documentation import DocumentationViewModel
from ailab.views.documentation_dialog import DocumentationDialog
from ailab.views.model_card_browser import ModelCardBrowser

LINK = "https://documentation.invalid/ailab/blob/docs/safety.md"


async def read(page: str) -> ModelCard:
    if page == "ray":
        raise DocumentationError("The page ray is not installed.", "Install it.")
    return ModelCard((f"<h1>About {page}</h1>",))


async def test_that_pages_are_chosen_and_links_followed(
    dressed: QApplication, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[str] = []
    monkeypatch.setattr(QDesktopServices, "openUrl", lambda url: opened.append(QUrl(url).host()))
    documentation = DocumentationViewModel(read)
    dialog = DocumentationDialog(documentation, None)
    qtbot.addWidget(dialog)
    dialog.show()
    await documentation.wait()
    assert dialog.text.toPlainText() == "About README"
    assert dialog.pages.currentRow() == 0
    dialog.pages.setCurrentRow(list(PAGES).index("sheet"))
    await documentation.wait()
    assert dialog.text.toPlainText() == "About sheet"
    dialog.text.link_chosen.emit(LINK)
    await documentation.wait()
    assert dialog.text.toPlainText() == "About safety"
    assert dialog.pages.currentItem() is dialog.pages.item(list(PAGES).index("safety"))
    dialog.text.link_chosen.emit("https://docs.ray.io")
    dialog.text.link_chosen.emit("https://documentation.invalid/ailab/blob/docs/LICENSE")
    assert opened == ["docs.ray.io"]
    documentation.show_page("ray")
    await documentation.wait()
    assert dialog.banner.message.text() == "The page ray is not installed."
    assert not dialog.text.isVisible()
    dialog.done(0)
    await documentation.close()


@pytest.mark.parametrize("points", [9.0, 16.0])
async def test_that_the_names_of_pages_are_seen_whole_in_large_letters_too(
    dressed: QApplication, qtbot: QtBot, points: float
) -> None:
    usual = dressed.font()
    large = dressed.font()
    large.setPointSizeF(points)
    dressed.setFont(large)
    try:
        dialog = DocumentationDialog(DocumentationViewModel(read), None)
        qtbot.addWidget(dialog)
        dialog.show()
        viewport = dialog.pages.viewport()
        assert viewport is not None
        qtbot.waitUntil(lambda: viewport.width() >= dialog.pages.sizeHintForColumn(0))
    finally:
        dressed.setFont(usual)


async def test_that_the_names_of_pages_stand_below_one_another(
    dressed: QApplication, qtbot: QtBot
) -> None:
    dialog = DocumentationDialog(DocumentationViewModel(read), None)
    qtbot.addWidget(dialog)
    dialog.show()
    pages = dialog.pages
    rows = [pages.visualItemRect(pages.item(row)) for row in range(pages.count())]
    assert all(row.height() == pages.sizeHintForRow(0) for row in rows)
    assert all(not above.intersects(below) for above, below in pairwise(rows))


async def found_page(page: str) -> ModelCard:
    texts = {
        "sheet": "<p>One mask</p><p>and a Mask</p><p>the last mask</p>",
        "finding": "<p>mask</p>",
    }
    return ModelCard((texts.get(page, f"<h1>About {page}</h1>"),))


async def test_that_words_are_found_on_all_pages_and_marked_where_one_is_chosen(
    dressed: QApplication, qtbot: QtBot
) -> None:
    documentation = DocumentationViewModel(found_page)
    dialog = DocumentationDialog(documentation, None)
    qtbot.addWidget(dialog)
    dialog.show()
    await documentation.wait()
    assert dialog.pages.isVisible()
    dialog.find_bar.words.setText("mask")
    await documentation.wait()
    hits = dialog.hits
    assert hits.list.isVisible()
    assert not dialog.pages.isVisible()
    assert hits.count.text() == "4 lines on 2 pages"
    items = [hits.list.item(row) for row in range(hits.list.count())]
    assert [item.text() for item in items if item is not None] == [
        *("Finding a model", "mask"),
        *("Sheets for bare .onnx files", "One mask", "and a Mask", "the last mask"),
    ]
    hits.list.setCurrentRow(4)
    await documentation.wait()
    assert documentation.state.page == "sheet"
    cursor = dialog.text.textCursor()
    assert (cursor.selectedText(), cursor.blockNumber()) == ("Mask", 1)
    assert not dialog.find_bar.absent.isVisible()
    dialog.find_bar.find_next()
    assert dialog.text.textCursor().blockNumber() == 2
    hits.list.setCurrentRow(4)  # it is: a click brings what was left back
    hits.list.itemClicked.emit(hits.list.item(4))
    assert dialog.text.textCursor().blockNumber() == 1
    dialog.find_bar.words.setText("zebra")
    await documentation.wait()
    assert hits.count.text() == "Not on any page"
    dialog.find_bar.words.clear()
    assert dialog.pages.isVisible()
    assert dialog.pages.currentRow() == list(PAGES).index("sheet")
    dialog.done(0)
    await documentation.close()


async def test_that_words_of_an_earlier_dialog_are_looked_for_no_more(
    dressed: QApplication, qtbot: QtBot
) -> None:
    documentation = DocumentationViewModel(found_page)
    documentation.find("mask")
    await documentation.wait()
    dialog = DocumentationDialog(documentation, None)
    qtbot.addWidget(dialog)
    dialog.show()
    assert dialog.pages.isVisible()
    await documentation.wait()
    dialog.done(0)


@pytest.mark.parametrize("words", ["threshold", "pip install", "--save-to", "é", "0.5"])
async def test_that_each_place_is_found_where_the_page_shown_has_it(
    dressed: QApplication, qtbot: QtBot, words: str
) -> None:
    text = ModelCardBrowser()
    qtbot.addWidget(text)
    document = text.document()
    assert document is not None
    for page in ("README", "results", "runs-here"):
        card = await read_doc(page)
        text.show_card(card, MappingProxyType({}))
        count, cursor = 0, document.find(words)
        while not cursor.isNull():
            count, cursor = count + 1, document.find(words, cursor)
        lines = paragraphs(card)
        assert sum(line.lower().count(words) for line in lines) == count
