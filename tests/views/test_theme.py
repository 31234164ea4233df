"""The look: readable colours, and following the system."""

from __future__ import annotations

from dataclasses import fields

import pytest
from PyQt6.QtCore import Qt
from PyQt6.QtGui import QColor
from PyQt6.QtWidgets import (
    QApplication,
    QCheckBox,
    QComboBox,
    QDialogButtonBox,
    QDoubleSpinBox,
    QLabel,
    QLineEdit,
    QPushButton,
    QSpinBox,
    QStyle,
    QWidget,
)
from pytestqt.qtbot import QtBot

from ailab.views.style_sheet import style_sheet
from ailab.views.theme import Theme, app_icon, apply_theme, set_tone
from ailab.views.theme_colors import DARK, LIGHT, ThemeColors, colors_for


def luminance(color: str) -> float:
    """WCAG 2 relative luminance."""
    linear = []
    for value in QColor(color).getRgbF()[:3]:
        assert value is not None
        linear.append(value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4)
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    """WCAG 2 contrast ratio, 1 to 21."""
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


@pytest.fixture(params=[LIGHT, DARK], ids=["light", "dark"])
def colors(request: pytest.FixtureRequest) -> ThemeColors:
    found: ThemeColors = request.param
    return found


@pytest.mark.parametrize("behind", ["window", "card", "base", "hover"])
@pytest.mark.parametrize("text", ["text", "muted", "link", "success", "warning", "error"])
def test_that_text_reads_on_every_ground(colors: ThemeColors, text: str, behind: str) -> None:
    assert contrast(getattr(colors, text), getattr(colors, behind)) >= 4.5


@pytest.mark.parametrize("tone", ["success", "warning", "error"])
def test_that_text_reads_on_its_banner(colors: ThemeColors, tone: str) -> None:
    assert contrast(getattr(colors, tone), getattr(colors, f"soft_{tone}")) >= 4.5
    assert contrast(colors.text, getattr(colors, f"soft_{tone}")) >= 4.5


def test_that_fields_of_all_kinds_are_of_one_height(qtbot: QtBot) -> None:
    box = QWidget()
    qtbot.addWidget(box)
    box.setStyleSheet(style_sheet(LIGHT))
    fields = [kind(box) for kind in (QLineEdit, QComboBox, QSpinBox, QDoubleSpinBox)]
    box.show()
    assert len({field.sizeHint().height() for field in fields}) == 1


def test_that_the_main_button_reads(colors: ThemeColors) -> None:
    assert contrast(colors.on_accent, colors.accent) >= 4.5
    assert contrast(colors.on_accent, colors.accent_hover) >= 4.5


def test_that_fields_and_the_keyboard_focus_stand_out(colors: ThemeColors) -> None:
    for ground in (colors.base, colors.window, colors.card):
        assert contrast(colors.outline, ground) >= 3
        assert contrast(colors.link, ground) >= 3


def test_that_every_colour_is_a_colour(colors: ThemeColors) -> None:
    assert all(QColor(getattr(colors, each.name)).isValid() for each in fields(colors))


@pytest.mark.slow
def test_that_the_theme_changes_open_widgets_and_back(qapp: QApplication, qtbot: QtBot) -> None:
    label = QLabel("fine")
    qtbot.addWidget(label)
    set_tone(label, "success")
    label.ensurePolished()
    apply_theme(qapp, Theme.DARK)
    assert colors_for(label.palette()) is DARK
    assert label.palette().windowText().color().name() == DARK.success
    set_tone(label, "error")
    assert label.palette().windowText().color().name() == DARK.error
    apply_theme(qapp, Theme.LIGHT)
    assert colors_for(label.palette()) is LIGHT
    assert label.palette().windowText().color().name() == LIGHT.error


def test_that_the_system_is_followed_until_a_theme_is_chosen(qapp: QApplication) -> None:
    apply_theme(qapp, Theme.SYSTEM)
    hints = qapp.styleHints()
    assert hints is not None
    hints.setColorScheme(Qt.ColorScheme.Dark)
    hints.colorSchemeChanged.emit(hints.colorScheme())
    followed = colors_for(qapp.palette())
    expected = DARK if hints.colorScheme() == Qt.ColorScheme.Dark else LIGHT
    assert followed is expected
    apply_theme(qapp, Theme.LIGHT)
    hints.colorSchemeChanged.emit(Qt.ColorScheme.Dark)
    assert colors_for(qapp.palette()) is LIGHT


def test_that_the_icon_can_be_drawn(qapp: QApplication) -> None:
    assert not app_icon().pixmap(64, 64).isNull()


@pytest.mark.qt_log_ignore("This plugin does not support")
@pytest.mark.parametrize("theme", [Theme.LIGHT, Theme.DARK])
@pytest.mark.parametrize("chosen", [0, 5])
def test_that_a_drop_down_shows_every_row_and_marks_the_chosen_one(
    qapp: QApplication, qtbot: QtBot, theme: Theme, chosen: int
) -> None:
    apply_theme(qapp, theme)
    box = QComboBox()
    qtbot.addWidget(box)
    box.addItems(["Trending", "Most downloads", "Most likes", "Newest", "Updated", "Parameters"])
    box.setCurrentIndex(chosen)
    box.show()
    box.showPopup()
    rows = box.view()
    assert rows is not None
    viewport, bar, model = rows.viewport(), rows.verticalScrollBar(), box.model()
    assert viewport is not None
    assert bar is not None
    assert model is not None
    assert bar.maximum() == 0
    places = [rows.visualRect(model.index(row, 0)) for row in range(box.count())]
    assert all(viewport.rect().contains(place) for place in places)
    image = viewport.grab().toImage()
    colors = colors_for(box.palette())
    for row, place in enumerate(places):
        ground = colors.accent if row == chosen else colors.base
        for x in (place.left() + 2, place.right() - 8):
            assert image.pixelColor(x, place.center().y()).name() == ground
    box.hidePopup()


def test_that_dialogs_have_no_icons_on_their_buttons(qapp: QApplication, qtbot: QtBot) -> None:
    apply_theme(qapp, Theme.LIGHT)
    box = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
    qtbot.addWidget(box)
    box.show()
    hint = QStyle.StyleHint.SH_DialogButtonBox_ButtonsHaveIcons
    style = box.style()
    assert style is not None
    assert not style.styleHint(hint, None, box)
    assert all(button.icon().isNull() for button in box.buttons())


@pytest.mark.parametrize("is_checked", [False, True])
def test_that_a_tick_box_keeps_its_text_in_place_under_the_keyboard(
    qapp: QApplication, qtbot: QtBot, is_checked: bool
) -> None:
    apply_theme(qapp, Theme.LIGHT)
    box = QCheckBox("HHH")
    box.setChecked(is_checked)
    qtbot.addWidget(box)
    box.show()
    box.activateWindow()
    qtbot.waitUntil(box.isActiveWindow)
    ink = QColor(LIGHT.text).lightness() + 60

    def text_starts() -> int:
        image = box.grab().toImage()
        columns = range(18, image.width())
        rows = range(4, image.height() - 4)
        return next(
            x for x in columns if any(image.pixelColor(x, y).lightness() < ink for y in rows)
        )

    box.clearFocus()
    before = text_starts()
    box.setFocus()
    assert text_starts() == before


def test_that_a_button_that_is_on_wears_the_accent(qapp: QApplication, qtbot: QtBot) -> None:
    apply_theme(qapp, Theme.LIGHT)
    button = QPushButton("Offline")
    button.setCheckable(True)
    qtbot.addWidget(button)
    button.show()
    for is_on, ground in ((False, LIGHT.base), (True, LIGHT.accent)):
        button.setChecked(is_on)
        assert button.grab().toImage().pixelColor(8, button.height() // 2).name() == ground
