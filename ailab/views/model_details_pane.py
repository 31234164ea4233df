"""The right half of the model browser: what is known of the selected model."""

from __future__ import annotations

from PyQt6.QtCore import Qt, QUrl, pyqtSignal
from PyQt6.QtGui import QDesktopServices, QHideEvent, QShowEvent
from PyQt6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QStackedWidget,
    QTabWidget,
    QVBoxLayout,
    QWidget,
)

from ailab.services.images.picture import Picture
from ailab.services.next_step import NextStep
from ailab.viewmodels.model_browser import ModelBrowserViewModel
from ailab.viewmodels.model_browser_state import ModelBrowserState
from ailab.viewmodels.model_pages_state import DetailsPage, ModelPagesState
from ailab.views.late_tab import LateTab
from ailab.views.model_architecture_page import ModelArchitecturePage
from ailab.views.model_card_page import ModelCardPage
from ailab.views.model_chip_star import ModelChipStar
from ailab.views.model_details_links import ModelDetailsLinks, is_web_page
from ailab.views.model_details_overview import ModelDetailsOverview
from ailab.views.model_details_text import ModelDetailsText
from ailab.views.model_details_verdict import ModelDetailsVerdict
from ailab.views.model_files_page import ModelFilesPage
from ailab.views.model_message import ModelMessage
from ailab.views.theme import SPACE, SPACE_LARGE, make_card

_LEAST_TABS = 80


class ModelDetailsPane(QFrame):
    """Shows what the row tells at once, and the rest when it comes; tabs are read when seen.

    Args:
        view_model: tells the selected model; its `pages` read what the tabs show.
        parent: the widget around it.

    Attributes:
        model_id: the model's id.
        star: marks the model as a favourite.
        links: buttons for the id and the page.
        tabs: the tabs, in the order of `DetailsPage`.
        overview: the first one.
        nothing: the words while nothing is selected.

    Signals:
        sign_in_requested(): the person wants to sign in, which a failure asks for.
    """

    sign_in_requested = pyqtSignal()

    def __init__(self, view_model: ModelBrowserViewModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._view_model = view_model
        self._pages = view_model.pages
        make_card(self)
        self.model_id = ModelDetailsText()
        self.model_id.setAccessibleName("Model id")
        self.model_id.set_heading()
        self.star = ModelChipStar(view_model)
        self.links = ModelDetailsLinks()
        self.overview = ModelDetailsOverview()
        self._card = LateTab(self._make_card)
        self._files = LateTab(self._make_files)
        self._architecture = LateTab(self._make_architecture)
        self.tabs = QTabWidget()
        self.nothing = ModelMessage()
        self._build()
        self.nothing.say(
            "No model selected", "Select a model to see what it is and whether it runs here."
        )
        self.verdict.retry.clicked.connect(self._on_retry)
        for step in (self.verdict.step, self.overview.gate.step):
            step.asked.connect(self._on_step)
        self.tabs.currentChanged.connect(self._on_tab)
        self._pages.changed.connect(self._on_pages_changed)
        self.show_state(None, view_model.state)

    @property
    def card(self) -> ModelCardPage:
        """Its README."""
        return self._card.content

    @property
    def files(self) -> ModelFilesPage:
        """What lies in its repository."""
        return self._files.content

    @property
    def architecture(self) -> ModelArchitecturePage:
        """Its network."""
        return self._architecture.content

    @property
    def verdict(self) -> ModelDetailsVerdict:
        """Whether it runs here."""
        return self.overview.verdict

    @property
    def is_showing_details(self) -> bool:
        """A model is shown, not the words in its place."""
        return self._stack.currentWidget() is self._shown

    def set_preview(self, picture: Picture | None) -> None:
        """Show a picture of what the model is for, or none."""
        self.overview.set_preview(picture)

    def show_state(self, old: ModelBrowserState | None, new: ModelBrowserState) -> None:
        """Show what has changed."""
        if old is not None and _seen_of(old) == _seen_of(new):
            return
        if new.selection is None:
            self._stack.setCurrentWidget(self.nothing)
            return
        info = new.details.info if new.details is not None else new.selection
        self.model_id.set_text(info.id)
        self.links.set_target(info.id, new.details.url if new.details is not None else "")
        self.overview.show_state(new)
        if self._files.is_made:
            self.files.show_browser(new)
        self._stack.setCurrentWidget(self._shown)
        if old is None or old.selection is None or old.selection.key != new.selection.key:
            self.set_preview(None)
            self.overview.start_anew()
        if self._page is DetailsPage.FILES and self.isVisible():
            self.files.look_at()

    def showEvent(self, event: QShowEvent | None) -> None:  # noqa: N802 - Qt's name
        """Read what the tab needs, now that it is seen."""
        super().showEvent(event)
        self._pages.look_at(self._page)

    def hideEvent(self, event: QHideEvent | None) -> None:  # noqa: N802 - Qt's name
        """Read nothing while nobody looks."""
        super().hideEvent(event)
        self._pages.look_at(None)

    @property
    def _page(self) -> DetailsPage:
        return tuple(DetailsPage)[max(self.tabs.currentIndex(), 0)]

    def _build(self) -> None:
        pages: list[QWidget] = [self.overview, self._card, self._files, self._architecture]
        for page, widget in zip(DetailsPage, pages, strict=True):
            self.tabs.addTab(widget, page.value)
        self.tabs.setDocumentMode(True)
        self.tabs.setMinimumHeight(_LEAST_TABS)  # the tabs scroll; a long name does not
        # Four tabs have room in a narrow pane.
        self.tabs.setStyleSheet("QTabBar::tab { padding: 7px 7px; }")
        head = QVBoxLayout()
        head.setContentsMargins(SPACE_LARGE, 12, SPACE_LARGE, 0)
        head.setSpacing(SPACE)
        title = QHBoxLayout()
        title.setSpacing(SPACE)
        title.addWidget(self.model_id, 1)
        title.addWidget(self.star, 0, Qt.AlignmentFlag.AlignTop)
        head.addLayout(title)
        head.addWidget(self.links)
        self._shown = QWidget()
        column = QVBoxLayout(self._shown)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(SPACE)
        column.addLayout(head)
        column.addWidget(self.tabs, 1)
        self._stack = QStackedWidget()
        self._stack.addWidget(self.nothing)
        self._stack.addWidget(self._shown)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(1, 1, 1, 1)
        outer.addWidget(self._stack)

    def _make_card(self) -> ModelCardPage:
        page = ModelCardPage(self._pages)
        page.retry.clicked.connect(self._on_retry)
        page.step.asked.connect(self._on_step)
        page.show_pages(self._pages.state)
        return page

    def _make_files(self) -> ModelFilesPage:
        page = ModelFilesPage(self._view_model, self._pages)
        page.step.asked.connect(self._on_step)
        page.show_browser(self._view_model.state)
        page.show_pages(self._pages.state)
        return page

    def _make_architecture(self) -> ModelArchitecturePage:
        page = ModelArchitecturePage(self._pages)
        page.retry.clicked.connect(self._on_retry)
        page.step.asked.connect(self._on_step)
        page.show_pages(self._pages.state)
        return page

    def _on_pages_changed(self, _old: ModelPagesState, new: ModelPagesState) -> None:
        self.overview.show_classes(new.config.value)
        if self._card.is_made:
            self.card.show_pages(new)
        if self._files.is_made:
            self.files.show_pages(new)
        if self._architecture.is_made:
            self.architecture.show_pages(new)

    def _on_tab(self, _index: int) -> None:
        if self.isVisible():
            self._pages.look_at(self._page)
            if self._page is DetailsPage.FILES:
                self.files.look_at()

    def _on_retry(self) -> None:
        state = self._view_model.state
        if state.details_problem is not None or state.are_details_kept:
            self._view_model.retry_details()  # the tabs follow
        else:
            self._pages.retry()

    def _on_step(self, step: NextStep) -> None:
        if step is NextStep.SIGN_IN:
            self.sign_in_requested.emit()
        elif step is NextStep.OPEN_MODEL_PAGE:
            selected = self._view_model.state.selection
            url = self._pages.page_of(selected.id) if selected is not None else ""
            if is_web_page(url):
                QDesktopServices.openUrl(QUrl(url))


def _seen_of(state: ModelBrowserState) -> tuple[object, ...]:
    return (
        state.selection,
        state.details,
        state.verdict,
        state.is_loading_details,
        state.details_problem,
        state.are_details_kept,
        state.is_let_in,
        state.gate_problem,
        state.refs,
        state.revision,
        state.variants,
        state.variant,
    )
