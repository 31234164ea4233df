"""The base of every view model: one frozen state, one signal."""

from __future__ import annotations

from typing import Generic, TypeVar

from PyQt6.QtCore import QObject, pyqtSignal

S = TypeVar("S")


class ViewModel(QObject, Generic[S]):
    """Holds a frozen state and tells of each new one.

    Signals:
        changed(old, new): the state was replaced; both are whole states.
    """

    changed = pyqtSignal(object, object)

    def __init__(self, state: S) -> None:
        super().__init__()
        self._state = state

    @property
    def state(self) -> S:
        """The current state."""
        return self._state

    def _become(self, state: S) -> None:
        old = self._state
        if state == old:
            return
        self._state = state
        self.changed.emit(old, state)
