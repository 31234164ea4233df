"""The few rules that Qt's Fusion style needs to look calm."""

from __future__ import annotations

from pathlib import Path

from ailab.views.theme_colors import DARK, ThemeColors

_ICONS = Path(__file__).parent / "icons"


def style_sheet(colors: ThemeColors) -> str:
    """The application's style sheet.

    Views mark widgets by dynamic properties: `tone` (muted, success, warning, error, heading)
    on labels, `primary` on the one main button, `chip` on small ones, `banner` on a frame
    that tells of something as a whole, `card` on a panel, `line` between groups, `contents` on
    a list of pages.
    """
    chevron = (_ICONS / f"chevron-{'dark' if colors is DARK else 'light'}.svg").as_posix()
    check = (_ICONS / "check.svg").as_posix()
    c = colors
    return f"""
QToolTip {{ color: {c.text}; background: {c.base}; border: 1px solid {c.outline}; padding: 4px; }}
QMenu {{ background: {c.base}; border: 1px solid {c.border}; padding: 3px; }}
QMenu::item {{ padding: 4px 22px; border-radius: 4px; }}
QMenu::item:selected {{ background: {c.accent}; color: {c.on_accent}; }}
QMenu::item:disabled {{ background: transparent; color: {c.disabled}; }}
QMenu::separator {{ height: 1px; background: {c.border}; margin: 3px 6px; }}
QLabel[tone="muted"] {{ color: {c.muted}; }}
QLabel[tone="success"] {{ color: {c.success}; }}
QLabel[tone="warning"] {{ color: {c.warning}; }}
QLabel[tone="error"] {{ color: {c.error}; }}
QLabel[tone="heading"] {{ font-weight: 600; }}
QFrame[banner="error"] {{ background: {c.soft_error}; border: 1px solid {c.error};
    border-radius: 6px; }}
QFrame[banner="warning"] {{ background: {c.soft_warning}; border: 1px solid {c.warning};
    border-radius: 6px; }}
QFrame[banner="success"] {{ background: {c.soft_success}; border: 1px solid {c.success};
    border-radius: 6px; }}
QDialogButtonBox {{ dialogbuttonbox-buttons-have-icons: 0; }}
QPushButton {{ background: {c.base}; border: 1px solid {c.border}; border-radius: 6px;
    padding: 5px 12px; min-height: 18px; outline: none; }}
QPushButton:hover {{ background: {c.hover}; }}
QPushButton:pressed {{ background: {c.border}; }}
QPushButton:disabled {{ color: {c.disabled}; background: {c.window}; }}
QPushButton:focus {{ border: 2px solid {c.link}; padding: 4px 11px; }}
QPushButton:checked {{ background: {c.accent}; border-color: {c.accent};
    color: {c.on_accent}; }}
QPushButton:checked:focus {{ border-color: {c.text}; }}
QPushButton[primary="true"] {{ background: {c.accent}; border-color: {c.accent};
    color: {c.on_accent}; font-weight: 600; }}
QPushButton[primary="true"]:hover {{ background: {c.accent_hover}; }}
QPushButton[primary="true"]:disabled {{ background: {c.hover}; border-color: {c.border};
    color: {c.disabled}; }}
QPushButton[primary="true"]:focus {{ border: 2px solid {c.text}; }}
QPushButton[chip="true"] {{ background: {c.hover}; border: 1px solid {c.border};
    border-radius: 11px; padding: 1px 9px; min-height: 18px; }}
QPushButton[chip="true"]:hover {{ border-color: {c.outline}; }}
QPushButton[chip="true"]:flat {{ background: transparent; border-color: transparent;
    color: {c.link}; }}
QPushButton[chip="true"]:checked {{ background: {c.accent}; border-color: {c.accent}; }}
QPushButton[chip="true"]:focus {{ border: 2px solid {c.link}; padding: 0 8px; }}
QPushButton[chip="true"]:checked:focus {{ border-color: {c.text}; }}
QLineEdit, QComboBox, QAbstractSpinBox {{ background: {c.base}; border: 1px solid {c.outline};
    border-radius: 6px; padding: 4px 7px; min-height: 20px; }}
QLineEdit:focus, QComboBox:focus, QAbstractSpinBox:focus {{ border: 2px solid {c.link};
    padding: 3px 6px; }}
QLineEdit:disabled, QComboBox:disabled, QAbstractSpinBox:disabled {{ color: {c.disabled};
    background: {c.window}; border-color: {c.border}; placeholder-text-color: {c.muted}; }}
QPlainTextEdit {{ background: {c.base}; border: 1px solid {c.outline}; border-radius: 6px;
    padding: 2px 4px; }}
QPlainTextEdit:focus {{ border: 2px solid {c.link}; padding: 1px 3px; }}
QAbstractSpinBox {{ padding: 0 4px; min-height: 25px; }}
QAbstractSpinBox:focus {{ padding: 0 4px; min-height: 23px; }}
QAbstractSpinBox QLineEdit, QAbstractSpinBox QLineEdit:focus {{ border: none; padding: 0;
    min-height: 0; background: transparent; }}
QComboBox::drop-down {{ border: none; width: 22px; }}
QComboBox::down-arrow {{ image: url("{chevron}"); width: 12px; height: 12px; }}
QComboBox {{ combobox-popup: 0; }}
QComboBox QLineEdit, QComboBox QLineEdit:focus {{ border: none; padding: 0; min-height: 0;
    background: transparent; }}
QComboBox QAbstractItemView {{ background: {c.base}; border: 1px solid {c.outline}; outline: none;
    selection-background-color: {c.accent}; selection-color: {c.on_accent}; }}
QComboBox QAbstractItemView::item {{ min-height: 24px; padding-left: 5px; }}
QComboBox QAbstractItemView::item:selected {{ background: {c.accent}; color: {c.on_accent}; }}
QProgressBar {{ background: {c.hover}; border: none; border-radius: 4px; min-height: 8px;
    max-height: 8px; }}
QProgressBar::chunk {{ background: {c.accent}; border-radius: 4px; }}
QSlider {{ min-height: 20px; }}
QSlider::groove:horizontal {{ height: 4px; border-radius: 2px; background: {c.border}; }}
QSlider::sub-page:horizontal {{ border-radius: 2px; background: {c.accent}; }}
QSlider::sub-page:horizontal:disabled {{ background: {c.border}; }}
QSlider::handle:horizontal {{ width: 14px; height: 14px; margin: -6px 0; border-radius: 8px;
    background: {c.base}; border: 1px solid {c.outline}; }}
QSlider::handle:horizontal:hover {{ border-color: {c.link}; }}
QSlider::handle:horizontal:focus {{ border: 2px solid {c.link}; width: 12px; height: 12px; }}
QCheckBox {{ spacing: 6px; }}
QCheckBox::indicator, QListView::indicator {{ width: 14px; height: 14px; border-radius: 3px;
    background: {c.base}; border: 1px solid {c.outline}; }}
QCheckBox::indicator:checked, QListView::indicator:checked {{ background: {c.accent};
    border-color: {c.accent}; image: url("{check}"); }}
QCheckBox::indicator:focus {{ border: 2px solid {c.link}; width: 12px; height: 12px; }}
QCheckBox::indicator:checked:focus {{ border-color: {c.text}; }}
QHeaderView {{ background: {c.base}; }}
QHeaderView::section {{ background: transparent; color: {c.muted}; border: none;
    border-bottom: 1px solid {c.border}; padding: 4px 8px; }}
QTableView {{ outline: none; }}
QTableView::item {{ padding: 0 5px; }}
QTreeView::item {{ padding: 2px 5px; }}
QListView[contents="true"] {{ border: 1px solid {c.border}; border-radius: 6px; padding: 3px;
    background: {c.base}; outline: none; }}
QListView[contents="true"]::item {{ padding: 4px 6px; border-radius: 4px; }}
QListView[contents="true"]::item:hover {{ background: {c.hover}; }}
QListView[contents="true"]::item:selected {{ background: {c.accent}; color: {c.on_accent}; }}
QScrollBar:vertical {{ width: 12px; background: transparent; margin: 0; }}
QScrollBar:horizontal {{ height: 12px; background: transparent; margin: 0; }}
QScrollBar::handle {{ background: {c.outline}; border-radius: 3px; margin: 3px; }}
QScrollBar::handle:vertical {{ min-height: 28px; }}
QScrollBar::handle:horizontal {{ min-width: 28px; }}
QScrollBar::handle:hover {{ background: {c.muted}; }}
QScrollBar::add-line, QScrollBar::sub-line {{ width: 0; height: 0; }}
QScrollBar::add-page, QScrollBar::sub-page {{ background: transparent; }}
QTabWidget::pane {{ border: none; border-top: 1px solid {c.border}; }}
QTabBar::tab {{ padding: 7px 16px; border: none; border-bottom: 3px solid transparent;
    color: {c.muted}; }}
QTabBar::tab:selected {{ color: {c.text}; border-bottom: 3px solid {c.accent}; }}
QTabBar::tab:focus {{ color: {c.link}; }}
QTabBar::tab:hover {{ background: {c.hover}; }}
QFrame[card="true"] {{ background: {c.card}; border: 1px solid {c.border}; border-radius: 8px; }}
QFrame[line="true"] {{ background: {c.border}; border: none; }}
QSplitter::handle {{ background: transparent; }}
QSplitter::handle:hover {{ background: {c.border}; }}
"""
