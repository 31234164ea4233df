"""The classes' names, and the confidence to begin with."""

from __future__ import annotations

from dataclasses import replace
from pathlib import PurePath

from PyQt6.QtGui import QTextOption
from PyQt6.QtWidgets import QPlainTextEdit, QPushButton, QSizePolicy, QWidget

from ailab.services.served.served_address import is_served_address
from ailab.viewmodels.sheet_editor import SheetEditorViewModel
from ailab.viewmodels.sheet_editor_state import SheetEditorState
from ailab.viewmodels.typed_names import text_of_names, typed_names
from ailab.views.file_dialogs import choose_file
from ailab.views.sheet_box import SheetBox, beside
from ailab.views.sheet_choice import SheetChoice
from ailab.views.sheet_number import SheetNumber
from ailab.views.theme import set_tone
from ailab.views.wrapped_label import WrappedLabel

_TEXTS = "Texts (*.txt *.names *.labels *.json)"
_NAMES = "one name a line, the first class first"
_CHARACTERS = "one character a line, a space too"
_SPACES = QTextOption.Flag.ShowTabsAndSpaces
_TYPED = ""
_USUAL = -1
_HEIGHT = 110


class SheetNamesBox(SheetBox):
    """Names typed in, or those of a text file.

    Args:
        editor: what is shown and changed.
        parent: the widget around it.
    """

    def __init__(self, editor: SheetEditorViewModel, parent: QWidget | None = None) -> None:
        super().__init__("Names and confidence", parent)
        self._editor = editor
        self.source = SheetChoice("Names of the classes", {})
        self.file = QPushButton("Fil&e…")
        self.file.setAutoDefault(False)
        self.file.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        self.file.setToolTip("Take the names from a text file: one a line, or {0: 'cat', 1: 'dog'}")
        self.typed = QPlainTextEdit()
        self.typed.setAccessibleName("Names of the classes, one a line")
        self.typed.setPlaceholderText(_NAMES)
        self.typed.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        self.typed.setFixedHeight(_HEIGHT)
        self.typed.setTabChangesFocus(True)
        self.count = WrappedLabel("How many names")
        self.usual = QPushButton()
        self.usual.setAutoDefault(False)
        self.usual.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        self.threshold = SheetNumber("Confidence to begin with, in percent", _USUAL, 100, "%")
        self.threshold.setSpecialValueText("what suits the output")
        self.threshold.setToolTip("What the model is less sure of is hidden at first")
        self.add_row("Na&mes", beside(self.source, self.file))
        self.add_whole_row(self.typed)
        self.add_whole_row(self.count)
        self.add_whole_row(self.usual)
        self.add_row("Confi&dence", self.threshold)
        self.source.chosen.connect(self._on_source)
        self.file.clicked.connect(self._choose_file)
        self.usual.clicked.connect(editor.take_usual_names)
        self.typed.textChanged.connect(self._on_typed)
        self.threshold.valueChanged.connect(self._on_threshold)

    def show_state(self, state: SheetEditorState) -> None:
        """Show what is chosen."""
        draft = state.draft
        files = () if state.sheet is None else state.sheet.label_files
        words = {_TYPED: "Typed below"} | {
            each.name: f"{each.name} ({each.count:,})" for each in files
        }
        if draft.label_file:
            words.setdefault(draft.label_file, f"{draft.label_file} (missing)")
        self.source.set_choices(words)
        self.source.show_value(draft.label_file)
        self.typed.setVisible(not draft.label_file)
        self._show_spaces(are_shown=state.has_characters)
        if self._names(state) != draft.labels:
            self.typed.blockSignals(True)
            self.typed.setPlainText(text_of_names(draft.labels))
            self.typed.blockSignals(False)
        self.count.setText(state.names_text)
        set_tone(self.count, "warning" if state.are_names_wrong else "muted")
        self._show_usual(state)
        share = draft.threshold
        self.threshold.show_value(_USUAL if share is None else round(share * 100))

    def _on_source(self, file: str) -> None:
        self._editor.edit(replace(self._editor.state.draft, label_file=file))

    def _choose_file(self) -> None:
        path = self._editor.state.path
        start = "" if is_served_address(path) else str(PurePath(path).parent)
        choose_file(self, "Names of the classes", _TEXTS, start, self._editor.load_names)

    def _on_typed(self) -> None:
        state = self._editor.state
        self._editor.edit(replace(state.draft, labels=self._names(state)))

    def _on_threshold(self, percent: int) -> None:
        share = None if percent == _USUAL else percent / 100
        self._editor.edit(replace(self._editor.state.draft, threshold=share))

    def _names(self, state: SheetEditorState) -> tuple[str, ...]:
        document = self.typed.document()
        raw = "" if document is None else document.toRawText()
        # Qt's plain text would make common spaces of those that do not break a line.
        text = raw.replace("\N{PARAGRAPH SEPARATOR}", "\n").replace("\N{LINE SEPARATOR}", "\n")
        return typed_names(text, are_characters=state.has_characters)

    def _show_usual(self, state: SheetEditorState) -> None:
        """Offer the names that as many classes usually have, and tell that they are a guess."""
        usual = state.usual
        self.usual.setVisible(usual is not None and not state.names)
        if usual is None:
            return
        self.usual.setText(f"Guess: the names of {usual.owner}")
        self.usual.setToolTip(f"{usual.offer}. {usual.guess}")
        was = () if state.sheet is None else state.sheet.draft.labels
        if state.draft.labels == usual.names != was and not state.draft.label_file:
            self.count.setText(f"{state.names_text} {usual.guess}")

    def _show_spaces(self, *, are_shown: bool) -> None:
        """Let a space be seen where it is a character; and name what stands in a line."""
        self.typed.setPlaceholderText(_CHARACTERS if are_shown else _NAMES)
        document = self.typed.document()
        if document is None:
            return
        option = document.defaultTextOption()
        flags = option.flags() & ~_SPACES
        flags = flags | _SPACES if are_shown else flags
        if option.flags() != flags:
            option.setFlags(flags)
            document.setDefaultTextOption(option)
