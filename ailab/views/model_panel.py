"""The first step: which model."""

from __future__ import annotations

from PyQt6.QtCore import Qt, pyqtSignal
from PyQt6.QtWidgets import (
    QComboBox,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from ailab.services.next_step import NextStep
from ailab.services.problem import Problem
from ailab.viewmodels.inference import InferenceViewModel
from ailab.viewmodels.inference_state import Fitness, InferenceState, ModelSource, ModelStatus
from ailab.viewmodels.sheet_step import SheetStep
from ailab.views.file_dialogs import choose_file, choose_folder
from ailab.views.fitness_marks import FITNESS_MARKS, MARK_WIDTH
from ailab.views.model_details_command import ModelDetailsCommand
from ailab.views.model_details_step import ModelDetailsStep
from ailab.views.path_field import PathField
from ailab.views.plain_tip import plain_tip
from ailab.views.server_box import ServerBox
from ailab.views.theme import SPACE, SPACE_SMALL, set_tone
from ailab.views.wrapped_label import WrappedLabel

_SOURCES = tuple(ModelSource)
_DESCRIBE = "Describe the model by a sheet"
_HOW = "Say how pictures go into the network and what comes out"
_SHEET_NAMES = {
    SheetStep.NONE: _DESCRIBE,
    SheetStep.DOWNLOAD: "Download the model, to describe it",
    SheetStep.DESCRIBE: _DESCRIBE,
    SheetStep.EDIT: _DESCRIBE,
}
_SHEET_TIPS = {
    SheetStep.NONE: _HOW,
    SheetStep.DOWNLOAD: "Bring the files of the model to this disk",
    SheetStep.DESCRIBE: _HOW,
    SheetStep.EDIT: _HOW,
}

_MODEL_HINT = (
    "owner/name, owner/name@revision or owner/name:variant (such as fp16), "
    "or the address of a model's page on Hugging Face"
)


class ModelPanel(QWidget):
    """Chooses the model's source and the model, and says whether it runs.

    Args:
        inference: what the panel shows and changes.
        parent: the widget around it.

    Signals:
        sheet_wanted(): the person wants to describe the model by a sheet.
        step_wanted(model_id, step): the person wants to take a `NextStep` towards a gated model.
    """

    sheet_wanted = pyqtSignal()
    step_wanted = pyqtSignal(str, object)

    def __init__(self, inference: InferenceViewModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._inference = inference
        heading = QLabel("&Model source")
        set_tone(heading, "heading")
        self.source = QComboBox()
        self.source.addItems([source.value for source in _SOURCES])
        self.source.setAccessibleName("Model source")
        self.source.setToolTip("Where the model comes from")
        heading.setBuddy(self.source)
        self.model = PathField("Model", "owner/name or page address", shows_end=False)
        self.browse = QPushButton("&Browse…")
        self.browse.setToolTip("Look for a model on Hugging Face")
        self.local = PathField("Local model", "an .onnx file or a model's folder")
        self.choose_file = QPushButton("Fil&e…")
        self.choose_file.setAccessibleName("Choose a model file")
        self.choose_file.setToolTip("Choose an .onnx file")
        self.choose_folder = QPushButton("Fol&der…")
        self.choose_folder.setAccessibleName("Choose a model folder")
        self.choose_folder.setToolTip("Choose a folder laid out as on Hugging Face")
        self.server = ServerBox(inference.servers)
        self.mark = QLabel()
        self.mark.setAlignment(Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignHCenter)
        self.mark.setFixedWidth(MARK_WIDTH)
        self.status = WrappedLabel("Whether the model runs")
        self.advice = WrappedLabel(tone="muted")
        self.command = ModelDetailsCommand()
        self.again = QPushButton("Chec&k again")
        self.again.setToolTip("Look anew whether the model runs")
        self.sheet = QPushButton()
        self.other = QPushButton()
        self.other.setAccessibleName("Run on the other engine")
        self.other.setToolTip("What was converted here, or the safetensors that it was made of")
        self.step = ModelDetailsStep()
        self.step.setAccessibleName("Get access to the model")
        self._lay_out(heading)
        self.source.currentIndexChanged.connect(self._on_source)
        self.model.textEdited.connect(inference.set_model_text)
        self.local.textEdited.connect(inference.set_local_path)
        for field in (self.model, self.local):
            field.returnPressed.connect(self._on_again)
        self.browse.clicked.connect(self._on_browse)
        self.again.clicked.connect(self._on_again)
        self.sheet.clicked.connect(self._on_sheet)
        self.other.clicked.connect(self._on_other)
        self.step.asked.connect(self._on_step)
        self.choose_file.clicked.connect(self._on_choose_file)
        self.choose_folder.clicked.connect(self._on_choose_folder)
        inference.changed.connect(self._on_changed)
        self._render(inference.state)

    def _lay_out(self, heading: QLabel) -> None:
        source = QHBoxLayout()
        source.setSpacing(SPACE)
        source.addWidget(self.source, 1)
        source.addWidget(self.browse)  # beside the field, it would leave long names no room
        local = QGridLayout()
        local.setSpacing(SPACE)
        local.addWidget(self.local, 0, 0, 1, 2)
        local.addWidget(self.choose_file, 1, 0)
        local.addWidget(self.choose_folder, 1, 1)
        words = QVBoxLayout()
        words.setSpacing(SPACE_SMALL)
        words.addWidget(self.status)
        words.addWidget(self.advice)
        words.addWidget(self.command)
        actions = QHBoxLayout()
        actions.setSpacing(SPACE)
        actions.addWidget(self.step)
        actions.addWidget(self.sheet)
        actions.addWidget(self.other)
        actions.addWidget(self.again)
        actions.addStretch(1)
        words.addLayout(actions)
        told = QHBoxLayout()
        told.setSpacing(SPACE_SMALL)
        told.addWidget(self.mark)
        told.addLayout(words, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(SPACE)
        column.addWidget(heading)
        column.addLayout(source)
        column.addWidget(self.model)
        column.addLayout(local)
        column.addWidget(self.server)
        column.addLayout(told)

    def _on_changed(self, old: InferenceState, new: InferenceState) -> None:
        if (old.model_source, old.model_text, old.local_path, old.status) != (
            new.model_source,
            new.model_text,
            new.local_path,
            new.status,
        ) or old.is_running != new.is_running:
            self._render(new)

    def _render(self, state: InferenceState) -> None:
        self.source.setCurrentIndex(_SOURCES.index(state.model_source))
        self.model.show_text(state.model_text)
        self.model.setToolTip(plain_tip(state.model_text or _MODEL_HINT))
        self.local.show_text(state.local_path)
        for widget in (self.model, self.browse):
            widget.setVisible(state.source_visible)
        for widget in (self.local, self.choose_file, self.choose_folder):
            widget.setVisible(state.model_source is ModelSource.LOCAL)
        self.server.setVisible(state.model_source is ModelSource.SERVER)
        self._render_status(state.status)

    def _render_status(self, status: ModelStatus) -> None:
        mark, tone = FITNESS_MARKS[status.fitness]
        is_lacking = bool(status.command) and status.fitness is Fitness.REFUSED
        is_undescribed = status.needs_sheet or status.sheet is SheetStep.DESCRIBE
        self.mark.setText("+" if is_lacking else "✎" if is_undescribed else mark)
        self.status.setText(status.text)
        self.status.setToolTip(plain_tip(status.detail))
        set_tone(self.mark, tone)
        set_tone(self.status, tone)
        hint = " The settings show how." if status.command and not is_lacking else ""
        self.advice.setText(f"{status.by_button or status.advice}{hint}")
        # How a graphics card comes into use stands in the settings, where there is room for it.
        self.command.set_command(status.command if is_lacking else "")
        self.step.offer(Problem(status.text, next_step=status.next_step))
        self.step.setText(self.step.text().replace("&", ""))  # its letters have uses in this tab
        self.mark.setVisible(bool(status.text))
        self.status.setVisible(bool(status.text))
        self.advice.setVisible(bool(status.advice))
        self.sheet.setText(status.sheet.value)
        self.sheet.setAccessibleName(_SHEET_NAMES[status.sheet])
        self.sheet.setToolTip(_SHEET_TIPS[status.sheet])
        self.sheet.setVisible(status.sheet is not SheetStep.NONE)
        self.sheet.setEnabled(not self._inference.state.is_running)
        self.other.setText("" if status.other is None else f"Run on {status.other.engine}")
        self.other.setVisible(status.other is not None)
        self.other.setEnabled(not self._inference.state.is_running)
        # A local model, or one on a server, may have been given its sheet meanwhile.
        is_local = not self._inference.state.source_visible
        self.again.setVisible(
            status.fitness is Fitness.UNKNOWN
            or status.next_step is NextStep.OPEN_MODEL_PAGE
            or is_lacking
            or (is_local and status.fitness is Fitness.REFUSED)
        )

    def _on_source(self, index: int) -> None:
        self._inference.set_model_source(_SOURCES[index])

    def _on_browse(self) -> None:
        self._inference.browse()

    def _on_again(self) -> None:
        self._inference.check_again()

    def _on_other(self) -> None:
        state = self._inference.state
        if state.status.other is None:
            return
        take = self._inference.use_model if state.source_visible else self._inference.set_local_path
        take(state.status.other.text)

    def _on_step(self, step: NextStep) -> None:
        self.step_wanted.emit(self._inference.state.status.model_id, step)

    def _on_sheet(self) -> None:
        if self._inference.state.can_fetch:
            self._inference.fetch()
        else:
            self.sheet_wanted.emit()

    def _on_choose_file(self) -> None:
        choose_file(
            self,
            "Choose a model",
            "ONNX models (*.onnx)",
            self._inference.state.start_of(self._inference.state.local_path),
            self._inference.set_local_path,
        )

    def _on_choose_folder(self) -> None:
        choose_folder(
            self,
            "Choose a model's folder",
            self._inference.state.start_of(self._inference.state.local_path),
            self._inference.set_local_path,
        )
