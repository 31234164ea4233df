"""What a window shows in tests: the Inference tab on fakes, the rest on services that rest."""

from __future__ import annotations

from pathlib import Path

import inference_lab
from ailab.lab import Lab
from ailab.services.lab_folders import LabFolders


class WindowLab:
    """The `LabViewModels` of a window, of which only the Inference tab does anything.

    Args:
        lab: the Inference tab on its fakes.
        folder: empty; nothing is connected or written before something is asked for.
    """

    def __init__(self, lab: inference_lab.Lab, folder: Path) -> None:
        resting = Lab(
            "http://127.0.0.1:9", folder / "cache", token="", folders=LabFolders.below(folder)
        )
        self.endpoint = resting.endpoint
        self.inference = lab.view_model
        self.filmstrip = lab.filmstrip
        self.conversion = resting.conversion
        self.browser = resting.browser
        self.library = resting.library
        self.downloads = resting.downloads
        self.account = resting.account
        self.catalog = resting.catalog
        self.sheet_editor = resting.sheet_editor
        self.settings = resting.settings
        self.documentation = resting.documentation
