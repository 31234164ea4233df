"""`conversion.json`: a conversion's record as a file, and back.

Its keys are the fields of `ConversionRecord`, after `format` ("ailab conversion") and `version`
(1); `source_files`, `files` and `versions` are objects, `figures` a list of objects with `name`,
`value` and `limit`.
"""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Any

from ailab.services.conversion.converted_model import ConversionRecord
from ailab.services.inference.json_fields import BadFieldError, Fields

_FORMAT, _VERSION = "ailab conversion", 1
_MOST = 1000
_LARGEST = 2**50


def record_to_text(record: ConversionRecord) -> str:
    """The file's text."""
    figures = [
        {"name": name, "value": value, "limit": limit} for name, value, limit in record.figures
    ]
    body: dict[str, Any] = asdict(record) | {
        "source_files": dict(record.source_files),
        "files": dict(record.files),
        "versions": dict(record.versions),
        "figures": figures,
    }
    return json.dumps({"format": _FORMAT, "version": _VERSION, **body}, indent=2) + "\n"


def record_from_text(text: str) -> ConversionRecord:
    """The record that `record_to_text` was given.

    Raises:
        BadFieldError: it is none, or of another version.
    """
    try:
        fields = Fields(json.loads(text))
    except (ValueError, RecursionError) as error:
        raise BadFieldError(f"no JSON: {error}") from error
    if fields.text("format") != _FORMAT or fields.integer("version", 1, _MOST) != _VERSION:
        raise BadFieldError("of another kind or version")
    sizes = fields.inner("files")
    return ConversionRecord(
        model_id=fields.text("model_id"),
        revision=fields.text("revision"),
        task=fields.text("task"),
        converted=fields.text("converted"),
        source_files=fields.pairs("source_files"),
        files=tuple((name, sizes.integer(name, 0, _LARGEST)) for name in sizes.names()),
        versions=fields.pairs("versions"),
        figures=tuple(
            (each.text("name"), each.number("value"), each.number("limit"))
            for each in fields.objects("figures", _MOST)
        ),
        is_size_free=fields.boolean("is_size_free"),
        reason=fields.text("reason"),
        picture=fields.text("picture"),
    )
