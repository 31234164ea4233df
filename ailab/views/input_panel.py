"""The second step: which pictures, and where results go."""

from __future__ import annotations

from pathlib import PurePath

from PyQt6.QtCore import QStandardPaths, pyqtSignal
from PyQt6.QtWidgets import QCheckBox, QGridLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from ailab.services.images.page_choice import PageChoice
from ailab.services.images.picture_reference import parse_picture
from ailab.viewmodels.inference import InferenceViewModel
from ailab.viewmodels.inference_state import InferenceState
from ailab.viewmodels.left_out_text import (
    closed_folders_text,
    heic_command_for,
    left_out_text,
)
from ailab.viewmodels.prediction_text import counted
from ailab.viewmodels.saved_run_text import saved_run_text
from ailab.views.file_dialogs import choose_folder, choose_pictures
from ailab.views.file_manager import open_folder
from ailab.views.model_details_command import ModelDetailsCommand
from ailab.views.pages_box import PagesBox
from ailab.views.path_field import PathField
from ailab.views.plain_tip import plain_tip
from ailab.views.theme import SPACE, SPACE_SMALL, set_tone
from ailab.views.wrapped_label import WrappedLabel

_MOST_NAMED = 20


class InputPanel(QWidget):
    """Chooses pictures and the folder for results.

    Args:
        inference: what the panel shows and changes.
        parent: the widget around it.

    Signals:
        paste_wanted(): the person asked for what was copied.
        refused(words): why what was chosen cannot be used stands in these, a widget.
    """

    paste_wanted = pyqtSignal()
    refused = pyqtSignal(object)

    def __init__(self, inference: InferenceViewModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._inference = inference
        self.input = PathField("Input", "a picture or a folder of pictures")
        self.choose_pictures = _button("&Picture…", "Choose one or more picture files (Ctrl+O)")
        self.choose_folder = _button("F&older…", "Choose a folder of pictures (Ctrl+Shift+O)")
        self.paste = _button("Paste", "Take the copied picture or the copied files (Ctrl+V)")
        self.found = WrappedLabel("What was found")
        self.command = ModelDetailsCommand()
        self.with_sub_folders = QCheckBox("With sub-folders")
        self.with_sub_folders.setToolTip(
            plain_tip("Run the pictures of all folders within it, too, but for those of saved runs")
        )
        self.pages = PagesBox(inference.pages)
        self.save_to = PathField("Save to", "nowhere: results are shown only")
        self.choose_save_to = _button("&Choose…", "Choose the folder that results are saved in")
        self.open_save_to = _button("Ope&n", "Open this folder")
        self._lay_out()
        self.input.textEdited.connect(inference.type_input)
        self.input.editingFinished.connect(self._on_input_edited)
        self.choose_pictures.clicked.connect(self.ask_for_pictures)
        self.choose_folder.clicked.connect(self.ask_for_folder)
        self.paste.clicked.connect(self.paste_wanted)
        self.with_sub_folders.clicked.connect(self._on_sub_folders)
        self.save_to.textEdited.connect(inference.set_save_to)
        self.choose_save_to.clicked.connect(self._on_choose_save_to)
        self.open_save_to.clicked.connect(self._on_open_save_to)
        inference.changed.connect(self._on_changed)
        self._render(inference.state)

    def ask_for_pictures(self) -> None:
        """Open the dialog for picture files."""
        choose_pictures(self, self._start(), self._inference.set_inputs)

    def ask_for_folder(self) -> None:
        """Open the dialog for a folder of pictures."""
        choose_folder(self, "Choose a folder of pictures", self._start(), self._on_folder)

    def tell(self, text: str) -> None:
        """Say why nothing was taken; stays until the input changes."""
        self.found.setText(text)
        self.command.set_command("")
        set_tone(self.found, "warning")

    def _lay_out(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(SPACE)
        column.addWidget(_heading("&Input", self.input))
        column.addWidget(self.input)
        column.addLayout(_row(self.choose_pictures, self.choose_folder, self.paste))
        column.addWidget(self.found)
        column.addWidget(self.command)
        column.addWidget(self.with_sub_folders)
        column.addWidget(self.pages)
        column.addSpacing(SPACE_SMALL)
        column.addWidget(_heading("&Save to", self.save_to))
        column.addWidget(self.save_to)
        column.addLayout(_row(self.choose_save_to, self.open_save_to))

    def _on_changed(self, old: InferenceState, new: InferenceState) -> None:
        if _shown(old) != _shown(new):
            self._render(new)
        if new.input_problem is not None and new.input_problem is not old.input_problem:
            said = (self.found, self.command, self.with_sub_folders)
            self.refused.emit([each for each in said if not each.isHidden()][-1])

    def _render(self, state: InferenceState) -> None:
        # Of several files the first is shown, of one its name.
        chosen, typed = "; ".join(state.inputs), state.typed_input
        self.input.show_text(chosen if typed is None else typed, shows_end=len(state.inputs) < 2)
        self.input.setToolTip(plain_tip("\n".join(state.inputs[:20])))
        self.save_to.show_text(state.save_to)
        self.save_to.setToolTip(plain_tip(state.save_to))
        self.open_save_to.setEnabled(bool(state.save_to.strip()))
        is_typing = state.typed_input is not None
        command = "" if is_typing or state.is_reading else heic_command_for(state)
        self.command.set_command(command)
        self.found.setText(_found(state, self._inference.pages.state.choice, command))
        hidden = (*state.closed_folders, *state.left_out)
        names = [PurePath(path).name for path in hidden[:_MOST_NAMED]]
        self.found.setToolTip(plain_tip("\n".join(names)))
        self.with_sub_folders.setVisible(state.has_sub_folders and not is_typing)
        self.with_sub_folders.setChecked(state.with_sub_folders)
        is_wrong = state.input_problem is not None and not is_typing
        set_tone(self.found, "error" if is_wrong else "muted")

    def _on_input_edited(self) -> None:
        self._inference.type_input(self.input.text())
        self._inference.take_typed()

    def _on_sub_folders(self, is_wanted: bool) -> None:
        self._inference.set_inputs(self._inference.state.inputs, with_sub_folders=is_wanted)

    def _on_folder(self, folder: str) -> None:
        self._inference.set_inputs((folder,))

    def _on_choose_save_to(self) -> None:
        choose_folder(
            self,
            "Choose the folder that results are saved in",
            self._inference.state.save_to,
            self._inference.set_save_to,
        )

    def _on_open_save_to(self) -> None:
        open_folder(self._inference.state.save_to.strip())

    def _start(self) -> str:
        state = self._inference.state
        if state.inputs and (start := state.start_of(state.inputs[0])):
            return start
        # Else Qt would begin where the program was started from.
        return QStandardPaths.writableLocation(QStandardPaths.StandardLocation.PicturesLocation)


def _shown(state: InferenceState) -> tuple[object, ...]:
    found = (state.pictures, state.left_out, state.saved_runs, state.closed_folders)
    deeper = (state.has_sub_folders, state.with_sub_folders)
    chosen = (state.inputs, state.typed_input, state.save_to)
    return (*chosen, *found, *deeper, state.input_problem, state.is_reading)


def _found(state: InferenceState, choice: PageChoice, command: str) -> str:
    if state.typed_input is not None and state.has_input:
        return "Press Enter to look for pictures there."
    if state.input_problem is not None and state.typed_input is None:
        advice = state.input_problem.advice
        if command:  # which stands below
            advice = advice.removesuffix(command).rstrip()
        return f"{state.input_problem.message} {advice}".strip()
    if state.is_reading:
        return "Looking for pictures …"
    if state.pictures and state.has_input:
        words = _pictures_found(state, choice)
        if len(state.unreadable) == 1:
            words += f"; {PurePath(state.unreadable[0]).name} is none that ailab can read"
        elif state.unreadable:
            files = counted(len(state.unreadable), "file", "files")
            words += f"; {files} are none that ailab can read"
        closed = closed_folders_text(state.closed_folders)
        left_out = left_out_text(state.left_out, has_command_below=bool(command))
        return "; ".join(filter(None, (words, closed, left_out)))
    return "Or drop pictures, a folder, a model’s .onnx file or a saved run anywhere here."


def _pictures_found(state: InferenceState, choice: PageChoice) -> str:
    number = len(state.pictures) - len(state.unreadable)
    files = {parse_picture(picture).path for picture in state.pictures}
    where = ""
    if state.has_sub_folders and state.with_sub_folders:
        where = (
            f" in {counted(len({PurePath(file).parent for file in files}), 'folder', 'folders')}"
        )
    if len(files) < len(state.pictures):
        of_files = counted(len(files), "file", "files")
        which = "pages" if choice.pages or choice.channel else "every page"
        return f"{counted(number, 'picture', 'pictures')}: {which} of {of_files}{where}"
    return counted(number, "picture", "pictures") + (saved_run_text(state.saved_runs) or where)


def _button(text: str, tip: str) -> QPushButton:
    button = QPushButton(text)
    button.setToolTip(tip)
    button.setAccessibleName(tip.partition(" (")[0])
    return button


def _heading(text: str, buddy: QWidget) -> QLabel:
    heading = QLabel(text)
    heading.setBuddy(buddy)
    set_tone(heading, "heading")
    return heading


def _row(*buttons: QPushButton) -> QGridLayout:
    row = QGridLayout()
    row.setSpacing(SPACE)
    for column, button in enumerate(buttons):
        row.addWidget(button, 0, column)
        row.setColumnStretch(column, 1)
    return row
