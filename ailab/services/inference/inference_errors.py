"""How running a model can fail."""

from __future__ import annotations

from ailab.services.lab_error import LabError


class ModelFileError(LabError):
    """A model's files are missing, damaged, or not what they say they are."""


class MissingPackageError(ModelFileError):
    """What a model needs beside ailab is not installed.

    Attributes:
        command: what installs it; empty where none does.
    """

    def __init__(
        self, message: str, command: str, *, otherwise: str = "Choose another model."
    ) -> None:
        super().__init__(message, f"Install it: {command}" if command else otherwise)
        self.command = command


class DescriptionError(ModelFileError):
    """A network does not take what its description gives, or give what it promises."""


class OtherAnswerError(ModelFileError):
    """A model that was converted does not answer as the one before."""


class NotDescribedError(ModelFileError):
    """Nothing says how pictures go into a bare `.onnx` file and what comes out.

    Attributes:
        by_button: what to do next where the button that describes it stands below the words.
        weights: the `.onnx` file's path; empty where it does not lie on this disk.
    """

    def __init__(
        self,
        message: str,
        advice: str,
        *,
        by_button: str = "",
        weights: str = "",
        detail: str = "",
    ) -> None:
        super().__init__(message, advice, detail=detail)
        self.by_button = by_button or advice
        self.weights = weights


class SheetError(ModelFileError):
    """The sheet that describes a bare `.onnx` file is wrong.

    Attributes:
        weights: the `.onnx` file's path; empty where it is not known.
    """

    def __init__(self, message: str, advice: str, *, detail: str = "", weights: str = "") -> None:
        super().__init__(message, advice, detail=detail)
        self.weights = weights


class SheetChangedError(ModelFileError):
    """The sheet on the disk is not the one that was looked at."""


class WorkerError(LabError):
    """The inference worker ended, or did not answer."""


class PromptError(LabError):
    """What is asked of a model beside the picture lacks something, or does not suit it."""
