"""What is asked of the worker for a picture."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from ailab.services.inference.json_fields import Fields
from ailab.services.inference.model_json import model_from_json
from ailab.services.inference.prompt import NO_PROMPT, Prompt
from ailab.services.inference.prompt_json import prompt_from_json
from ailab.services.inference.runnable_model import RunnableModel


@dataclass(frozen=True, slots=True)
class PredictRequest:
    """One picture to be run.

    Attributes:
        model: loaded first where it is not loaded.
        picture: path of the picture.
        threshold: confidence at which the annotated copy is drawn, 0 to 1.
        save_to: folder for the result's files; None to save none.
        save_as: what their names begin with; None for the picture's own name.
        prompt: what is asked of the model beside the picture.
    """

    model: RunnableModel
    picture: str
    threshold: float
    save_to: Path | None
    save_as: str | None = None
    prompt: Prompt = NO_PROMPT

    @classmethod
    def of_json(cls, fields: Fields) -> PredictRequest:
        """Read a request; see `WorkerLoop`.

        Raises:
            BadFieldError: a field is missing, or is no such thing.
        """
        save_to = fields.text_or_none("save_to")
        return cls(
            model_from_json(fields.inner("model")),
            fields.text("picture"),
            fields.share("threshold"),
            None if save_to is None else Path(save_to),
            fields.text_or_none("save_as"),
            prompt_from_json(fields.inner("prompt")),
        )
