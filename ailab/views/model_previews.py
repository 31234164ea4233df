"""Pictures for the browser's list and details."""

from __future__ import annotations

from PyQt6.QtCore import QEvent, QObject, QTimer
from PyQt6.QtGui import QImage

from ailab.services.images.picture import Picture
from ailab.viewmodels.previews import PreviewsState, PreviewsViewModel
from ailab.views.model_details_pane import ModelDetailsPane
from ailab.views.model_list_view import ModelListView
from ailab.views.picture_image import picture_image

_REST_MS = 80
_SEEN_EVENTS = (QEvent.Type.Resize, QEvent.Type.Show)


class ModelPreviews(QObject):
    """Asks for the pictures of the rows in sight, and hands those that came to list and details.

    Args:
        previews: fetches them.
        list_view: the rows.
        details: the selected model's.
    """

    def __init__(
        self,
        previews: PreviewsViewModel,
        list_view: ModelListView,
        details: ModelDetailsPane,
    ) -> None:
        super().__init__(list_view)
        self._previews = previews
        self._list_view = list_view
        self._models = list_view.models
        self._details = details
        self._images: dict[str, tuple[Picture, QImage]] = {}
        self._rest = QTimer(self)
        self._rest.setSingleShot(True)
        self._rest.setInterval(_REST_MS)
        self._rest.timeout.connect(self.look)
        self._models.modelReset.connect(self._rest.start)
        self._models.rowsInserted.connect(self._on_rows)
        bar = list_view.verticalScrollBar()
        if bar is not None:
            bar.valueChanged.connect(self._on_scrolled)
        list_view.installEventFilter(self)
        previews.changed.connect(self._on_changed)
        self._show_rows(previews.state)
        details.set_preview(previews.state.picture)

    def look(self) -> None:
        """Ask for the pictures of the rows in sight; of none where the list is not seen."""
        view, rows = self._list_view, self._list_view.verticalHeader()
        bar, viewport = view.verticalScrollBar(), view.viewport()
        if rows is None or bar is None or viewport is None or not view.isVisible():
            self._previews.look_at(())
            return
        height = max(rows.defaultSectionSize(), 1)
        first = bar.value() // height
        self._previews.look_at(self._models.models[first : first + viewport.height() // height + 2])

    def eventFilter(self, _watched: QObject | None, event: QEvent | None) -> bool:  # noqa: N802
        """Another number of rows is in sight, or none any more."""
        if event is not None and event.type() in _SEEN_EVENTS:
            self._rest.start()
        elif event is not None and event.type() == QEvent.Type.Hide:
            self._previews.look_at(())
        return False

    def _on_scrolled(self) -> None:
        self._rest.start()

    def _on_rows(self) -> None:
        self._rest.start()

    def _on_changed(self, old: PreviewsState, new: PreviewsState) -> None:
        if old.thumbnails is not new.thumbnails:
            self._show_rows(new)
        if old.picture is not new.picture:
            self._details.set_preview(new.picture)

    def _show_rows(self, state: PreviewsState) -> None:
        before, self._images = self._images, {}
        for model_id, picture in state.thumbnails.items():
            if picture is not None:
                known = before.get(model_id)
                is_same = known is not None and known[0] is picture
                self._images[model_id] = (
                    known if known and is_same else (picture, picture_image(picture).copy())
                )
        self._models.set_previews({key: image for key, (_, image) in self._images.items()})
