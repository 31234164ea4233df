"""The window's tabs: running models, the models on this disk, the downloads."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PyQt6.QtCore import QUrl
from PyQt6.QtGui import QDesktopServices
from PyQt6.QtWidgets import QTabWidget, QWidget

from ailab.services.next_step import NextStep
from ailab.views.late_tab import LateTab

if TYPE_CHECKING:
    from ailab.viewmodels.lab_view_models import LabViewModels
    from ailab.views.downloads_view import DownloadsView
    from ailab.views.inference_view import InferenceView
    from ailab.views.lab_dialogs import LabDialogs
    from ailab.views.library_view import LibraryView


class LabTabs(QTabWidget):
    """First one empty tab, soon painted; then those of the lab, the others made when looked at.

    Attributes:
        library: the models on this disk.
        downloads: what is on its way.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setDocumentMode(True)
        self.addTab(QWidget(), "Inference")
        self._lab: LabViewModels | None = None
        self._dialogs: LabDialogs | None = None
        self._inference_view: InferenceView | None = None
        self.library = LateTab(self._make_library)
        self.downloads = LateTab(self._make_downloads)

    @property
    def inference_view(self) -> InferenceView:
        """The Inference tab.

        Raises:
            RuntimeError: there is no lab in the window yet.
        """
        if self._inference_view is None:
            raise RuntimeError("the window is still empty")
        return self._inference_view

    def show_lab(self, lab: LabViewModels, dialogs: LabDialogs) -> None:
        """Put the lab into the tabs."""
        # Here and not above: the empty window is painted before this is even imported.
        from ailab.views.inference_view import InferenceView  # noqa: PLC0415

        self._lab, self._dialogs = lab, dialogs
        self._inference_view = InferenceView(lab.inference, lab.filmstrip, lab.conversion)
        self._inference_view.model_panel.sheet_wanted.connect(dialogs.show_sheet)
        self._inference_view.model_panel.server.token_wanted.connect(dialogs.show_server_token)
        self._inference_view.model_panel.step_wanted.connect(self._on_step_wanted)
        empty = self.widget(0)
        self.insertTab(0, self._inference_view, "Inference")
        self.setCurrentIndex(0)
        self.removeTab(1)
        if empty is not None:
            empty.deleteLater()
        self.addTab(self.library, "Library")
        self.addTab(self.downloads, "Downloads")

    def show_downloads(self) -> None:
        """Turn to the Downloads tab."""
        self.setCurrentWidget(self.downloads)

    def _make_library(self) -> LibraryView:
        from ailab.views.library_view import LibraryView  # noqa: PLC0415 - not looked at before

        view = LibraryView(self._shown.library, self._shown.endpoint, self._shown.conversion)
        view.model_chosen.connect(self._on_model_chosen)
        view.browse_wanted.connect(self._on_browse_wanted)
        return view

    def _make_downloads(self) -> DownloadsView:
        from ailab.views.downloads_view import DownloadsView  # noqa: PLC0415 - not looked at before

        view = DownloadsView(self._shown.downloads)
        view.step_wanted.connect(self._on_step_wanted)
        view.model_chosen.connect(self._on_model_chosen)
        return view

    @property
    def _shown(self) -> LabViewModels:
        if self._lab is None:
            raise RuntimeError("the window is still empty")
        return self._lab

    def _on_model_chosen(self, reference: str) -> None:
        self._shown.inference.use_model(reference)
        self.setCurrentIndex(0)

    def _on_browse_wanted(self) -> None:
        self.setCurrentIndex(0)
        self._shown.inference.browse()

    def _on_step_wanted(self, model_id: str, step: NextStep) -> None:
        if step is NextStep.SIGN_IN and self._dialogs is not None:
            self._dialogs.show_account()
        elif step is NextStep.OPEN_MODEL_PAGE:
            QDesktopServices.openUrl(QUrl(f"{self._shown.endpoint}/{model_id}"))
