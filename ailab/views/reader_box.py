"""Which model reads the lines that the model in the field finds."""

from __future__ import annotations

from pathlib import PurePath

from PyQt6.QtCore import Qt
from PyQt6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from ailab.viewmodels.inference_state import Fitness, ModelSource, ModelStatus
from ailab.viewmodels.named_source import named_source
from ailab.viewmodels.reader import ReaderViewModel
from ailab.viewmodels.reader_state import ReaderState
from ailab.views.explained_field import ExplainedField
from ailab.views.file_dialogs import choose_file, choose_folder
from ailab.views.fitness_marks import FITNESS_MARKS, MARK_WIDTH
from ailab.views.model_details_command import ModelDetailsCommand
from ailab.views.path_field import PathField
from ailab.views.plain_tip import plain_tip
from ailab.views.theme import SPACE, SPACE_SMALL, set_tone
from ailab.views.wrapped_label import WrappedLabel

_HINT = (
    "owner/name of a model on Hugging Face, or the path of an .onnx file or a model's folder; "
    "without one the lines are found, and not read"
)


class ReaderBox(QWidget):
    """Takes a Hub model or a path, says whether it can read, and offers the one that goes along.

    Args:
        reader: what is shown and changed.
        parent: the widget around it.
    """

    def __init__(self, reader: ReaderViewModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._reader = reader
        self.field = PathField(
            "Model to read the lines with", "none: lines are only found", shows_end=False
        )
        self.browse = QPushButton("Browse…")
        self.browse.setAccessibleName("Look for a reader on Hugging Face")
        self.browse.setToolTip("Look for a model on Hugging Face")
        self.choose_file = QPushButton("File…")
        self.choose_file.setAccessibleName("Choose a reader's file")
        self.choose_file.setToolTip("Choose an .onnx file")
        self.choose_folder = QPushButton("Folder…")
        self.choose_folder.setAccessibleName("Choose a reader's folder")
        self.choose_folder.setToolTip("Choose a folder laid out as on Hugging Face")
        self.offer = WrappedLabel("Which reader goes with the model", "muted")
        self.take = QPushButton("Read with it")
        self.mark = QLabel()
        self.mark.setAlignment(Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignHCenter)
        self.mark.setFixedWidth(MARK_WIDTH)
        self.status = WrappedLabel("Whether it can read the lines")
        self.advice = WrappedLabel(tone="muted")
        self.command = ModelDetailsCommand()
        below = QWidget()
        self._lay_out(below)
        self.setLayout(ExplainedField("Read the lines &with", self.field, below))
        self.field.textEdited.connect(reader.set_text)
        self.field.returnPressed.connect(reader.again)
        self.browse.clicked.connect(self._on_browse)
        self.choose_file.clicked.connect(self._on_choose_file)
        self.choose_folder.clicked.connect(self._on_choose_folder)
        self.take.clicked.connect(self._on_take)
        reader.changed.connect(self._on_changed)
        self._render(reader.state)

    def _lay_out(self, below: QWidget) -> None:
        buttons = QHBoxLayout()
        buttons.setSpacing(SPACE)
        for button in (self.browse, self.choose_file, self.choose_folder):
            buttons.addWidget(button)
        offered = QHBoxLayout()
        offered.setSpacing(SPACE)
        offered.addWidget(self.offer, 1)
        offered.addWidget(self.take, 0, Qt.AlignmentFlag.AlignTop)
        words = QVBoxLayout()
        words.setSpacing(SPACE_SMALL)
        for widget in (self.status, self.advice, self.command):
            words.addWidget(widget)
        told = QHBoxLayout()
        told.setSpacing(SPACE_SMALL)
        told.addWidget(self.mark)
        told.addLayout(words, 1)
        column = QVBoxLayout(below)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(SPACE)
        for row in (buttons, offered, told):
            column.addLayout(row)

    def _on_changed(self, _old: ReaderState, new: ReaderState) -> None:
        self._render(new)

    def _render(self, state: ReaderState) -> None:
        is_path = named_source(state.text) is ModelSource.LOCAL
        self.field.show_text(state.text, shows_end=is_path)
        self.field.setToolTip(plain_tip(state.text or _HINT))
        name = PurePath(state.offered).name
        self.offer.setText(f"{name} goes with it.")
        self.offer.setToolTip(plain_tip(state.offered))
        self.take.setToolTip(plain_tip(f"Read the lines with {state.offered}"))
        for widget in (self.offer, self.take):
            widget.setVisible(state.can_take_offer)
        self._render_status(state.status)

    def _render_status(self, status: ModelStatus) -> None:
        mark, tone = FITNESS_MARKS[status.fitness]
        self.mark.setText(mark)
        self.status.setText(status.text)
        set_tone(self.mark, tone)
        set_tone(self.status, tone)
        self.advice.setText(status.advice)
        is_refused = status.fitness is Fitness.REFUSED
        self.command.set_command(status.command if is_refused else "")
        for widget in (self.mark, self.status):
            widget.setVisible(bool(status.text))
        self.advice.setVisible(bool(status.advice))

    def _on_browse(self) -> None:
        self._reader.browse()

    def _on_take(self) -> None:
        self._reader.take_offer()

    def _on_choose_file(self) -> None:
        start = self._reader.state.text
        choose_file(
            self, "Choose a model to read with", "ONNX models (*.onnx)", start, self._on_chosen
        )

    def _on_choose_folder(self) -> None:
        start = self._reader.state.text
        choose_folder(self, "Choose the folder of a model to read with", start, self._on_chosen)

    def _on_chosen(self, path: str) -> None:
        self._reader.use(path, ModelSource.LOCAL)
