"""What is told of one model on this disk, and what can be done with it."""

from __future__ import annotations

from PyQt6.QtCore import QSize, Qt, QUrl, pyqtSignal
from PyQt6.QtGui import QDesktopServices
from PyQt6.QtWidgets import (
    QAbstractItemView,
    QGridLayout,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QPushButton,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from ailab.services.byte_size import format_bytes
from ailab.services.inference.model_layout import find_layouts
from ailab.services.library.cached_repo import CachedRepo, CachedRevision
from ailab.services.library.deletion_plan import Extent
from ailab.viewmodels.conversion import ConversionViewModel
from ailab.viewmodels.library import LibraryViewModel
from ailab.viewmodels.library_state import LibraryState, Update
from ailab.viewmodels.prediction_text import counted
from ailab.views.column_scroll_area import ColumnScrollArea
from ailab.views.file_manager import open_folder
from ailab.views.library_conversion import LibraryConversion
from ailab.views.library_question import LibraryQuestion
from ailab.views.library_words import ago, check_text, leftover_text
from ailab.views.plain_tip import plain_tip
from ailab.views.theme import SPACE, SPACE_LARGE, SPACE_SMALL, make_primary, set_tone
from ailab.views.wrapped_label import WrappedLabel

_COMMIT_ROLE = Qt.ItemDataRole.UserRole
_LEAST_REVISIONS_HEIGHT = 90


class LibraryDetails(QWidget):
    """One model: its size and revisions, and buttons for what can be done.

    Args:
        library: what is shown, and done.
        endpoint: origin of the Hub, for the model's page.
        conversion: turns models into ONNX; None where nobody does.
        parent: the widget around it.

    Signals:
        model_chosen(reference): the person wants to run the model; `owner/name`, or
            `owner/name@commit` for a revision other than the main branch's.
    """

    model_chosen = pyqtSignal(str)

    def __init__(
        self,
        library: LibraryViewModel,
        endpoint: str,
        conversion: ConversionViewModel | None = None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._library = library
        self._endpoint = endpoint
        self.name = WrappedLabel("Model", "heading")
        self.facts = WrappedLabel("Size and age")
        self.faults = WrappedLabel("What is wrong with it", "warning")
        self.check = WrappedLabel("Whether it is verified", "muted")
        self.use = QPushButton("Use in Inference")
        self.use.setToolTip("Put the model into the Inference tab (Enter or a double-click)")
        make_primary(self.use)
        self.verify = QPushButton("Verify")
        self.verify.setToolTip("Read its files anew and compare them with their checksums")
        self.mend = QPushButton("Delete damaged files…")
        self.open_folder = QPushButton("Open folder")
        self.open_folder.setToolTip("Open the model's folder, or that of the revision selected")
        self.open_page = QPushButton("Model page")
        self.open_page.setToolTip("Open the model's page in the web browser")
        self.delete = QPushButton("Delete…")
        self.delete.setToolTip("Says first how much becomes free")
        self.delete_revision = QPushButton("Delete revision…")
        self.conversion = LibraryConversion(conversion) if conversion is not None else None
        self.question = LibraryQuestion()
        self.revisions = _RevisionList()
        self.column = ColumnScrollArea(QWidget())
        self._lay_out()
        self.use.clicked.connect(self._on_use)
        self.verify.clicked.connect(self._on_verify)
        self.mend.clicked.connect(self._on_mend)
        self.open_folder.clicked.connect(self._on_open_folder)
        self.open_page.clicked.connect(self._on_open_page)
        self.delete.clicked.connect(self._on_delete)
        self.delete_revision.clicked.connect(self._on_delete_revision)
        self.question.agreed.connect(library.delete)
        self.question.declined.connect(self.keep)
        self.revisions.itemSelectionChanged.connect(self._on_revision)
        library.changed.connect(self._on_changed)
        self._shown: CachedRepo | None = None
        self._asked_by = self.delete
        self._render(library.state)

    def selected_commit(self) -> str | None:
        """The revision selected in the list; None for none."""
        items = self.revisions.selectedItems()
        return items[0].data(0, _COMMIT_ROLE) if items else None

    def keep(self) -> None:
        """Answer the question, where one is asked, with no; the keyboard goes back to who asked."""
        if self.question.is_waiting:
            self._library.keep()
            self._asked_by.setFocus()

    def _lay_out(self) -> None:
        # In a low window all of it scrolls; in a high one the list of revisions takes what is left.
        around = QVBoxLayout(self)
        around.setContentsMargins(0, 0, 0, 0)
        around.addWidget(self.column)
        column = QVBoxLayout(self.column.widget())
        column.setContentsMargins(SPACE_LARGE, SPACE, SPACE, SPACE)
        column.setSpacing(SPACE)
        for label in (self.name, self.facts, self.faults, self.check):
            column.addWidget(label)
        grid = QGridLayout()
        grid.setSpacing(SPACE)
        grid.addWidget(self.use, 0, 0, 1, 2)
        for place, button in enumerate(
            (self.verify, self.open_folder, self.open_page, self.delete)
        ):
            grid.addWidget(button, 1 + place // 2, place % 2)
        grid.addWidget(self.mend, 3, 0, 1, 2)
        column.addLayout(grid)
        if self.conversion is not None:
            column.addWidget(self.conversion)
        column.addWidget(self.question)
        self._revisions_title = QLabel("Revisions")
        set_tone(self._revisions_title, "heading")
        row = QHBoxLayout()
        row.setSpacing(SPACE_SMALL)
        row.addWidget(self._revisions_title, 1)
        row.addWidget(self.delete_revision)
        column.addLayout(row)
        column.addWidget(self.revisions, 1)

    def _on_changed(self, _old: LibraryState, new: LibraryState) -> None:
        self._render(new)

    def _render(self, state: LibraryState) -> None:
        repo = state.selected
        was_waiting = self.question.is_waiting
        self.question.ask(state.plan, is_deleting=state.is_deleting)
        self.setVisible(repo is not None)
        if self.question.is_waiting and not was_waiting:
            self.column.show_whole(self.question)
        if self.conversion is not None:
            self.conversion.show_repo(repo)
        if repo is None:
            self._shown = None
            return
        # What is in use may be so no more: the answer to a click says that, and what to do.
        can_change = not (state.is_deleting or state.is_checking)
        for button in (self.delete, self.mend):
            button.setEnabled(can_change)
        self.verify.setEnabled(not state.is_checking and not state.is_deleting)
        self.use.setEnabled(bool(repo.revisions))
        self.name.setText(repo.id)
        self.facts.setText(_facts_text(repo, state.updates.get(repo.id)))
        self.faults.setText("\n".join(repo.faults))
        self.faults.setVisible(bool(repo.faults))
        self.check.setText(check_text(repo))
        set_tone(self.check, "error" if repo.check.damaged else "muted")
        self.mend.setVisible(bool(repo.check.damaged))
        if repo is not self._shown:
            self._show_revisions(repo)
            self._shown = repo
        self._on_revision()

    def _show_revisions(self, repo: CachedRepo) -> None:
        commit = self.selected_commit()
        self.revisions.clear()
        for revision in repo.revisions:
            item = QTreeWidgetItem(_revision_texts(revision))
            item.setData(0, _COMMIT_ROLE, revision.commit)
            item.setToolTip(0, plain_tip("\n".join((revision.commit, *revision.refs))))
            item.setTextAlignment(2, Qt.AlignmentFlag.AlignRight)
            self.revisions.addTopLevelItem(item)
            item.setSelected(revision.commit == commit)

    def _on_revision(self) -> None:
        repo = self._library.state.selected
        can_change = repo is not None and not self._library.state.is_deleting
        is_selected = self.selected_commit() is not None
        self.delete_revision.setEnabled(can_change and is_selected)
        tip = "Says first how much becomes free" if is_selected else "Select a revision first"
        self.delete_revision.setToolTip(tip)

    def _on_use(self) -> None:
        repo = self._library.state.selected
        if repo is None:
            return
        commit = self.selected_commit()
        if commit is None and repo.main_commit is None and repo.revisions:
            commit = repo.revisions[0].commit
        is_main = commit is None or commit == repo.main_commit
        self.model_chosen.emit(repo.id if is_main else f"{repo.id}@{commit}")

    def _on_verify(self) -> None:
        if (repo := self._library.state.selected) is not None:
            self._library.verify([repo.id])

    def _on_mend(self) -> None:
        self._asked_by = self.mend
        self._library.plan_deletion(Extent.DAMAGED)

    def _on_delete(self) -> None:
        self._asked_by = self.delete
        self._library.plan_deletion(Extent.REPO)

    def _on_delete_revision(self) -> None:
        if (commit := self.selected_commit()) is not None:
            self._asked_by = self.delete_revision
            self._library.plan_deletion(Extent.REVISION, commit)

    def _on_open_folder(self) -> None:
        if (repo := self._library.state.selected) is not None:
            commit = self.selected_commit()
            revision = repo.revision(commit) if commit else None
            folder = repo.folder if revision is None else revision.folder
            open_folder(folder)

    def _on_open_page(self) -> None:
        if (repo := self._library.state.selected) is not None:
            QDesktopServices.openUrl(QUrl(f"{self._endpoint}/{repo.id}"))


def _facts_text(repo: CachedRepo, update: Update | None) -> str:
    lines = [f"{format_bytes(repo.size)} in {counted(repo.file_count, 'file', 'files')}"]
    if repo.last_used is not None:
        lines.append(f"Last used {ago(repo.last_used)}, downloaded {ago(repo.modified)}")
    if weights := _weights_text(repo):
        lines.append(weights)
    if leftovers := leftover_text(repo):
        lines.append(leftovers)
    if repo.is_in_use:
        lines.append("In use now")
    elif repo.is_loaded:
        lines.append("Loaded in the lab")
    if update is Update.AVAILABLE:
        lines.append("The Hub has a newer version; the next run of the model downloads it")
    elif update is Update.NONE:
        lines.append("The Hub has no newer version")
    return "\n".join(lines)


def _weights_text(repo: CachedRepo) -> str:
    """Which weights are here, of whichever revision; empty where none can be run."""
    layouts = (
        layout
        for revision in repo.revisions
        for layout in find_layouts([file.path for file in revision.files])
    )
    names = dict.fromkeys(layout.variant for layout in layouts)
    return f"Weights: {', '.join(names)}" if names else ""


def _revision_texts(revision: CachedRevision) -> list[str]:
    # What a person calls it comes first: in a narrow window the end is cut.
    return [
        " · ".join((*revision.refs, revision.commit[:8])),
        f"{len(revision.files):,}",
        format_bytes(revision.size),
        ago(revision.modified),
    ]


class _RevisionList(QTreeWidget):
    def __init__(self) -> None:
        super().__init__()
        self.setAccessibleName("Revisions on this disk")
        self.setHeaderLabels(["Revision", "Files", "Size", "Written"])
        self.setRootIsDecorated(False)
        self.setUniformRowHeights(True)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setFrameShape(QTreeWidget.Shape.NoFrame)
        self.setMinimumHeight(_LEAST_REVISIONS_HEIGHT)
        header = self.header()
        if header is not None:
            header.setStretchLastSection(False)
            header.setMinimumSectionSize(40)
            header.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
            header.setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """The least of it: it scrolls by itself, and takes what the column leaves it."""
        return QSize(super().sizeHint().width(), _LEAST_REVISIONS_HEIGHT)
