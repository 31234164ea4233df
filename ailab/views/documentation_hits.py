"""What was found on all pages of the documentation."""

from __future__ import annotations

from itertools import groupby

from PyQt6.QtCore import QEvent, QModelIndex, Qt, pyqtSignal
from PyQt6.QtWidgets import QListView, QListWidget, QListWidgetItem, QVBoxLayout, QWidget

from ailab.services.documentation.doc_hit import DocHit
from ailab.services.documentation.doc_page import PAGES
from ailab.viewmodels.documentation import MOST_HITS, DocumentationState
from ailab.viewmodels.prediction_text import counted
from ailab.views.plain_tip import plain_tip
from ailab.views.row_menu import RowMenu
from ailab.views.theme import SPACE_SMALL
from ailab.views.wrapped_label import WrappedLabel

_HIT_ROLE = Qt.ItemDataRole.UserRole


class DocumentationHits(QWidget):
    """The pages that hold the words, and below each the lines that do.

    Args:
        parent: the widget around it.

    Attributes:
        count: how many there are.
        list: titles of pages, which lead nowhere, and lines.

    Signals:
        chosen(hit): a line was chosen, a `DocHit`.
    """

    chosen = pyqtSignal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.count = WrappedLabel("How much was found", "muted")
        self.list = QListWidget()
        self.list.setAccessibleName("Found in the documentation")
        self.list.setProperty("contents", "true")
        self.list.setWordWrap(True)
        self.list.setResizeMode(QListView.ResizeMode.Adjust)
        self.list.setVerticalScrollMode(QListWidget.ScrollMode.ScrollPerPixel)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.menu = RowMenu(self.list, _cells, heads=("page", "line"))
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(SPACE_SMALL)
        column.addWidget(self.count)
        column.addWidget(self.list, 1)
        self._hits: tuple[DocHit, ...] = ()
        self.list.currentItemChanged.connect(self._on_current)
        self.list.itemClicked.connect(self._on_chosen)

    def show_state(self, state: DocumentationState) -> None:
        """Show what was found."""
        self.count.setText(_count_words(state))
        if state.hits is self._hits:
            return
        self._hits = state.hits
        self.list.blockSignals(True)
        self.list.clear()
        for page, hits in groupby(state.hits, key=lambda hit: hit.page):
            self._add_title(PAGES[page])
            for hit in hits:
                item = QListWidgetItem(hit.line)
                item.setData(_HIT_ROLE, hit)
                item.setToolTip(plain_tip(hit.line))
                self.list.addItem(item)
        self.list.blockSignals(False)
        self.list.scrollToTop()

    def changeEvent(self, event: QEvent | None) -> None:  # noqa: N802 - Qt's name
        """Follow the theme."""
        super().changeEvent(event)
        if event is not None and event.type() == QEvent.Type.PaletteChange:
            for item in map(self.list.item, range(self.list.count())):
                if item is not None and not item.flags():
                    item.setForeground(self.palette().text())

    def _add_title(self, title: str) -> None:
        item = QListWidgetItem(title)
        font = self.list.font()
        font.setBold(True)
        item.setFont(font)
        item.setFlags(Qt.ItemFlag.NoItemFlags)
        item.setForeground(self.palette().text())  # though it can't be chosen
        self.list.addItem(item)

    def _on_current(self, item: QListWidgetItem | None, _before: QListWidgetItem | None) -> None:
        self._on_chosen(item)

    def _on_chosen(self, item: QListWidgetItem | None) -> None:
        hit = None if item is None else item.data(_HIT_ROLE)
        if isinstance(hit, DocHit):
            self.chosen.emit(hit)


def _count_words(state: DocumentationState) -> str:
    if not state.hits:
        return "Looking …" if state.is_finding else "Not on any page"
    if len(state.hits) == MOST_HITS:
        return f"The first {MOST_HITS} lines; further letters leave fewer"
    pages = len({hit.page for hit in state.hits})
    lines = counted(len(state.hits), "line", "lines")
    return f"{lines} on {counted(pages, 'page', 'pages')}"


def _cells(index: QModelIndex) -> tuple[str, ...]:
    hit = index.data(_HIT_ROLE)
    return (PAGES[hit.page], hit.line) if isinstance(hit, DocHit) else (str(index.data()), "")
