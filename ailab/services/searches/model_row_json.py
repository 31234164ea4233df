"""A row of the list of models as JSON, and back."""

from __future__ import annotations

from typing import Literal

from ailab.services.hub.json_values import count_of, text_of, texts_of, time_of
from ailab.services.hub.model_info import Gated, ModelInfo

_MOST_TAGS = 100
_MOST_FILES = 300
_GATES: dict[str, Literal["auto", "manual"]] = {"auto": "auto", "manual": "manual"}


def write_row(model: ModelInfo) -> dict[str, object]:
    """The row as JSON values; what is unknown is left out, long lists are cut."""
    values: dict[str, object] = {
        "key": model.key,
        "id": model.id,
        "author": model.author,
        "task": model.task,
        "library": model.library,
        "license": model.license,
        "downloads": model.downloads,
        "likes": model.likes,
        "last_modified": model.last_modified and model.last_modified.isoformat(),
        "tags": list(model.tags[:_MOST_TAGS]),
        "gated": model.gated,
        "parameters": model.parameters,
        "created": model.created and model.created.isoformat(),
        "size": model.size,
        "files": list(model.files[:_MOST_FILES]),
        "architectures": list(model.architectures),
        "needs_remote_code": model.needs_remote_code,
        "is_private": model.is_private,
    }
    return {name: value for name, value in values.items() if value}


def read_row(value: object) -> ModelInfo | None:
    """The row in JSON values of any shape; None where not even its id is there."""
    if not isinstance(value, dict):
        return None
    key, model_id = text_of(value.get("key")), text_of(value.get("id"))
    if key is None or model_id is None:
        return None
    gated: Gated = _GATES.get(str(value.get("gated")), "")
    return ModelInfo(
        key=key,
        id=model_id,
        author=text_of(value.get("author")),
        task=text_of(value.get("task")),
        library=text_of(value.get("library")),
        license=text_of(value.get("license")),
        downloads=count_of(value.get("downloads")),
        likes=count_of(value.get("likes")),
        last_modified=time_of(value.get("last_modified")),
        tags=texts_of(value.get("tags")),
        gated=gated,
        parameters=count_of(value.get("parameters")),
        created=time_of(value.get("created")),
        size=count_of(value.get("size")),
        files=texts_of(value.get("files")),
        architectures=texts_of(value.get("architectures")),
        needs_remote_code=value.get("needs_remote_code") is True,
        is_private=value.get("is_private") is True,
    )
