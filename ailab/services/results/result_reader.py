"""A picture's result read back from its files."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from ailab.services.images.image_reader import MAX_PIXELS
from ailab.services.inference.json_fields import BadFieldError
from ailab.services.inference.picture_result import PictureResult
from ailab.services.inference.picture_result_json import result_from_json
from ailab.services.results.forms.named_file import named_file
from ailab.services.results.forms.table import saved_form
from ailab.services.results.result_error import ResultError
from ailab.services.results.result_json import RESULT_FORMAT, from_text, read_json


def read_result(path: Path) -> PictureResult:
    """Read a result file and the maps that it names; the picture itself is not needed.

    Raises:
        ResultError: a file is missing or damaged; says which.
    """
    data = read_json(path)
    folder = path.parent
    try:
        fields, value = from_text(RESULT_FORMAT, data)
        maps: Mapping[str, bytes] = {}
        if (prediction := fields.inner_or_none("prediction")) is not None:
            form = saved_form(prediction.text("kind"))
            size = (fields.integer("width", 1, MAX_PIXELS), fields.integer("height", 1, MAX_PIXELS))
            body, maps = form.from_files(prediction, folder, size)
            if body is not None:
                value["prediction"] = body
        result = result_from_json(value, maps)
        files = tuple(str(named_file(folder, name)) for name in result.files)
    except BadFieldError as error:
        raise ResultError(
            f"The result file {path} is damaged or of another kind.",
            "Run the picture again.",
            detail=str(error),
        ) from error
    return replace(result, files=files)
