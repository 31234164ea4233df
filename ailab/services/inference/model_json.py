"""A runnable model as JSON for the worker, and back."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from ailab.services.inference.json_fields import Fields
from ailab.services.inference.runnable_model import RunnableModel
from ailab.services.served.server_token import ServerToken


def model_to_json(model: RunnableModel) -> dict[str, Any]:
    """The JSON object of a model, without its server's token; see `told_to_worker`."""
    return {
        "name": model.name,
        "path": str(model.path),
        "task": model.task,
        "labels": list(model.labels),
        "model_id": model.model_id,
        "revision": model.revision,
        "default_threshold": model.default_threshold,
        "variant": model.variant,
        "engine": model.engine,
        "has_sheet": model.has_sheet,
        "sheet": model.sheet,
        "device": model.device,
        "address": model.address,
        "decoder": model.decoder,
        "note": model.note,
        "takes_boxes": model.takes_boxes,
        "architectures": list(model.architectures),
        "reader": None if model.reader is None else model_to_json(model.reader),
    }


def told_to_worker(model: RunnableModel) -> dict[str, Any]:
    """As `model_to_json`, with its server's token: for the pipe to the worker and nowhere else."""
    token = model.token
    return model_to_json(model) | ({"token": token.for_worker} if token is not None else {})


def model_from_json(fields: Fields) -> RunnableModel:
    """The model that `model_to_json` or `told_to_worker` was given.

    Raises:
        BadFieldError: something is missing or not what it should be.
    """
    address, token = fields.text("address"), fields.text_or_none("token")
    reader = fields.inner_or_none("reader")
    return RunnableModel(
        name=fields.text("name"),
        path=Path(fields.text("path")),
        task=fields.text("task"),
        labels=fields.texts("labels"),
        model_id=fields.text_or_none("model_id"),
        revision=fields.text_or_none("revision"),
        default_threshold=fields.share("default_threshold"),
        variant=fields.text("variant"),
        engine=fields.text("engine"),
        has_sheet=fields.boolean("has_sheet"),
        sheet=fields.text("sheet"),
        device=fields.text("device"),
        address=address,
        token=ServerToken(token, address) if token else None,
        decoder=fields.text("decoder"),
        note=fields.text("note"),
        takes_boxes=fields.boolean("takes_boxes"),
        architectures=fields.texts("architectures"),
        reader=None if reader is None else model_from_json(reader),
    )
