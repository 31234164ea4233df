"""A card is shown without anything being loaded, and links say where they lead."""

from __future__ import annotations

import os
import socket
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PyQt6.QtCore import QUrl
from PyQt6.QtGui import QDesktopServices, QImage, QTextCursor, QTextDocument
from PyQt6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from ailab.services.images.picture import Picture
from ailab.services.model_card.card_addresses import CardAddresses
from ailab.services.model_card.card_html import render_card
from ailab.services.model_card.model_card import ModelCard
from ailab.services.problem import Problem
from ailab.viewmodels.model_pages import ModelPagesViewModel
from ailab.viewmodels.model_pages_state import ModelPagesState, PagePart
from ailab.views.model_card_browser import ModelCardBrowser
from ailab.views.model_card_page import ModelCardPage
from ailab.views.theme import Theme, apply_theme
from fakes import FakeHub

HUB = CardAddresses("https://hub.test", "acme/nuclei", "main")


def a_card(text: str) -> ModelCard:
    return render_card(text, HUB)


@pytest.fixture
def browser(dressed: QApplication, qtbot: QtBot) -> ModelCardBrowser:
    browser = ModelCardBrowser()
    qtbot.addWidget(browser)
    browser.resize(400, 500)
    return browser


@pytest.fixture
def page(dressed: QApplication, qtbot: QtBot) -> ModelCardPage:
    page = ModelCardPage(ModelPagesViewModel(FakeHub()))
    qtbot.addWidget(page)
    page.resize(400, 500)
    page.show()
    return page


@pytest.fixture
def no_loads(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What was opened on disk by Python or asked of the network; nothing should be."""
    asked: list[str] = []

    def refuse(*arguments: object, **_: object) -> None:
        asked.append(str(arguments))
        raise OSError("not here")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr(Path, "open", refuse)
    monkeypatch.setattr(QDesktopServices, "openUrl", refuse)
    return asked


def resource(browser: ModelCardBrowser, address: str) -> Any:
    kind = QTextDocument.ResourceType.ImageResource.value
    return browser.loadResource(kind, QUrl(address))


def shown_images(browser: ModelCardBrowser) -> int:
    document = browser.document()
    assert document is not None
    return document.toHtml().count("<img ")


@pytest.mark.parametrize("kind", list(QTextDocument.ResourceType))
def test_that_nothing_is_served_but_the_lab_s_own_pictures(
    browser: ModelCardBrowser, tmp_path: Path, kind: QTextDocument.ResourceType
) -> None:
    secret = tmp_path / "secret.png"
    QImage(8, 8, QImage.Format.Format_RGB32).save(str(secret))
    browser.show_card(a_card("hello"), {})
    for address in (
        QUrl.fromLocalFile(str(secret)).toString(),
        str(secret),
        "secret.png",
        "qrc:/x.png",
        "data:image/png;base64,iVBORw0KGgo=",
        "https://pics.test/x.png",
        "picture:0",
        "picture:-1",
        "picture:x",
    ):
        found = browser.loadResource(kind.value, QUrl(address))
        assert found == "" or (isinstance(found, QImage) and found.isNull())


@pytest.mark.parametrize(
    "html",
    [
        '<img src="{url}">',
        '<img src="{path}">',
        '<table background="{url}"><tr><td>t</td></tr></table>',
        '<link rel="stylesheet" href="{style}"><table><tr><td>t</td></tr></table>',
        "<style>@import url({style});</style><table><tr><td>t</td></tr></table>",
        '<img src="https://evil.test/x.png"><script>alert(1)</script><iframe src="{url}"></iframe>',
        '<meta http-equiv="refresh" content="0;url={url}"><p style="background:url({url})">x</p>',
    ],
)
def test_that_even_uncleaned_html_loads_nothing(
    browser: ModelCardBrowser, no_loads: list[str], tmp_path: Path, html: str
) -> None:
    secret, style = tmp_path / "secret.png", tmp_path / "secret.css"
    image = QImage(300, 300, QImage.Format.Format_RGB32)
    image.fill(0x00FF00)
    image.save(str(secret))
    os.write(handle := os.open(style, os.O_CREAT | os.O_WRONLY), b"td { background: #00ff00 }")
    os.close(handle)
    addresses = {
        "url": QUrl.fromLocalFile(str(secret)).toString(),
        "path": secret.as_posix(),
        "style": QUrl.fromLocalFile(str(style)).toString(),
    }
    browser.show_card(ModelCard((html.format(**addresses),)), {})
    browser.show()
    picture = browser.grab().toImage()
    colours = {picture.pixel(x, y) for x in range(0, 400, 3) for y in range(0, 200, 3)}
    assert 0xFF00FF00 not in colours
    assert no_loads == []


def test_that_a_picture_is_words_until_it_is_fetched(
    browser: ModelCardBrowser, grey_picture: Picture
) -> None:
    card = a_card("![Some cells](a.png) and ![](https://pics.test/b.png)")
    browser.show_card(card, {})
    assert "Picture: Some cells (hub.test) — show" in browser.toPlainText()
    assert "Picture (pics.test) — show" in browser.toPlainText()
    assert shown_images(browser) == 0
    browser.show_card(card, {0: grey_picture, 1: Problem("It is damaged.")})
    browser._on_rest()
    assert shown_images(browser) == 1
    assert "not shown: It is damaged." in browser.toPlainText()
    assert resource(browser, "picture:0").width() == 200
    assert resource(browser, "picture:1").isNull()


def test_that_what_follows_a_table_stands_apart_from_it(browser: ModelCardBrowser) -> None:
    blocks = []
    for last in ("2", " "):
        browser.show_card(a_card(f"| a | b |\n|---|---|\n| 1 | {last} |\n\nBehind.\n"), {})
        document = browser.document()
        assert document is not None
        between = document.lastBlock().previous()  # an empty block, by which Qt leaves the space
        assert QTextCursor(between).currentTable() is None
        blocks.append(document.blockCount())
    assert blocks[0] == blocks[1]


def test_that_links_are_told_apart(browser: ModelCardBrowser) -> None:
    asked: list[object] = []
    browser.picture_asked.connect(asked.append)
    browser.link_chosen.connect(asked.append)
    browser.show_card(a_card("# Top\n\n" + "line\n\n" * 200 + "## End of it"), {})
    browser.show()
    for address in ("picture:3", "picture:x", "https://x.test/a b", "#end-of-it"):
        browser.anchorClicked.emit(QUrl(address))
    assert asked == [3, "https://x.test/a%20b"]
    bar = browser.verticalScrollBar()
    assert bar is not None
    assert bar.value() > 500, "the heading is gone to"


@pytest.mark.slow
def test_that_a_card_follows_the_theme(
    browser: ModelCardBrowser, dressed: QApplication, look: Callable[..., str]
) -> None:
    browser.show_card(a_card("```\n" + "x\n" * 40 + "```"), {})
    browser.show()
    light = look(browser, 300, 100)
    apply_theme(dressed, Theme.DARK)
    browser._on_rest()
    assert look(browser, 300, 100) != light
    apply_theme(dressed, Theme.LIGHT)


@pytest.mark.slow
def test_that_a_hostile_card_is_laid_out(browser: ModelCardBrowser) -> None:
    wide = "<table><tr>" + "<td colspan=99>x" * 5000 + "</tr>" + "<tr><td>y" * 3000
    for text in (wide, "<table><tr><td>" * 5000, "<ul><li>" * 5000, ">" * 9000, "<b>" * 9000 + "x"):
        browser.show_card(a_card(text), {})
        browser.grab()


def test_that_the_page_says_why_there_is_no_card(page: ModelCardPage) -> None:
    page.show_pages(ModelPagesState())
    assert "Reading the model card" in page.message.words
    page.show_pages(ModelPagesState(card=PagePart(is_loaded=True)))
    assert "No model card" in page.message.words
    page.show_pages(ModelPagesState(card=PagePart(problem=Problem("No network.", "Check it."))))
    assert page.message.words == "No network.\nCheck it."
    assert page.retry.isVisible()
    assert not page.is_showing_card


def test_that_the_page_offers_pictures_and_says_who_would_learn_of_it(
    page: ModelCardPage, grey_picture: Picture
) -> None:
    card = PagePart(a_card("![a](a.png) ![b](https://pics.test/b.png)"), is_loaded=True)
    page.show_pages(ModelPagesState(card=card))
    assert page.is_showing_card
    assert page.show_pictures.isVisible()
    assert page.told == "2 pictures from hub.test and 1 other"
    page.show_pages(ModelPagesState(card=card, pictures={0: grey_picture, 1: grey_picture}))
    assert not page.show_pictures.isVisible()
    page.show_pages(ModelPagesState(card=PagePart(a_card("words"), is_loaded=True)))
    assert not page.show_pictures.isVisible()


def test_that_a_link_shows_its_address_before_it_is_opened(
    page: ModelCardPage, monkeypatch: pytest.MonkeyPatch
) -> None:
    visited: list[str] = []

    def open_url(url: QUrl) -> bool:
        visited.append(url.toString())
        return len(visited) > 1

    monkeypatch.setattr(QDesktopServices, "openUrl", open_url)
    card = PagePart(a_card("[bank.test](https://evil.test/)"), is_loaded=True)
    page.show_pages(ModelPagesState(card=card))
    page.browser.anchorClicked.emit(QUrl("https://evil.test/"))
    assert not visited
    assert page.link_bar.isVisible()
    assert page.link_bar.address.text == "https://evil.test/"
    page.link_bar.open.click()
    assert "No program answered" in page.link_bar.note
    page.link_bar.open.click()
    assert visited == ["https://evil.test/"] * 2
    assert not page.link_bar.isVisible()
    page.browser.anchorClicked.emit(QUrl("file:///etc/passwd"))
    assert not page.link_bar.open.isEnabled()
