"""The dialogs that are opened from more than one place."""

from __future__ import annotations

from PyQt6.QtCore import QObject, Qt
from PyQt6.QtWidgets import QDialog, QWidget

from ailab.viewmodels.lab_view_models import LabViewModels


class LabDialogs(QObject):
    """Opens dialogs, each made anew and gone when it is closed.

    Args:
        lab: what they show.
        window: what they stand over, where nothing else is named.
    """

    def __init__(self, lab: LabViewModels, window: QWidget) -> None:
        super().__init__(window)
        self._lab = lab
        self._window = window

    def show_account(self, *, over: QWidget | None = None) -> QDialog:
        """Sign in or out."""
        from ailab.views.account_dialog import AccountDialog  # noqa: PLC0415 - seldom wanted

        return _open(AccountDialog(self._lab.account, over or self._window))

    def show_server_token(self) -> QDialog:
        """Give an access token for the server whose address is typed, or remove it."""
        from ailab.views.server_token_dialog import ServerTokenDialog  # noqa: PLC0415 - as above

        servers = self._lab.inference.servers
        servers.open_token()
        return _open(ServerTokenDialog(servers.token, self._window))

    def show_settings(self) -> QDialog:
        """Change what is set for the whole lab."""
        from ailab.views.settings_dialog import SettingsDialog  # noqa: PLC0415 - seldom wanted

        return _open(SettingsDialog(self._lab.settings, self._window))

    def show_sheet(self) -> QDialog:
        """Describe the model by a sheet, and try it on the picture shown."""
        from ailab.views.sheet_dialog import SheetDialog  # noqa: PLC0415 - seldom wanted

        inference = self._lab.inference
        picture = inference.results.state.current_path or ""
        path = inference.state.status.sheet_path or inference.state.source_text.strip()
        self._lab.sheet_editor.open(path, picture)
        return _open(SheetDialog(self._lab.sheet_editor, self._window))

    def show_documentation(self) -> QDialog:
        """Read how the lab is used."""
        from ailab.views.documentation_dialog import DocumentationDialog  # noqa: PLC0415 - as above

        return _open(DocumentationDialog(self._lab.documentation, self._window))

    def show_catalog(self, *, over: QWidget | None = None) -> QDialog:
        """Fill the catalogue on this disk, or clear it."""
        from ailab.views.catalog_dialog import CatalogDialog  # noqa: PLC0415 - seldom wanted

        return _open(CatalogDialog(self._lab.catalog, over or self._window))


def _open(dialog: QDialog) -> QDialog:
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    dialog.open()
    return dialog
