"""What the window shows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from ailab.viewmodels.account import AccountViewModel
    from ailab.viewmodels.catalog import CatalogViewModel
    from ailab.viewmodels.conversion import ConversionViewModel
    from ailab.viewmodels.documentation import DocumentationViewModel
    from ailab.viewmodels.downloads import DownloadsViewModel
    from ailab.viewmodels.filmstrip import FilmstripViewModel
    from ailab.viewmodels.inference import InferenceViewModel
    from ailab.viewmodels.library import LibraryViewModel
    from ailab.viewmodels.model_browser import ModelBrowserViewModel
    from ailab.viewmodels.settings import SettingsViewModel
    from ailab.viewmodels.sheet_editor import SheetEditorViewModel


class LabViewModels(Protocol):
    """The view models of one lab; whoever opened it closes them."""

    @property
    def endpoint(self) -> str:
        """Origin of the Hub, without a slash at its end."""
        ...

    @property
    def inference(self) -> InferenceViewModel:
        """The Inference tab."""
        ...

    @property
    def conversion(self) -> ConversionViewModel:
        """Turning the model of the Inference tab into ONNX."""
        ...

    @property
    def filmstrip(self) -> FilmstripViewModel:
        """Thumbnails of pictures."""
        ...

    @property
    def browser(self) -> ModelBrowserViewModel:
        """The model browser."""
        ...

    @property
    def library(self) -> LibraryViewModel:
        """The Library tab."""
        ...

    @property
    def downloads(self) -> DownloadsViewModel:
        """The Downloads tab."""
        ...

    @property
    def account(self) -> AccountViewModel:
        """Whose account the Hub is asked with."""
        ...

    @property
    def catalog(self) -> CatalogViewModel:
        """The catalogue on this disk."""
        ...

    @property
    def sheet_editor(self) -> SheetEditorViewModel:
        """Describing a bare `.onnx` file."""
        ...

    @property
    def documentation(self) -> DocumentationViewModel:
        """What ailab tells of itself."""
        ...

    @property
    def settings(self) -> SettingsViewModel:
        """What the person has set."""
        ...
