"""What is drawn in the picture, as the person's prompt."""

from __future__ import annotations

from PyQt6.QtCore import QObject

from ailab.viewmodels.prompt import PromptViewModel
from ailab.viewmodels.prompt_shapes import PromptTool
from ailab.viewmodels.prompt_state import PromptState
from ailab.viewmodels.results import ResultsViewModel
from ailab.viewmodels.results_state import ResultsState
from ailab.views.picture_canvas import PictureCanvas


class PromptDrawing(QObject):
    """Lets points and boxes be drawn in the picture, and shows those that are there.

    Args:
        prompt: keeps what is drawn.
        results: knows whether the picture is on the screen.
        canvas: is drawn in.
        parent: it lives as long as this.
    """

    def __init__(
        self,
        prompt: PromptViewModel,
        results: ResultsViewModel,
        canvas: PictureCanvas,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._prompt = prompt
        self._results = results
        self._canvas = canvas
        shapes = canvas.shapes
        shapes.point_added.connect(self._on_point)
        shapes.box_added.connect(prompt.add_box)
        shapes.undo_wanted.connect(prompt.undo)
        shapes.tool_wanted.connect(prompt.choose_tool)
        prompt.changed.connect(self._on_prompt)
        results.changed.connect(self._on_results)
        self._render()

    def leave(self) -> bool:
        """Leave off what is being drawn, or put the tool away; False where nothing is drawn."""
        if self._canvas.shapes.drop():
            self._canvas.update()
            return True
        if not self._canvas.shapes.is_drawing:
            return False
        self._prompt.choose_tool(PromptTool.MOVE)
        return True

    def _on_point(self, x: float, y: float, is_inside: bool) -> None:
        self._prompt.add_point(x, y, is_inside=is_inside)

    def _on_prompt(self, old: PromptState, new: PromptState) -> None:
        if (old.can_draw, old.tool, old.shown) != (new.can_draw, new.tool, new.shown):
            self._render()

    def _on_results(self, old: ResultsState, new: ResultsState) -> None:
        if old.picture is not new.picture:
            self._render()

    def _render(self) -> None:
        # While another picture is on its way the one before is still seen: nothing of the other
        # is drawn over it.
        state = self._prompt.state
        can_draw = state.can_draw and self._results.state.picture is not None
        self._canvas.shapes.layer.show(state.shown)
        self._canvas.draw_with(state.tool if can_draw else None)
