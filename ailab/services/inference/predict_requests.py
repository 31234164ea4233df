"""Requests for pictures, as the worker hears them."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ailab.services.inference.json_fields import Fields
from ailab.services.inference.model_json import model_from_json
from ailab.services.inference.pieces_from import MOST_PIECES_FROM
from ailab.services.inference.predict_request import PredictRequest
from ailab.services.inference.prompt_json import prompt_from_json
from ailab.services.inference.runnable_model import RunnableModel


class PredictRequests:
    """Makes requests of JSON; the model once for all in a row that name the same."""

    def __init__(self) -> None:
        self._last: tuple[object, RunnableModel | None] = None, None

    def read(self, body: Mapping[str, Any]) -> PredictRequest:
        """One request; see `WorkerLoop`.

        Raises:
            BadFieldError: a field is missing, or is no such thing.
        """
        fields = Fields(dict(body))
        save_to = fields.text_or_none("save_to")
        return PredictRequest(
            self._model(fields, body["model"]),
            fields.text("picture"),
            fields.share("threshold"),
            None if save_to is None else Path(save_to),
            fields.text_or_none("save_as"),
            prompt_from_json(fields.inner("prompt")),
            fields.integer("pieces_from", 0, MOST_PIECES_FROM),
        )

    def _model(self, fields: Fields, told: object) -> RunnableModel:
        before, model = self._last
        if model is None or told is not before:
            model = model_from_json(fields.inner("model"))
            self._last = told, model
        return model
