"""The thing selected, standing out in two pictures."""

from __future__ import annotations

from PyQt6.QtCore import QObject, pyqtSignal

from ailab.viewmodels.beside import BesideViewModel
from ailab.viewmodels.beside_state import BesideState
from ailab.views.picture_canvas import PictureCanvas


class TwinMarks(QObject):
    """Marks a thing in A and what is the same in B, or the other way round.

    Args:
        beside: which things are the same.
        first: the picture with A's results; owns the marks.

    Signals:
        changed(): another thing was marked, or none.
    """

    changed = pyqtSignal()

    def __init__(self, beside: BesideViewModel, first: PictureCanvas) -> None:
        super().__init__(first)
        self._beside = beside
        self._canvases = [first]
        self._numbers: list[int | None] = [None, None]
        self._chosen = 0
        first.object_clicked.connect(self._on_first_clicked)

    def take(self, second: PictureCanvas) -> None:
        """Mark in the picture with B's results, too."""
        self._canvases.append(second)
        second.object_clicked.connect(self._on_second_clicked)

    def mark(self, side: int, number: int | None) -> None:
        """Let a thing of A (0) or B (1) stand out, and its counterpart; None for none."""
        self._chosen = side
        self._numbers[side] = number
        self.refresh()
        self.changed.emit()

    def follow(self, old: BesideState, new: BesideState) -> None:
        """Take note that another result, or another counterpart, is there."""
        if old.result is not new.result and self._chosen == 1:
            self._numbers, self._chosen = [None, None], 0
        if old.result is not new.result or old.counterparts is not new.counterparts:
            self.refresh()

    def refresh(self) -> None:
        """Mark anew, as after others were drawn."""
        chosen = self._chosen
        other = self._beside.state.counterpart(chosen, self._numbers[chosen])
        self._numbers[1 - chosen] = other
        for canvas, number in zip(self._canvases, self._numbers, strict=False):
            canvas.overlay.mark(number)
            canvas.update()

    def is_alone(self, side: int) -> bool:
        """What is marked in A (0) or B (1) is known not to be in the other one."""
        is_known = self._beside.state.counterparts is not None
        mine, other = self._numbers[side], self._numbers[1 - side]
        return is_known and mine is not None and other is None

    def _on_first_clicked(self, _number: object) -> None:
        """Let what is marked in B alone be equal again, of which the list of A knows nothing."""
        if self.is_alone(1):
            self.mark(0, None)

    def _on_second_clicked(self, number: object) -> None:
        """Select the same object in the list, which is A's; one that A has not is marked alone."""
        its, beside = number if isinstance(number, int) else None, self._beside.state
        mine = beside.counterpart(1, its)
        self._canvases[0].object_clicked.emit(mine)
        if mine is None and beside.counterparts is not None:
            self.mark(1, its)
