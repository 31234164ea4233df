"""The picture with what another run found in it."""

from __future__ import annotations

from PyQt6.QtWidgets import QVBoxLayout, QWidget

from ailab.viewmodels.beside_state import BesideState
from ailab.viewmodels.prediction_text import summary
from ailab.viewmodels.results_state import ResultsState
from ailab.views.picture_canvas import PictureCanvas
from ailab.views.picture_caption import PictureCaption
from ailab.views.prediction_overlay import PredictionOverlay
from ailab.views.theme import SPACE_SMALL


class BesidePane(QWidget):
    """A caption, and the same picture as beside it under its own overlay.

    Args:
        parent: the widget around it.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.overlay = PredictionOverlay()
        self.canvas = PictureCanvas(self.overlay)
        self.canvas.setAccessibleName("The same picture with the results of B")
        self.caption = PictureCaption("B")
        self.close_run = self.caption.close_run
        self.close_run.show()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(SPACE_SMALL)
        column.addWidget(self.caption)
        column.addWidget(self.canvas, 1)

    def render_run(
        self, state: BesideState, shown: ResultsState, *, lacks_marked: bool = False
    ) -> None:
        """Show what the run beside found in the picture shown.

        Args:
            state: the run beside.
            shown: the picture, and the threshold of both.
            lacks_marked: it did not find what is selected in the run shown.
        """
        result, picture = state.result, shown.picture
        prediction = None if result is None else result.prediction
        above = None if prediction is None else prediction.above(shown.threshold)
        found = state.lack or ("" if above is None else summary(above))
        self.caption.tell(
            state.title,
            state.weights,
            found,
            is_problem=bool(state.lack),
            lacks_marked=lacks_marked,
        )
        if prediction is None or picture is None or state.awaits_differences:
            self.overlay.set_prediction(None, 1, 1)
        else:
            size = (picture.full_width, picture.full_height)
            told, maps = shown.current_result or result, state.maps_of(1, state.maps)
            pixel_size = None if told is None else told.pixel_size
            self.overlay.set_prediction(prediction, *size, maps, pixel_size=pixel_size)
            hidden, left_out = state.hidden_labels, state.left_out(1)
            self.overlay.filter(above, hidden, shown.threshold, left_out)
        self.canvas.update()
