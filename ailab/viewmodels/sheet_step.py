"""The step that leads to a bare `.onnx` file's sheet."""

from __future__ import annotations

from enum import Enum


class SheetStep(Enum):
    """What can be done about a bare `.onnx` file's sheet; the value is the button's text."""

    NONE = ""
    DOWNLOAD = "Download"
    DESCRIBE = "Describe…"
    EDIT = "Edit sheet…"
