"""What view tests share."""

from __future__ import annotations

import pytest
from PyQt6.QtWidgets import QApplication

from ailab.views.theme import Theme, apply_theme


@pytest.fixture
def dressed(qapp: QApplication) -> QApplication:
    """The application in its light theme, whatever the test before left."""
    apply_theme(qapp, Theme.LIGHT)
    return qapp
