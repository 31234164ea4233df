"""The lab's look: Qt's Fusion style with palettes of its own, light and dark."""

from __future__ import annotations

from enum import Enum
from pathlib import Path
from typing import Literal

from PyQt6.QtCore import QObject, Qt
from PyQt6.QtGui import QColor, QIcon, QPalette
from PyQt6.QtWidgets import QApplication, QFrame, QLabel, QPushButton, QWidget

from ailab.views.style_sheet import style_sheet
from ailab.views.theme_colors import DARK, LIGHT, ThemeColors

SPACE_SMALL = 4
"""Pixels between a control and what explains it."""
SPACE = 8
"""Pixels between controls."""
SPACE_LARGE = 16
"""Pixels between groups, and around a panel."""

Tone = Literal["", "muted", "success", "warning", "error", "heading"]
BannerTone = Literal["success", "warning", "error"]

_ICON = Path(__file__).parent / "icons" / "ailab.svg"


class Theme(Enum):
    """Which colours the lab wears; the value is the menu's text."""

    SYSTEM = "Like the system"
    LIGHT = "Light"
    DARK = "Dark"


_SCHEMES = {
    Theme.SYSTEM: Qt.ColorScheme.Unknown,
    Theme.LIGHT: Qt.ColorScheme.Light,
    Theme.DARK: Qt.ColorScheme.Dark,
}


def apply_theme(app: QApplication, theme: Theme) -> None:
    """Dress the application, its open windows included; call again to change.

    With `Theme.SYSTEM` the colours follow the system's, now and whenever they change.
    """
    followers = app.findChildren(_SchemeFollower)
    if not followers:
        app.setStyle("Fusion")
        followers = [_SchemeFollower(app)]
    followers[0].follow(theme)


def app_icon() -> QIcon:
    """The lab's icon, drawn sharp at any size."""
    return QIcon(str(_ICON))


def set_tone(label: QLabel, tone: Tone) -> None:
    """Colour a label by what it says; the colour follows the theme."""
    _mark(label, "tone", tone)


def set_banner_tone(frame: QFrame, tone: BannerTone) -> None:
    """Colour a frame that tells of something as a whole."""
    _mark(frame, "banner", tone)


def width_of_letters(widget: QWidget, letters: int) -> int:
    """Pixels that so many letters take in a widget's font, for widths that grow with it."""
    return widget.fontMetrics().horizontalAdvance("x") * letters


def make_primary(button: QPushButton) -> None:
    """Mark the one button that a person most likely wants."""
    _mark(button, "primary", "true")


def make_chip(button: QPushButton) -> None:
    """Mark a small button in a row of them: a condition, a choice among lists."""
    _mark(button, "chip", "true")


def make_card(frame: QFrame) -> None:
    """Set a group of controls off from the window."""
    _mark(frame, "card", "true")


def _mark(widget: QWidget, name: str, value: str) -> None:
    if widget.property(name) == value:
        return
    widget.setProperty(name, value)
    style = widget.style()
    if style is not None and widget.testAttribute(Qt.WidgetAttribute.WA_WState_Polished):
        # A style sheet looks at properties only when a widget is polished.
        style.unpolish(widget)
        style.polish(widget)


class _SchemeFollower(QObject):
    """Keeps the application's palette and style sheet at the theme chosen."""

    def __init__(self, app: QApplication) -> None:
        super().__init__(app)
        self._app = app
        self._theme = Theme.SYSTEM
        self._worn: ThemeColors | None = None
        hints = app.styleHints()
        if hints is not None:
            hints.colorSchemeChanged.connect(self._on_scheme_changed)

    def follow(self, theme: Theme) -> None:
        self._theme = theme
        hints = self._app.styleHints()
        if hints is not None:
            # Also dresses what the system draws, such as the title bar and its own dialogs.
            hints.setColorScheme(_SCHEMES[theme])
        self._dress()

    def _on_scheme_changed(self) -> None:
        self._dress()

    def _dress(self) -> None:
        hints = self._app.styleHints()
        is_dark = self._theme is Theme.DARK or (
            self._theme is Theme.SYSTEM
            and hints is not None
            and hints.colorScheme() == Qt.ColorScheme.Dark
        )
        colors = DARK if is_dark else LIGHT
        if colors is not self._worn:
            self._worn = colors
            self._app.setPalette(_palette(colors))
            self._app.setStyleSheet(style_sheet(colors))


def _palette(colors: ThemeColors) -> QPalette:
    role, group = QPalette.ColorRole, QPalette.ColorGroup
    palette = QPalette(QColor(colors.card), QColor(colors.window))
    for each, color in (
        (role.WindowText, colors.text),
        (role.Text, colors.text),
        (role.ButtonText, colors.text),
        (role.Base, colors.base),
        (role.AlternateBase, colors.card),
        (role.ToolTipBase, colors.base),
        (role.ToolTipText, colors.text),
        (role.PlaceholderText, colors.muted),
        (role.Highlight, colors.accent),
        (role.HighlightedText, colors.on_accent),
        (role.Accent, colors.accent),
        (role.Link, colors.link),
        (role.LinkVisited, colors.link),
        (role.Mid, colors.border),
    ):
        palette.setColor(each, QColor(color))
    for each in (role.WindowText, role.Text, role.ButtonText, role.PlaceholderText):
        palette.setColor(group.Disabled, each, QColor(colors.disabled))
    palette.setColor(group.Disabled, role.Highlight, QColor(colors.border))
    palette.setColor(group.Disabled, role.HighlightedText, QColor(colors.text))
    return palette
