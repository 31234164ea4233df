"""The dialog that shows the documentation."""

from __future__ import annotations

from types import MappingProxyType

from PyQt6.QtCore import Qt, QUrl
from PyQt6.QtGui import QDesktopServices, QShowEvent
from PyQt6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QSplitter,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from ailab.services.documentation.doc_hit import DocHit
from ailab.services.documentation.doc_page import PAGES
from ailab.viewmodels.documentation import DocumentationState, DocumentationViewModel
from ailab.views.banner import Banner
from ailab.views.dialog_column import DialogColumn
from ailab.views.documentation_hits import DocumentationHits
from ailab.views.find_bar import FindBar
from ailab.views.model_card_browser import ModelCardBrowser
from ailab.views.screen_room import resize_within_screen
from ailab.views.theme import SPACE, SPACE_LARGE

_SIZE = (980, 700)
_SMALLEST = (620, 420)
_LIST_WIDTH = 250


class DocumentationDialog(QDialog):
    """A list of the pages, or of what is found on all of them, and the page chosen.

    Args:
        documentation: what is shown.
        parent: the widget that it stands over.

    Attributes:
        pages: the list.
        text: the page.
        find_bar: finds words on it, and has them looked for on the others.
        hits: what was found on all pages; in the place of their list while there are words.
        banner: why it cannot be shown.
    """

    def __init__(self, documentation: DocumentationViewModel, parent: QWidget | None) -> None:
        super().__init__(parent)
        self._documentation = documentation
        self.setWindowTitle("Documentation")
        self.setMinimumSize(*_SMALLEST)
        resize_within_screen(self, *_SIZE)
        self.pages = QListWidget()
        self.pages.setAccessibleName("Pages")
        self.pages.setProperty("contents", "true")
        for page, title in PAGES.items():
            item = QListWidgetItem(title)
            item.setData(Qt.ItemDataRole.UserRole, page)
            self.pages.addItem(item)
        self.text = ModelCardBrowser()
        self.text.setAccessibleName("Page of the documentation")
        self.find_bar = FindBar(self.text)
        self.hits = DocumentationHits()
        self._lists = QStackedWidget()
        self.banner = Banner(can_dismiss=False)
        self._lay_out()
        self.pages.currentItemChanged.connect(self._on_chosen)
        self.text.link_chosen.connect(self._on_link)
        self.find_bar.words.textChanged.connect(documentation.find)
        self.find_bar.left_downwards.connect(self._on_left_downwards)
        self.hits.chosen.connect(self._on_hit)
        documentation.changed.connect(self._on_changed)
        documentation.find("")  # what an earlier dialog looked for
        documentation.open()
        self._show(documentation.state)

    def showEvent(self, event: QShowEvent | None) -> None:  # noqa: N802 - Qt's name
        """Measure the rows anew: they were laid out before they had their style."""
        super().showEvent(event)
        self.pages.scheduleDelayedItemsLayout()

    def done(self, result: int) -> None:
        """Follow no longer what is shown."""
        self._documentation.changed.disconnect(self._on_changed)
        super().done(result)

    def _lay_out(self) -> None:
        both = QSplitter(Qt.Orientation.Horizontal)
        both.setChildrenCollapsible(False)
        both.setHandleWidth(SPACE)
        self._lists.addWidget(self.pages)
        self._lists.addWidget(self.hits)
        both.addWidget(self._lists)
        page = QWidget()
        found = QVBoxLayout(page)
        found.setContentsMargins(0, 0, 0, 0)
        found.setSpacing(SPACE)
        found.addWidget(self.find_bar)
        found.addWidget(self.text, 1)
        both.addWidget(page)
        both.setStretchFactor(1, 1)
        widest = max(map(self.pages.fontMetrics().horizontalAdvance, PAGES.values()))
        width = max(_LIST_WIDTH, widest + 2 * SPACE_LARGE)
        both.setSizes([width, _SIZE[0] - width])
        buttons = QDialogButtonBox()
        buttons.addButton(QPushButton("Close"), QDialogButtonBox.ButtonRole.RejectRole)
        buttons.rejected.connect(self.reject)
        column = DialogColumn(self)
        column.addWidget(self.banner)
        column.addWidget(both, 1)
        column.addWidget(buttons)

    def _on_changed(self, old: DocumentationState, new: DocumentationState) -> None:
        self.hits.show_state(new)
        self._lists.setCurrentWidget(self.hits if new.words else self.pages)
        if (old.page, old.text, old.problem, old.place) != (
            new.page,
            new.text,
            new.problem,
            new.place,
        ):
            self._show(new)

    def _show(self, state: DocumentationState) -> None:
        self.pages.blockSignals(True)
        self.pages.setCurrentRow(list(PAGES).index(state.page) if state.page else -1)
        self.pages.blockSignals(False)
        if state.problem is not None:
            self.banner.tell(state.problem.message, state.problem.advice)
        else:
            self.banner.tell("")
        self.text.setVisible(state.problem is None)
        self.find_bar.setVisible(state.problem is None)
        if state.text is not None:
            self.text.show_card(state.text, MappingProxyType({}))
            if state.place is None:
                self.find_bar.look_again()
            else:
                self.find_bar.go_to(state.place)

    def _on_chosen(self, item: QListWidgetItem | None, _: QListWidgetItem | None) -> None:
        if item is not None:
            self._documentation.show_page(item.data(Qt.ItemDataRole.UserRole))

    def _on_hit(self, hit: DocHit) -> None:
        self._documentation.show_hit(hit)
        if self._documentation.state.text is not None:  # it may be there, but out of sight
            self.find_bar.go_to(hit.place)

    def _on_left_downwards(self) -> None:
        if not self.hits.isHidden():
            self.hits.list.setFocus()

    def _on_link(self, address: str) -> None:
        if elsewhere := self._documentation.follow(address):
            QDesktopServices.openUrl(QUrl(elsewhere))
