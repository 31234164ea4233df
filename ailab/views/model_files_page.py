"""The tab of a model's files: what there is, what a run needs, and a way to have it."""

from __future__ import annotations

from collections.abc import Iterator

from PyQt6.QtCore import Qt
from PyQt6.QtGui import QResizeEvent
from PyQt6.QtWidgets import (
    QComboBox,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from ailab.services.byte_size import format_bytes
from ailab.services.compatibility.verdict import Fit, Verdict
from ailab.services.downloads.download_entry import DownloadState
from ailab.services.inference.companions import companion_names
from ailab.viewmodels.model_browser import ModelBrowserViewModel
from ailab.viewmodels.model_browser_state import ModelBrowserState
from ailab.viewmodels.model_pages import ModelPagesViewModel
from ailab.viewmodels.model_pages_state import ModelPagesState
from ailab.views.banner import Banner
from ailab.views.column_scroll_area import ColumnScrollArea
from ailab.views.elided_combo_box import ElidedComboBox
from ailab.views.model_details_step import ModelDetailsStep
from ailab.views.model_details_tree import ModelDetailsTree
from ailab.views.model_files_rows import TITLES, file_rows, total_of
from ailab.views.model_weights_words import has_usual, weights_explained, weights_text
from ailab.views.plain_tip import plain_tip
from ailab.views.revision_edit import RevisionEdit
from ailab.views.theme import SPACE, SPACE_LARGE, make_primary, set_tone, width_of_letters
from ailab.views.wrapped_label import WrappedLabel

_NARROW = 51  # letters, in which names and reasons have room beside each other
_NEEDED = 2
_LEAST_TREE_HEIGHT = 130
_TIP_ROLE = Qt.ItemDataRole.ToolTipRole
_STATES = {
    DownloadState.QUEUED: "The download waits for its turn",
    DownloadState.RUNNING: "Downloading",
    DownloadState.PAUSED: "The download is paused",
    DownloadState.FAILED: "The download failed",
}


class ModelFilesPage(QWidget):
    """A tree of the files, the revision and weights to choose, what is to be downloaded.

    Attributes:
        revision: a branch or tag to choose, or a commit to type.
        variant: which weights.
        explained: what these weights are.
        tree: the files.
        totals: their sizes, and what of them a run needs.
        download: has what a run needs downloaded.
        banner: why that failed.
        step: a way out.
        scroll_area: all but what is to be downloaded; in a low window it scrolls, in a high one
            the tree alone.
    """

    def __init__(
        self,
        browser: ModelBrowserViewModel,
        pages: ModelPagesViewModel,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._browser = browser
        self._pages = pages
        self._is_narrow = False
        self.revision = QComboBox()
        edit = RevisionEdit()
        self.revision.setLineEdit(edit)
        self.revision.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
        self.variant = ElidedComboBox()
        self.variant.setPlaceholderText("Choose one")
        self.explained = WrappedLabel("What these weights are", "muted")
        self.tree = ModelDetailsTree("Files of the model", TITLES, "path")
        self.totals = WrappedLabel("Total sizes")
        self.download = QPushButton("&Download")
        make_primary(self.download)
        self.banner = Banner(can_dismiss=False)
        self.step = ModelDetailsStep()
        self._build()
        self.revision.activated.connect(self._on_revision)
        edit.setPlaceholderText("main")
        edit.returnPressed.connect(self._on_revision)
        edit.left.connect(self._on_left)
        self.variant.activated.connect(self._on_variant)
        self.download.clicked.connect(self._on_download)

    def show_browser(self, new: ModelBrowserState) -> None:
        """Show the revisions and weights to choose from."""
        refs = new.refs
        names = (*refs.branches, *refs.tags) if refs is not None else ()
        chosen = new.revision or "main"
        choices = tuple(dict.fromkeys((*names, chosen))) if names else (chosen,)
        if choices != _texts(self.revision):
            self.revision.clear()
            self.revision.addItems(choices)
        edit = self.revision.lineEdit()
        if edit is None or not edit.hasFocus() or new.is_loading_details:
            self.revision.setCurrentText(chosen)
        self._show_weights(new)

    def _show_weights(self, new: ModelBrowserState) -> None:
        """Show the weights to choose from, with their sizes, and what the chosen ones are."""
        variants = new.variants
        at = new.variant or (new.verdict.variant if new.verdict is not None else "")
        is_open = not at and new.verdict is not None and new.verdict.fit is Fit.NEEDS_SHEET
        is_first_usual = not is_open and has_usual(new.details)
        texts = tuple(
            weights_text(new.details, variant, is_usual=not place and is_first_usual)
            for place, variant in enumerate(variants)
        )
        if texts != _texts(self.variant):
            self.variant.clear()
            for text, variant in zip(texts, variants, strict=True):
                self.variant.addItem(text, variant)
                tip = weights_explained(variant)
                self.variant.setItemData(self.variant.count() - 1, plain_tip(tip), _TIP_ROLE)
        place = max(self.variant.findData(at), -1 if is_open or not variants else 0)
        self.variant.setCurrentIndex(place)
        self.variant.setToolTip(self.variant.currentText())
        explained = weights_explained(variants[place]) if place >= 0 else ""
        self.explained.setText(explained)
        for widget in (self._variant_label, self.variant):
            widget.setVisible(len(variants) > 1)
        self.explained.setVisible(len(variants) > 1 and bool(explained))

    def show_pages(self, new: ModelPagesState) -> None:
        """Show the files and what can be done about them."""
        details, verdict = new.details, new.verdict
        files = details.files if details is not None else ()
        needed = verdict.files if verdict is not None else ()
        self.tree.show_rows(file_rows(files, needed, is_narrow=self._is_narrow), 2)
        self.totals.setText(_totals(new))
        entry = new.entry
        is_resting = entry is not None and entry.state in {
            DownloadState.PAUSED,
            DownloadState.FAILED,
        }
        is_again = bool(new.lacking and new.refused)
        again = "Try &again" if is_again else "&Download"
        self.download.setText("Resume &download" if is_resting else again)
        self.download.setVisible(self._pages.can_queue and bool(needed))
        self.download.setEnabled(new.can_download)
        problem = new.details_problem or new.queue_problem
        if problem is None and entry is not None:
            problem = entry.problem
        self.banner.tell(problem.message, problem.advice) if problem else self.banner.hide()
        self.step.offer(problem or next((each for _, each in new.refused), None))

    def resizeEvent(self, event: QResizeEvent | None) -> None:  # noqa: N802 - Qt's name
        """Leave the reasons' column out where names need the room."""
        super().resizeEvent(event)
        is_narrow = self.width() < width_of_letters(self, _NARROW)
        if is_narrow != self._is_narrow:
            self._is_narrow = is_narrow
            self.tree.setColumnHidden(_NEEDED, is_narrow)
            self.show_pages(self._pages.state)

    def look_at(self) -> None:
        """Ask for the revisions, where they are not known."""
        state = self._browser.state
        if state.refs is None and state.details is not None:
            self._browser.load_refs()

    def _build(self) -> None:
        for combo, name in ((self.revision, "Revision"), (self.variant, "Weights")):
            combo.setAccessibleName(name)
            combo.setSizeAdjustPolicy(
                QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon
            )
            combo.setMinimumContentsLength(8)
        self.revision.setToolTip("A branch, a tag, or a commit that you type")
        revision_label = QLabel("&Revision")
        revision_label.setBuddy(self.revision)
        self._variant_label = QLabel("&Weights")
        self._variant_label.setBuddy(self.variant)
        for label in (revision_label, self._variant_label):
            set_tone(label, "muted")
        choices = QGridLayout()
        choices.setHorizontalSpacing(SPACE)
        choices.setVerticalSpacing(SPACE)
        choices.setColumnStretch(1, 1)
        choices.addWidget(revision_label, 0, 0)
        choices.addWidget(self.revision, 0, 1)
        choices.addWidget(self._variant_label, 1, 0)
        choices.addWidget(self.variant, 1, 1)
        choices.addWidget(self.explained, 2, 1)
        bottom = QHBoxLayout()
        bottom.setContentsMargins(SPACE_LARGE, SPACE, SPACE_LARGE, SPACE_LARGE)
        bottom.setSpacing(SPACE)
        bottom.addWidget(self.totals, 1)
        bottom.addWidget(self.download, 0, Qt.AlignmentFlag.AlignBottom)
        self.tree.setMinimumHeight(_LEAST_TREE_HEIGHT)
        content = QWidget()
        column = QVBoxLayout(content)
        column.setContentsMargins(SPACE_LARGE, SPACE_LARGE, SPACE_LARGE, 0)
        column.setSpacing(SPACE)
        column.addLayout(choices)
        column.addWidget(self.tree, 1)
        column.addWidget(self.banner)
        column.addWidget(self.step, 0, Qt.AlignmentFlag.AlignLeft)
        self.scroll_area = ColumnScrollArea(content)
        viewport = self.scroll_area.viewport()
        for ground in (content, viewport):  # the pane's own shows through
            if ground is not None:
                ground.setAutoFillBackground(False)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.setSpacing(0)
        outer.addWidget(self.scroll_area, 1)
        outer.addLayout(bottom)

    def _on_revision(self) -> None:
        text = self.revision.currentText().strip()
        self._browser.set_revision(text if text and text != "main" else None)

    def _on_left(self) -> None:
        """Put back what is chosen, and the keyboard to the files."""
        self.revision.setCurrentText(self._browser.state.revision or "main")
        self.tree.setFocus()

    def _on_variant(self) -> None:
        self._browser.set_variant(self.variant.currentData() or None)

    def _on_download(self) -> None:
        self._pages.download()


def _texts(combo: QComboBox) -> tuple[str, ...]:
    return tuple(combo.itemText(at) for at in range(combo.count()))


def _totals(state: ModelPagesState) -> str:
    """What there is and what a run needs of it, in lines."""
    details, verdict = state.details, state.verdict
    if details is None or verdict is None:
        return ""
    lines = [f"All: {total_of(details.files, [file.path for file in details.files])}"]
    if not verdict.files:
        is_open = verdict.fit is Fit.NEEDS_SHEET
        nothing = "Nothing to download: it does not run here."
        return "\n".join((*lines, "Choose the weights to download." if is_open else nothing))
    needed = total_of(details.files, verdict.files)
    if state.needs_access and not state.is_here:
        return "\n".join((*lines, f"Needs access: {needed} to download once you are let in."))
    entry = state.entry
    if state.is_here:
        lines.append(f"A run needs {needed}: all on this disk ✓")
        if verdict.fit is Fit.NEEDS_SHEET:
            lines.append("It runs once it is described, in the Inference tab.")
    elif state.lacking:
        lines.append(f"A run needs {needed}: on this disk ✓")
    elif entry is not None and entry.state is not DownloadState.DONE:
        total = f" of {format_bytes(entry.total)}" if entry.total is not None else ""
        lines.append(f"{_STATES[entry.state]}: {format_bytes(entry.done)}{total}")
    else:
        lines.append(f"To download: {needed}")
    if not state.is_here:
        lines.extend(_beside(state, verdict))
    return "\n".join(lines)


def _beside(state: ModelPagesState, verdict: Verdict) -> Iterator[str]:
    """What is needed of other repositories and not on this disk, and what they do not give."""
    refused = dict(state.refused)
    wanted = [each for each in state.lacking or verdict.companions if each.model_id not in refused]
    if wanted:
        is_active = any(each.is_active for each in state.beside)
        ask = "Downloading" if is_active else "To download:"
        size = ", 2 MB" if len(wanted) == len(verdict.companions) else ""
        what = "tokenizer" if len(wanted) == 1 else "tokenizers"
        names = companion_names(wanted)
        yield f"{ask if state.lacking else 'With'} the {what} of {names}{size}"
    for model_id, problem in refused.items():
        yield f"Without the tokenizer of {model_id}, which a run can do without: {problem.message}"
