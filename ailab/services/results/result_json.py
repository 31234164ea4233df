"""The text of a picture's result file, and back; the file's format is told in `result_writer`."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from ailab.services.inference.json_fields import BadFieldError, Fields

RESULT_FORMAT = "ailab result"
RUN_FORMAT = "ailab run"
VERSION = 1


def to_text(format_name: str, body: Mapping[str, Any]) -> bytes:
    """A JSON file that names its format and version first.

    Raises:
        ValueError: a number is not finite.
    """
    text = json.dumps(
        {"format": format_name, "version": VERSION, **body},
        indent=2,
        ensure_ascii=False,
        allow_nan=False,
    )
    # A file name may hold bytes that are no text; they come out as JSON's own \udcXX escapes.
    return (text + "\n").encode("utf-8", "backslashreplace")


def from_text(format_name: str, data: bytes) -> tuple[Fields, dict[str, Any]]:
    """The fields of a JSON file, after a look at its format and version; and its raw object.

    Raises:
        BadFieldError: not JSON, of another format, or of a later version.
    """
    try:
        value = json.loads(data)
    except (ValueError, RecursionError) as error:
        raise BadFieldError(f"not JSON ({error})") from error
    fields = Fields(value)
    if fields.text("format") != format_name:
        raise BadFieldError(f"format is not {format_name!r}")
    version = fields.integer("version", 1, 2**31)
    if version > VERSION:
        raise BadFieldError(f"version {version} is of a later ailab; this one knows {VERSION}")
    return fields, value
