"""The dialog that describes a bare `.onnx` file."""

from __future__ import annotations

from PyQt6.QtCore import Qt
from PyQt6.QtGui import QDragEnterEvent, QDropEvent, QKeyEvent
from PyQt6.QtWidgets import (
    QAbstractSpinBox,
    QDialog,
    QDialogButtonBox,
    QHBoxLayout,
    QLineEdit,
    QMessageBox,
    QPushButton,
    QSplitter,
    QVBoxLayout,
    QWidget,
)

from ailab.viewmodels.sheet_editor import SheetEditorViewModel
from ailab.viewmodels.sheet_editor_state import SheetEditorState
from ailab.views.banner import Banner
from ailab.views.column_scroll_area import ColumnScrollArea
from ailab.views.dialog_column import DialogColumn
from ailab.views.enter_key import take_enter
from ailab.views.question import ask_before
from ailab.views.screen_room import resize_within_screen
from ailab.views.sheet_head import SheetHead
from ailab.views.sheet_input_box import SheetInputBox
from ailab.views.sheet_names_box import SheetNamesBox
from ailab.views.sheet_output_box import SheetOutputBox
from ailab.views.sheet_preview import SheetPreview
from ailab.views.sheet_values_box import SheetValuesBox
from ailab.views.theme import SPACE_LARGE, make_primary
from ailab.views.transferred_input import local_paths
from ailab.views.wrapped_label import WrappedLabel

_SIZE = (1040, 740)
_SMALLEST = (700, 460)
_FORM_WIDTH = 350


class SheetDialog(QDialog):
    """Fields on the left, what comes of them on the right.

    Args:
        editor: what is shown and changed.
        parent: the widget that it stands over.

    Attributes:
        head: what the file tells of itself.
        boxes: the groups of fields.
        preview: the picture that they are tried on.
        save: writes the sheet.
        fault: what is wrong with it as it stands, or to be thought of.
        question: asks before another sheet is replaced, or changes are lost; None where nothing
            is asked.
    """

    def __init__(self, editor: SheetEditorViewModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._editor = editor
        self.setAcceptDrops(True)
        self.setMinimumSize(*_SMALLEST)
        resize_within_screen(self, *_SIZE)
        self.banner = Banner()
        self.head = SheetHead()
        self.output = SheetOutputBox(editor)
        self.input = SheetInputBox(editor)
        self.values = SheetValuesBox(editor)
        self.names = SheetNamesBox(editor)
        self.boxes = (self.output, self.input, self.values, self.names)
        self.preview = SheetPreview(editor)
        self.fault = WrappedLabel("What is wrong with the sheet", "warning")
        self.save = QPushButton("&Save")
        self.question: QMessageBox | None = None
        self._lay_out()
        self.save.clicked.connect(self._on_save)
        self.banner.dismissed.connect(editor.dismiss_problem)
        editor.changed.connect(self._on_changed)
        self._show(editor.state)

    def dragEnterEvent(self, event: QDragEnterEvent | None) -> None:  # noqa: N802 - Qt's name
        """Welcome a picture."""
        if event is not None and local_paths(event.mimeData()):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent | None) -> None:  # noqa: N802 - Qt's name
        """Try the sheet on the picture that was dropped."""
        if event is not None and (paths := local_paths(event.mimeData())):
            event.acceptProposedAction()
            self._editor.set_picture(paths[0])

    def reject(self) -> None:
        """Leave the sheet unsaved, once what was changed may be lost."""
        self._take_typed()
        if not self._editor.state.has_changes:
            self._leave()
        elif not self._editor.state.is_saving:
            self.question = ask_before(
                self,
                title="Close without saving",
                question=f"Close without saving what was chosen for {self._editor.state.name}?",
                consequence="It is lost; what lies on the disk stays as it is.",
                verb="Close without saving",
                act=self._leave,
            )

    def done(self, result: int) -> None:
        """Close, but not while the sheet is being written."""
        if not self._editor.state.is_saving:
            self._editor.changed.disconnect(self._on_changed)
            self._editor.leave()
            super().done(result)

    def keyPressEvent(self, event: QKeyEvent | None) -> None:  # noqa: N802 - Qt's name
        """Enter presses the button that has the keyboard, and none from a field."""
        if not take_enter(self, event):
            super().keyPressEvent(event)

    def _lay_out(self) -> None:
        form = QWidget()
        fields = QVBoxLayout(form)
        fields.setContentsMargins(0, 0, SPACE_LARGE, 0)
        fields.setSpacing(SPACE_LARGE)
        fields.addWidget(self.head)
        for box in self.boxes:
            fields.addWidget(box)
        fields.addStretch(1)
        both = QSplitter(Qt.Orientation.Horizontal)
        both.addWidget(ColumnScrollArea(form))
        both.addWidget(ColumnScrollArea(self.preview))
        both.setChildrenCollapsible(False)
        both.setStretchFactor(1, 1)
        both.setSizes([_FORM_WIDTH, _SIZE[0] - _FORM_WIDTH])
        both.setHandleWidth(SPACE_LARGE)
        make_primary(self.save)
        self.save.setAutoDefault(False)  # Enter in a field takes its number, and never closes
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel)
        buttons.addButton(self.save, QDialogButtonBox.ButtonRole.ApplyRole)
        buttons.rejected.connect(self.reject)
        for button in buttons.buttons():
            if isinstance(button, QPushButton):
                button.setAutoDefault(False)
        below = QHBoxLayout()
        below.setSpacing(SPACE_LARGE)
        below.addWidget(self.fault, 1)
        below.addWidget(buttons)
        column = DialogColumn(self)
        column.addWidget(self.banner)
        column.addWidget(both, 1)
        column.addLayout(below)

    def _leave(self) -> None:
        self.done(QDialog.DialogCode.Rejected)

    def _on_save(self) -> None:
        self._take_typed()
        self._editor.save()

    def _take_typed(self) -> None:
        """Take what is being typed now: where buttons take no focus, it was not yet."""
        field = self.focusWidget()
        if isinstance(field, QAbstractSpinBox):
            field.interpretText()
        elif isinstance(field, QLineEdit):
            field.editingFinished.emit()

    def _on_changed(self, old: SheetEditorState, new: SheetEditorState) -> None:
        self._show(new)
        if new.sheet is not None and old.sheet is None:
            self.output.task.setFocus()
        if new.changes and not old.changes:
            self._ask(new)
        if new.is_saved and not old.is_saved:
            self.accept()

    def _show(self, state: SheetEditorState) -> None:
        name = state.name
        is_there = state.sheet is not None and state.sheet.is_there
        self.setWindowTitle(f"{'Edit the sheet of' if is_there else 'Describe'} {name}")
        self.head.show_state(state)
        for box in self.boxes:
            box.setEnabled(state.can_edit)
            box.show_state(state)
        self.names.setVisible(state.has_classes)
        self.preview.show_state(state)
        problem = state.problem or (state.sheet.obstacle if state.sheet is not None else None)
        if problem is not None:
            self.banner.tell(problem.message, problem.advice)
        elif state.sheet is not None and state.sheet.problems:
            self.banner.tell(*_wrong_sheet(state.sheet.sheet, state.sheet.problems), tone="warning")
        else:
            self.banner.tell("")
        self.banner.dismiss.setVisible(state.problem is not None and state.sheet is not None)
        self.fault.setText(state.objection or state.caution)
        self.save.setEnabled(state.can_save)

    def _ask(self, state: SheetEditorState) -> None:
        sheet = "" if state.sheet is None else state.sheet.sheet
        question = QMessageBox(
            QMessageBox.Icon.Question,
            "Save the sheet",
            f"Replace {sheet}, which describes the model already?",
            QMessageBox.StandardButton.Cancel,
            self,
        )
        question.setTextFormat(Qt.TextFormat.PlainText)
        question.setInformativeText("What changes:\n" + "\n".join(state.changes))
        question.addButton("Replace", QMessageBox.ButtonRole.AcceptRole)
        question.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        question.accepted.connect(self._editor.agree)
        question.rejected.connect(self._editor.keep_editing)
        self.question = question
        question.open()


def _wrong_sheet(sheet: str, problems: tuple[str, ...]) -> tuple[str, str]:
    more = len(problems) - 3
    lines = [*problems[:3], *([f"And {more} more."] if more > 0 else [])]
    advice = "Below stands what could be read of it; saving replaces it, once you have agreed."
    return "\n".join(lines), advice if sheet else ""
