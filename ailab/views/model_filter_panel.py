"""The panel in which further conditions are set."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

from PyQt6.QtCore import QPoint, QSize, Qt
from PyQt6.QtGui import QHideEvent, QKeyEvent
from PyQt6.QtWidgets import (
    QCheckBox,
    QCompleter,
    QFrame,
    QGridLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QWidget,
)

from ailab.services.hub import license_name
from ailab.services.hub.license_group import LICENSE_GROUPS, LicenseGroup
from ailab.services.hub.model_filter import ModelFilter
from ailab.viewmodels.model_browser import ModelBrowserViewModel
from ailab.viewmodels.model_browser_state import ModelBrowserState
from ailab.views.model_filter_box import ModelFilterBox
from ailab.views.model_filter_chips import day_words
from ailab.views.model_filter_numbers import parse_count, parse_size, write_count, write_size
from ailab.views.model_filter_range import ModelFilterRange
from ailab.views.theme import SPACE, SPACE_LARGE, width_of_letters

_LIBRARIES = (
    *("birefnet", "detectron2", "diffusers", "keras", "mlx", "onnx", "open_clip", "paddleocr"),
    *("safetensors", "sam2", "sklearn", "timm", "transformers", "transformers.js", "ultralytics"),
)
_SPANS = {
    "Past week": 7,
    "Past month": 30,
    "Past 3 months": 91,
    "Past year": 365,
    "Past 2 years": 730,
}
_WIDTH = 54  # letters


class ModelFilterPanel(QFrame):
    """Pops up below its button; what is set holds at once, and the list follows behind.

    Attributes:
        runs_here: models alone that run on this machine.
        license: kinds of licences, then each single one.
        library: a library or a format.
        author: the owner.
        parameters: how many.
        disk_size: bytes.
        access: gated or not.
        updated: since when.
    """

    def __init__(self, view_model: ModelBrowserViewModel, parent: QWidget | None = None) -> None:
        super().__init__(parent, Qt.WindowType.Popup)
        self._view_model = view_model
        self._is_rendering = False
        self.setAccessibleName("Filters")
        self.setFrameShape(QFrame.Shape.StyledPanel)
        self.runs_here = QCheckBox("Only models that &run here")
        self.license = ModelFilterBox("Licence")
        self.library = QLineEdit()
        self.author = QLineEdit()
        self.parameters = ModelFilterRange(
            "Parameters", parse_count, write_count, "M", "25M or 1.5B"
        )
        self.disk_size = ModelFilterRange(
            "Size on disk", parse_size, write_size, "MB", "50 MB or 1.5 GB"
        )
        self.access = ModelFilterBox("Access")
        self.updated = ModelFilterBox("Updated")
        self.done = QPushButton("&Done")
        self._fill()
        self._lay_out()
        self._connect()
        self.show_state(view_model.state)

    def pop_up(self, button: QWidget) -> None:
        """Show the panel below a button, inside its window's screen."""
        self.setFixedWidth(width_of_letters(self, _WIDTH))
        self.adjustSize()
        place = button.mapToGlobal(QPoint(0, button.height() + 2))
        screen = button.screen()
        if screen is not None:
            room = screen.availableGeometry()
            place.setX(max(room.left(), min(place.x(), room.right() - self.width())))
            place.setY(max(room.top(), min(place.y(), room.bottom() - self.height())))
        self.move(place)
        self.show()
        self.runs_here.setFocus()

    def show_state(self, state: ModelBrowserState) -> None:
        """Show the conditions that hold."""
        held = state.filter
        self._is_rendering = True
        try:
            self.runs_here.setChecked(held.runs_here)
            kind = held.license_group or held.license
            name = license_name.display_name(held.license) if held.license else ""
            self.license.show_value(kind, name)
            for field, text in ((self.library, held.library), (self.author, held.author)):
                if (text or "") != field.text().strip():
                    field.setText(text or "")
            self.parameters.show_values(held.min_parameters, held.max_parameters)
            self.disk_size.show_values(held.min_size, held.max_size)
            self.access.show_value(held.is_gated)
            since = held.updated_since
            self.updated.show_value(since, f"Since {day_words(since)}" if since else "")
        finally:
            self._is_rendering = False

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """As wide as its fields want."""
        return super().sizeHint().expandedTo(QSize(width_of_letters(self, _WIDTH), 0))

    def keyPressEvent(self, event: QKeyEvent | None) -> None:  # noqa: N802 - Qt's name
        """Enter ends a field only; Escape puts the panel away."""
        if event is not None and event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            event.accept()
            return
        super().keyPressEvent(event)

    def hideEvent(self, event: QHideEvent | None) -> None:  # noqa: N802 - Qt's name
        """Take what stands in a field that was not left."""
        for field in (self.library, self.author):
            field.editingFinished.emit()
        self.parameters.take()
        self.disk_size.take()
        super().hideEvent(event)

    def _fill(self) -> None:
        self.license.add_choice("Any licence", None)
        self.license.add_heading("By what it allows")
        for group in LicenseGroup:
            self.license.add_choice(group.value, group)
        self.license.add_heading("One licence")
        names = [(license_name.display_name(each), each) for each in LICENSE_GROUPS]
        for name, each in sorted(names, key=lambda pair: pair[0].casefold()):
            self.license.add_choice(name, each)
        completer = QCompleter(_LIBRARIES, self.library)
        completer.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        completer.setFilterMode(Qt.MatchFlag.MatchContains)
        self.library.setCompleter(completer)
        for field, name, hint in (
            (self.library, "Library", "any library or format, such as onnx"),
            (self.author, "Author", "any owner, such as google"),
        ):
            field.setAccessibleName(name)
            field.setPlaceholderText(hint)
            field.setClearButtonEnabled(True)
        for text, value in (("Open or gated", None), ("Open only", False), ("Gated only", True)):
            self.access.add_choice(text, value)
        self.updated.add_choice("Any time", None)
        today = date.today()
        for text, days in _SPANS.items():
            self.updated.add_choice(text, today - timedelta(days=days))

    def _lay_out(self) -> None:
        grid = QGridLayout(self)
        grid.setContentsMargins(SPACE_LARGE, SPACE_LARGE, SPACE_LARGE, SPACE_LARGE)
        grid.setHorizontalSpacing(SPACE_LARGE)
        grid.setVerticalSpacing(SPACE)
        grid.setColumnStretch(1, 1)
        grid.addWidget(self.runs_here, 0, 0, 1, 2)
        fields: tuple[tuple[str, QWidget], ...] = (
            ("&Licence", self.license),
            ("Li&brary", self.library),
            ("A&uthor", self.author),
            ("Parameters", self.parameters),
            ("Size on disk", self.disk_size),
            ("A&ccess", self.access),
            ("U&pdated", self.updated),
        )
        for row, (text, field) in enumerate(fields, 1):
            label = QLabel(text)
            label.setBuddy(field)
            grid.addWidget(label, row, 0, Qt.AlignmentFlag.AlignTop)
            label.setMinimumHeight(28)
            grid.addWidget(field, row, 1)
        grid.addWidget(self.done, len(fields) + 1, 1, Qt.AlignmentFlag.AlignRight)

    def _connect(self) -> None:
        self.runs_here.toggled.connect(self._on_changed)
        for box in (self.license, self.access, self.updated):
            box.currentIndexChanged.connect(self._on_changed)
        self.library.editingFinished.connect(self._on_changed)
        self.author.editingFinished.connect(self._on_changed)
        for bounds in (self.parameters, self.disk_size):
            bounds.changed.connect(self._on_changed)
            bounds.resized.connect(self._on_resized)
        self.done.clicked.connect(self.hide)

    def _on_changed(self) -> None:
        if not self._is_rendering:
            self._view_model.set_filter(self._wanted())

    def _on_resized(self) -> None:
        layout = self.layout()
        if layout is not None:
            layout.activate()
        self.adjustSize()

    def _wanted(self) -> ModelFilter:
        kind = self.license.value
        gated, since = self.access.value, self.updated.value
        wanted = replace(
            self._view_model.state.filter,
            runs_here=self.runs_here.isChecked(),
            license=kind if isinstance(kind, str) else None,
            license_group=kind if isinstance(kind, LicenseGroup) else None,
            library=self.library.text().strip() or None,
            author=self.author.text().strip() or None,
            is_gated=gated if isinstance(gated, bool) else None,
            updated_since=since if isinstance(since, date) else None,
        )
        least, most = self.parameters.values
        smallest, largest = self.disk_size.values
        return replace(
            wanted,
            min_parameters=least,
            max_parameters=most,
            min_size=smallest,
            max_size=largest,
        )
