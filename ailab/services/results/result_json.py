"""The JSON files of a run: `run.json` and one for each picture."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ailab.services.inference.json_fields import BadFieldError, Fields
from ailab.services.regular_file import open_regular
from ailab.services.results.result_error import ResultError

RESULT_FORMAT = "ailab result"
RUN_FORMAT = "ailab run"
VERSION = 1
_LONGEST = 64 * 2**20


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


def read_json(path: Path) -> bytes:
    """The bytes of a JSON file of a run.

    Raises:
        ResultError: missing, not readable, or far too long.
    """
    try:
        with open_regular(path) as file:
            data = file.read(_LONGEST + 1)
    except FileNotFoundError as error:
        raise ResultError(
            f"The file {path} of a saved run is missing.",
            "Bring it back, or run the picture again.",
        ) from error
    except (OSError, ValueError) as error:
        raise ResultError(
            f"The file {path} of a saved run cannot be read.",
            "Look whether the disk is there and the file may be read.",
            detail=repr(error),
        ) from error
    if len(data) > _LONGEST:
        raise ResultError(
            f"The file {path} is too long for a result.", "Choose the folder of a run."
        )
    return data
