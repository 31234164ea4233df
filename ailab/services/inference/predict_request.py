"""What is asked of the worker for a picture."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from ailab.services.inference.pieces_from import PIECES_FROM
from ailab.services.inference.prompt import NO_PROMPT, Prompt
from ailab.services.inference.runnable_model import RunnableModel


@dataclass(frozen=True, slots=True)
class PredictRequest:
    """One picture to be run.

    Attributes:
        model: loaded first where it is not loaded.
        picture: a `PictureReference`.
        threshold: confidence at which the annotated copy is drawn, 0 to 1.
        save_to: folder for the result's files; None to save none.
        save_as: what their names begin with; None for the picture's own name.
        prompt: what is asked of the model beside the picture.
        pieces_from: pixels from which a piece of a region is counted in the files.
    """

    model: RunnableModel
    picture: str
    threshold: float
    save_to: Path | None
    save_as: str | None = None
    prompt: Prompt = NO_PROMPT
    pieces_from: int = PIECES_FROM
