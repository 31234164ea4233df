"""The tab of a model's card."""

from __future__ import annotations

from PyQt6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QStackedWidget, QVBoxLayout, QWidget

from ailab.services.images.picture import Picture
from ailab.viewmodels.model_pages import ModelPagesViewModel
from ailab.viewmodels.model_pages_state import ModelPagesState
from ailab.views.elided_label import ElidedLabel
from ailab.views.model_card_browser import ModelCardBrowser
from ailab.views.model_card_link_bar import ModelCardLinkBar
from ailab.views.model_details_step import ModelDetailsStep
from ailab.views.model_message import ModelMessage
from ailab.views.theme import SPACE, SPACE_LARGE, set_tone


class ModelCardPage(QWidget):
    """The card as a page, or words on why there is none.

    Attributes:
        browser: the page.
        message: the words in its place.
        retry: asks again after a failure; connected by whoever knows whom to ask.
        step: another way out of it.
        show_pictures: fetches the card's pictures.
        link_bar: where a link leads.
    """

    def __init__(self, pages: ModelPagesViewModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._pages = pages
        self.browser = ModelCardBrowser()
        self.message = ModelMessage()
        self.retry = self.message.add_button("&Retry")
        self.step = ModelDetailsStep()
        self.message.add_widget(self.step)
        self.show_pictures = QPushButton()
        self.link_bar = ModelCardLinkBar()
        self._told = QLabel()
        self._hovered = ElidedLabel()
        self._build()
        self.show_pictures.clicked.connect(self._on_show_pictures)
        self.browser.picture_asked.connect(self._on_picture_asked)
        self.browser.link_chosen.connect(self.link_bar.ask)
        self.browser.link_hovered.connect(self._on_hovered)

    @property
    def is_showing_card(self) -> bool:
        """A card is shown, not the words in its place."""
        return self._stack.currentWidget() is self._shown

    @property
    def told(self) -> str:
        """Which pictures are not shown, and who would learn that they are asked for."""
        return self._told.text()

    def show_pages(self, new: ModelPagesState) -> None:
        """Show the card as it is known."""
        part = new.card
        card = part.value
        problem = part.problem or new.details_problem
        self.retry.setVisible(problem is not None)
        self.step.offer(problem)
        if card is not None and not card.is_empty:
            self.browser.show_card(card, new.pictures)
            self._show_pictures_row(new)
            self._stack.setCurrentWidget(self._shown)
            return
        self.link_bar.hide()
        if problem is not None:
            self.message.say(problem.message, problem.advice)
        elif part.is_loaded:
            words = "Its author has written nothing about it (README.md)."
            self.message.say("No model card", words)
        else:
            self.message.say("Reading the model card…", is_busy=True)
        self._stack.setCurrentWidget(self.message)

    def _build(self) -> None:
        set_tone(self._told, "muted")
        self._told.setWordWrap(True)
        self._top = QWidget()
        row = QHBoxLayout(self._top)
        row.setContentsMargins(SPACE_LARGE, SPACE, SPACE_LARGE, 0)
        row.setSpacing(SPACE)
        row.addWidget(self._told, 1)
        row.addWidget(self.show_pictures)
        self._shown = QWidget()
        column = QVBoxLayout(self._shown)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self._top)
        column.addWidget(self.browser, 1)
        column.addWidget(self._hovered)
        column.addWidget(self.link_bar)
        self._hovered.setContentsMargins(SPACE, 2, SPACE, 2)
        self._stack = QStackedWidget()
        self._stack.addWidget(self.message)
        self._stack.addWidget(self._shown)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(self._stack)

    def _show_pictures_row(self, new: ModelPagesState) -> None:
        pictures = new.card.value.pictures if new.card.value is not None else ()
        missing = new.missing_pictures
        hosts = sorted({pictures[at].host for at in missing})
        self._top.setVisible(bool(missing) or new.is_loading_pictures)
        self.show_pictures.setEnabled(not new.is_loading_pictures)
        if new.is_loading_pictures:
            self.show_pictures.setText("Fetching…")
            shown = sum(isinstance(found, Picture) for found in new.pictures.values())
            self._told.setText(f"{shown} of {_counted(len(pictures))}")
        else:
            self.show_pictures.setText("Show pict&ures")
            more = len(hosts) - 1
            others = f" and {more} {'other' if more == 1 else 'others'}" if more > 0 else ""
            where = f" from {hosts[0]}{others}" if hosts else ""
            self._told.setText(f"{_counted(len(missing))}{where}")

    def _on_show_pictures(self) -> None:
        self._pages.show_pictures()

    def _on_picture_asked(self, place: int) -> None:
        self._pages.show_pictures(place)

    def _on_hovered(self, address: str) -> None:
        self._hovered.setText(address)


def _counted(pictures: int) -> str:
    return "1 picture" if pictures == 1 else f"{pictures} pictures"
