"""The room that a screen has for a window."""

from __future__ import annotations

from PyQt6.QtWidgets import QWidget

_FRAME = 40
"""Pixels for a title bar, which nobody knows the height of before the window is shown."""


def resize_within_screen(window: QWidget, width: int, height: int) -> None:
    """Give a window a size to begin with, or as much of it as its screen has room for.

    Screens of 1366 × 768 pixels, and larger ones whose system makes everything half as large again,
    are lower than the lab's windows would be: their lowest buttons would lie out of sight.

    Args:
        window: not shown yet.
        width: in pixels, without a frame.
        height: in pixels, without a frame.
    """
    screen = window.screen()
    if screen is not None:
        room = screen.availableSize()
        width, height = min(width, room.width()), min(height, room.height() - _FRAME)
    window.resize(width, height)
