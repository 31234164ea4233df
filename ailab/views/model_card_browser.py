"""Shows a card's page, and loads nothing for it from anywhere."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from PyQt6.QtCore import QEvent, QTimer, QUrl, pyqtSignal
from PyQt6.QtGui import QImage, QResizeEvent, QTextDocument, QTextOption
from PyQt6.QtWidgets import QFrame, QTextBrowser, QWidget

from ailab.services.images.picture import Picture
from ailab.services.model_card.model_card import ModelCard
from ailab.services.problem import Problem
from ailab.views.model_card_html import PICTURE_SCHEME, card_page, card_style
from ailab.views.picture_image import picture_image
from ailab.views.theme_colors import colors_for

_MARGIN = 16
_REST_MS = 80


class ModelCardBrowser(QTextBrowser):
    """A page of rich text that asks before anything is opened or fetched.

    Signals:
        picture_asked(place): the person wants to see one of the card's pictures.
        link_chosen(address): the person has clicked a link that leads elsewhere.
        link_hovered(address): the mouse is over such a link; empty where it is over none.
    """

    picture_asked = pyqtSignal(int)
    link_chosen = pyqtSignal(str)
    link_hovered = pyqtSignal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._card: ModelCard | None = None
        self._pictures: Mapping[int, Picture | Problem] = {}
        self._images: dict[int, QImage] = {}
        self._width = 0
        # Pictures come one by one, and a window is pulled wider in many steps.
        self._rest = QTimer(self)
        self._rest.setSingleShot(True)
        self._rest.setInterval(_REST_MS)
        self._rest.timeout.connect(self._on_rest)
        self.setOpenLinks(False)
        self.setOpenExternalLinks(False)
        self.setAcceptDrops(False)
        self.setUndoRedoEnabled(False)
        # A wide table is scrolled sideways: broken within words nobody could read it.
        self.setWordWrapMode(QTextOption.WrapMode.WordWrap)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setAccessibleName("Model card")
        viewport, document = self.viewport(), self.document()
        if viewport is not None:
            viewport.setAutoFillBackground(False)
        if document is not None:
            document.setDocumentMargin(_MARGIN)
        self.anchorClicked.connect(self._on_anchor)
        self.highlighted.connect(self._on_highlighted)

    def show_card(self, card: ModelCard, pictures: Mapping[int, Picture | Problem]) -> None:
        """Show a card; one that is shown already stays where it was scrolled to."""
        if card is not self._card:
            self._card, self._pictures, self._images = card, pictures, {}
            self._write()
            self._scroll_to(0)
        elif pictures is not self._pictures:
            self._pictures = pictures
            self._rest.start()

    def loadResource(self, kind: int, name: QUrl) -> Any:  # noqa: N802 - Qt's name
        """One of the card's own pictures; anything else is empty, wherever it may lie."""
        if name.scheme() == PICTURE_SCHEME and name.path().isdigit():
            place = int(name.path())
            found = self._pictures.get(place)
            if isinstance(found, Picture):
                if place not in self._images:
                    self._images[place] = picture_image(found).copy()
                return self._images[place]
        is_image = kind == QTextDocument.ResourceType.ImageResource.value
        return QImage() if is_image else ""

    def resizeEvent(self, event: QResizeEvent | None) -> None:  # noqa: N802 - Qt's name
        """Fit wide pictures anew, once the width rests."""
        super().resizeEvent(event)
        if self._images and self._room() != self._width:
            self._rest.start()

    def changeEvent(self, event: QEvent | None) -> None:  # noqa: N802 - Qt's name
        """Follow the theme."""
        super().changeEvent(event)
        if event is not None and event.type() == QEvent.Type.PaletteChange and self._card:
            self._rest.start()

    def _room(self) -> int:
        viewport = self.viewport()
        return (viewport.width() if viewport is not None else 400) - 2 * _MARGIN - 4

    def _write(self) -> None:
        self._rest.stop()
        document = self.document()
        if self._card is None or document is None:
            return
        self._width = self._room()
        document.setDefaultStyleSheet(card_style(colors_for(self.palette())))
        self.setHtml(card_page(self._card, self._pictures, self._width))

    def _scroll_to(self, place: int) -> None:
        bar = self.verticalScrollBar()
        if bar is not None:
            bar.setValue(place)

    def _on_rest(self) -> None:
        bar = self.verticalScrollBar()
        place = bar.value() if bar is not None else 0
        self._write()
        self._scroll_to(place)

    def _on_anchor(self, url: QUrl) -> None:
        if url.scheme() == PICTURE_SCHEME:
            if url.path().isdigit():
                self.picture_asked.emit(int(url.path()))
        elif url.isRelative():
            self.scrollToAnchor(url.fragment())
        else:
            self.link_chosen.emit(url.toString(QUrl.ComponentFormattingOption.FullyEncoded))

    def _on_highlighted(self, url: QUrl) -> None:
        is_elsewhere = url.scheme() != PICTURE_SCHEME and not url.isRelative()
        self.link_hovered.emit(url.toString() if is_elsewhere else "")
