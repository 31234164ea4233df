"""What came of one picture."""

from __future__ import annotations

from dataclasses import dataclass, replace

from ailab.services.images.pixel_size import PixelSize
from ailab.services.images.plane import Plane
from ailab.services.inference.predictions import OutputImage, Prediction
from ailab.services.problem import Problem

OUTPUT_ENDING = ".output.png"
"""What the name of the file ends with that holds a picture made by the model."""


@dataclass(frozen=True, slots=True)
class Timings:
    """Seconds spent on a picture, step by step.

    `save` is 0 where nothing was saved, and in a result read back: its file cannot know it.
    """

    decode: float = 0.0
    preprocess: float = 0.0
    forward: float = 0.0
    postprocess: float = 0.0
    save: float = 0.0

    @property
    def total(self) -> float:
        """Seconds of all steps together."""
        return self.decode + self.preprocess + self.forward + self.postprocess + self.save


@dataclass(frozen=True, slots=True)
class PictureResult:
    """A picture's prediction, or why there is none.

    Attributes:
        picture: a `PictureReference`: its path, and which page where one was chosen.
        width: of the upright picture, in pixels; 0 where it could not be read.
        height: of the upright picture, in pixels.
        prediction: None where the picture failed.
        problem: why it failed or, beside a prediction, why its files could not be saved; else None.
        notes: what was done to the picture and what is doubtful, that a person should know.
        timings: where the time went.
        files: paths of the files saved for this picture.
        memory: bytes that the inference process has held at most since it loaded the model; None
            where it ran other models before, and in a result read back.
        plane: which channel, slice and frame of a stack it is; None where that is not told.
        pixel_size: of the picture's pixels; None where that is neither told nor given.
        taken: when the camera took it, see `capture_time`; empty where that is not told.
    """

    picture: str
    width: int = 0
    height: int = 0
    prediction: Prediction | None = None
    problem: Problem | None = None
    notes: tuple[str, ...] = ()
    timings: Timings = Timings()
    files: tuple[str, ...] = ()
    memory: int | None = None
    plane: Plane | None = None
    pixel_size: PixelSize | None = None
    taken: str = ""

    @property
    def output_file(self) -> str | None:
        """Path of the picture that the model made, where it was saved."""
        return next((file for file in self.files if file.endswith(OUTPUT_ENDING)), None)

    def without_saved_output(self) -> PictureResult:
        """The same without the picture that the model made, where that lies in a file.

        A run of hundreds of pictures would else keep gigabytes.
        """
        if not isinstance(self.prediction, OutputImage) or self.output_file is None:
            return self
        return replace(self, prediction=replace(self.prediction, png=b""))
