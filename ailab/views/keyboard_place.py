"""The keyboard stays where the person left it while a widget is switched off."""

from __future__ import annotations

from PyQt6.QtCore import QEvent, QObject
from PyQt6.QtWidgets import QApplication, QWidget

_BACK = (QEvent.Type.EnabledChange, QEvent.Type.Show)


class KeyboardPlace(QObject):
    """Keeps a press of Enter or Space from setting off the widget beside the one meant.

    Qt hands the focus of a widget that is disabled or hidden, as a button is while its work goes
    on, to the next one. Here it rests on what is around that widget instead, and returns once
    the widget can be used again, unless the person has moved it meanwhile.

    It looks after all windows of the application.

    Args:
        parent: it lives as long as this.
    """

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._widget: QWidget | None = None
        self._rest: QWidget | None = None
        self._is_moving = False
        app = QApplication.instance()
        if isinstance(app, QApplication):
            app.focusChanged.connect(self._on_focus_changed)

    def eventFilter(self, watched: QObject | None, event: QEvent | None) -> bool:  # noqa: N802
        """Return to the widget once it can be used again."""
        widget = self._widget
        if event is None or event.type() not in _BACK or widget is None or watched is not widget:
            return False
        if _is_usable(widget):
            window, rest = widget.window(), self._rest
            self._forget()
            if window is not None and rest is not None and window.focusWidget() is rest:
                widget.setFocus()
        return False

    def _on_focus_changed(self, old: QWidget | None, new: QWidget | None) -> None:
        if self._is_moving or old is None or new is None or old.window() is not new.window():
            return
        if _is_usable(old):
            self._forget()  # the person, or somebody who knows better, has moved it
            return
        if old is not self._rest:
            self._wait_for(old)
        around = old.parentWidget()
        while around is not None and not _is_usable(around):
            around = around.parentWidget()
        if around is not None:
            self._rest = around
            self._is_moving = True
            try:
                around.setFocus()
            finally:
                self._is_moving = False

    def _wait_for(self, widget: QWidget) -> None:
        self._forget()
        self._widget = widget
        widget.installEventFilter(self)
        widget.destroyed.connect(self._on_destroyed)

    def _forget(self) -> None:
        widget, self._widget, self._rest = self._widget, None, None
        if widget is not None:
            widget.removeEventFilter(self)
            widget.destroyed.disconnect(self._on_destroyed)

    def _on_destroyed(self) -> None:
        self._widget = self._rest = None


def _is_usable(widget: QWidget) -> bool:
    return widget.isEnabled() and widget.isVisible()
