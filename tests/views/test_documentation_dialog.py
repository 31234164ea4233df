"""The documentation in the window."""

from __future__ import annotations

from itertools import pairwise

import pytest
from PyQt6.QtCore import QUrl
from PyQt6.QtGui import QDesktopServices
from PyQt6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from ailab.services.documentation.doc_page import PAGES
from ailab.services.documentation.documentation_error import DocumentationError
from ailab.services.model_card.model_card import ModelCard
from ailab.viewmodels.documentation import DocumentationViewModel
from ailab.views.documentation_dialog import DocumentationDialog

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
