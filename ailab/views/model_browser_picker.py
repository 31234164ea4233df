"""How the window answers a view model that asks for a model."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PyQt6.QtWidgets import QWidget

from ailab.viewmodels.model_browser import ModelBrowserViewModel

if TYPE_CHECKING:
    from ailab.views.lab_dialogs import LabDialogs
    from ailab.views.model_browser_dialog import ModelBrowserDialog


class ModelBrowserPicker:
    """A `ModelPicker` that shows the browser dialog; it is made once, when it is first asked for.

    Args:
        view_model: what the dialog shows.
        window: what it stands over.
        dialogs: the dialogs that it opens in turn; None where it opens none.

    Attributes:
        dialog: the dialog; None before the first question.
    """

    def __init__(
        self,
        view_model: ModelBrowserViewModel,
        window: QWidget | None = None,
        dialogs: LabDialogs | None = None,
    ) -> None:
        self._view_model = view_model
        self._window = window
        self._dialogs = dialogs
        self.dialog: ModelBrowserDialog | None = None

    async def __call__(self) -> str | None:
        """The chosen model's reference, or None where the person cancelled."""
        if self.dialog is None:
            # Here and not above: nobody has pressed Browse when the window opens.
            from ailab.views.model_browser_dialog import ModelBrowserDialog  # noqa: PLC0415

            self.dialog = ModelBrowserDialog(self._view_model, self._window)
            if self._dialogs is not None:
                self.dialog.sync_requested.connect(self._on_sync)
                self.dialog.details.sign_in_requested.connect(self._on_sign_in)
        return await self.dialog.pick()

    def _on_sync(self) -> None:
        if self._dialogs is not None:
            self._dialogs.show_catalog(over=self.dialog)

    def _on_sign_in(self) -> None:
        if self._dialogs is not None:
            self._dialogs.show_account(over=self.dialog)
