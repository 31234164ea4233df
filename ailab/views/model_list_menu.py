"""What can be done with a model that a search found."""

from __future__ import annotations

from functools import partial

from PyQt6.QtCore import QModelIndex, QUrl
from PyQt6.QtGui import QDesktopServices
from PyQt6.QtWidgets import QAbstractButton

from ailab.viewmodels.copied_models import MODEL_HEADS, model_cells
from ailab.viewmodels.model_browser import ModelBrowserViewModel
from ailab.views.model_details_links import is_web_page
from ailab.views.model_list_view import ModelListView
from ailab.views.row_action import RowAction, copying, of_buttons
from ailab.views.row_menu import RowMenu


class ModelListMenu(RowMenu):
    """Copies ids, chooses a model, marks it as a favourite and opens its page.

    Args:
        rows: the list.
        view_model: knows the favourites, and the address of a model's page.
        choose: the button that answers with the selected model.
    """

    def __init__(
        self, rows: ModelListView, view_model: ModelBrowserViewModel, choose: QAbstractButton
    ) -> None:
        self._models = rows.models
        self._view_model = view_model
        self._choose = choose
        super().__init__(
            rows,
            self._row,
            heads=MODEL_HEADS,
            name=("id", "ids", lambda index: str(index.data())),
            copies=self._addresses,
            actions=self._uses,
        )

    def _row(self, index: QModelIndex) -> tuple[str, ...]:
        model = self._models.model_at(index)
        if model is None:
            return ()
        verdict = self._models.verdict_of(model)
        return model_cells(model, verdict)

    def _address(self, index: QModelIndex) -> str:
        address = self._view_model.pages.page_of(str(index.data()))
        return address if is_web_page(address) else ""

    def _addresses(self, index: QModelIndex) -> tuple[RowAction, ...]:
        address = self._address(index)
        return (copying("Copy the address of its page", address),) if address else ()

    def _uses(self, index: QModelIndex) -> tuple[RowAction, ...]:
        model, address = self._models.model_at(index), self._address(index)
        if model is None:
            return ()
        text = "Remove from favourites" if self._models.is_favourite(model) else "Add to favourites"
        mark = RowAction(text, partial(self._view_model.toggle_favourite, model), "F")
        page = RowAction("Open model page", partial(QDesktopServices.openUrl, QUrl(address)))
        return (*of_buttons(self._choose), mark, *((page,) if address else ()))
