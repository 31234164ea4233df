"""`run.json`: a run's record as a file, and back.

Its keys are the fields of `RunRecord`, after `format` ("ailab run") and `version` (1). `pictures`
are paths; beside them stand `pages` (a list as long, of numbers from 1 and of null where none was
chosen; or null where none was of any) and `range` (what was stretched of all of them, see
`ValueRange`; null for the whole). `planes` are those of `results`, each an object with `channel`,
`slice` and `frame`, or null; and null where none is told of any. `pixel_sizes` are those of
`results`, too, each an object with `pixel_size_um` (width and height of a pixel in micrometres), or
null; and null where none is known. What a person said of all of them is `given_pixel_size_um`.
`model_files` and `versions` are objects, and `failures` is a list of objects with `picture`,
`page`, `range` and `reason`. `prompts` is an object as `prompts_to_json` makes it, and null where
nothing was asked; records of earlier versions lack it, as well as `device`, `precision`, `place`,
`reader`, `pieces_from`, `groups_from`, `pages`, `range`, `planes` and `pixel_sizes`.
"""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Any

from ailab.services.images.picture_reference import PictureReference, parse_picture
from ailab.services.images.pixel_size import PixelSize
from ailab.services.images.plane import Plane
from ailab.services.inference.json_fields import BadFieldError, Fields
from ailab.services.inference.picture_json import (
    LONGEST_PATH,
    TAKEN,
    given_size_from_json,
    given_size_to_json,
    picture_from_json,
    picture_to_json,
    pixel_size_from_json,
    pixel_size_to_json,
    plane_from_json,
    plane_to_json,
    range_from_json,
    range_to_json,
    taken_from_json,
)
from ailab.services.inference.pieces_from import MOST_PIECES_FROM
from ailab.services.inference.prompts import NO_PROMPTS
from ailab.services.inference.prompts_json import prompts_from_json, prompts_to_json
from ailab.services.results.atomic_file import write_whole
from ailab.services.results.result_error import ResultError
from ailab.services.results.result_json import RUN_FORMAT, from_text, read_json, to_text
from ailab.services.results.run_record import RunRecord

RUN_FILE = "run.json"
_MOST_FAILURES = 10_000_000


def write_record(folder: Path, record: RunRecord) -> None:
    """Write or replace the `run.json` of a run's folder.

    Raises:
        ResultError: the folder is gone, full or read-only.
    """
    body = asdict(record) | {
        **_pictures_to_json(record),
        "failures": [picture_to_json(each) | {"reason": why} for each, why in record.failures],
        "model_files": dict(record.model_files),
        "versions": dict(record.versions),
        "planes": [plane_to_json(each) or None for each in record.planes]
        if record.has_planes
        else None,
        "pixel_sizes": [pixel_size_to_json(each) or None for each in record.pixel_sizes]
        if record.has_pixel_sizes
        else None,
        "taken": [each or None for each in record.taken] if record.has_taken else None,
        "prompts": None if record.prompts == NO_PROMPTS else prompts_to_json(record.prompts),
    }
    write_whole(folder / RUN_FILE, to_text(RUN_FORMAT, body))


def read_record(folder: Path) -> RunRecord:
    """Read the `run.json` of a run's folder.

    Raises:
        ResultError: it is missing or damaged.
    """
    path = folder / RUN_FILE
    data = read_json(path)
    try:
        fields, _ = from_text(RUN_FORMAT, data)
        prompts = fields.inner_or_none("prompts")
        return RunRecord(
            model=fields.text("model"),
            model_source=fields.text("model_source"),
            revision=fields.text_or_none("revision"),
            endpoint=fields.text_or_none("endpoint"),
            task=fields.text("task"),
            threshold=fields.share("threshold"),
            started=fields.text("started"),
            finished=fields.text_or_none("finished"),
            pictures=_pictures_from_json(fields),
            results=fields.texts("results"),
            failures=tuple(
                (picture_from_json(entry), entry.text("reason"))
                for entry in fields.objects("failures", _MOST_FAILURES)
            ),
            model_files=fields.pairs("model_files"),
            versions=fields.pairs("versions"),
            variant=fields.text_or_none("variant"),
            prompts=NO_PROMPTS if prompts is None else prompts_from_json(prompts),
            device=fields.text_or_none("device"),
            precision=fields.text_or_none("precision"),
            place=fields.text_or_none("place"),
            reader=fields.text_or_none("reader"),
            pieces_from=fields.integer_or_none("pieces_from", 0, MOST_PIECES_FROM),
            groups_from=_share_or_none(fields, "groups_from"),
            planes=_planes_from_json(fields),
            pixel_sizes=_sizes_from_json(fields),
            taken=_taken_from_json(fields),
        )
    except BadFieldError as error:
        raise ResultError(
            f"{path} is damaged or of another kind.",
            "Choose the folder of another run, or run the pictures again.",
            detail=str(error),
        ) from error


def _pictures_to_json(record: RunRecord) -> dict[str, Any]:
    references = [parse_picture(picture) for picture in record.pictures]
    first = references[0] if references else PictureReference("")
    return {
        "pictures": [each.path for each in references],
        "pages": [each.page for each in references] if record.has_pages else None,
        # The same for all of a run.
        "range": range_to_json(first.value_range),
        **given_size_to_json(first.pixel_size),
    }


def _pictures_from_json(fields: Fields) -> tuple[str, ...]:
    paths, value_range = fields.texts("pictures"), range_from_json(fields)
    given = given_size_from_json(fields)
    pages: list[Any] = fields.list_of("pages") if fields.has("pages") else [None] * len(paths)
    if max(map(len, paths), default=0) > LONGEST_PATH:
        raise BadFieldError("pictures holds something too long for a path")
    if len(pages) != len(paths):
        raise BadFieldError("pages are not as many as pictures")
    if any(page is not None and (type(page) is not int or page < 1) for page in pages):
        raise BadFieldError("pages holds something that is no number of a page")
    return tuple(
        str(PictureReference(path, page, value_range, given))
        for path, page in zip(paths, pages, strict=True)
    )


def _planes_from_json(fields: Fields) -> tuple[Plane | None, ...]:
    told: list[Any] = fields.list_of("planes") if fields.has("planes") else []
    return tuple(None if each is None else plane_from_json(Fields(each, "planes")) for each in told)


def _sizes_from_json(fields: Fields) -> tuple[PixelSize | None, ...]:
    told: list[Any] = fields.list_of("pixel_sizes") if fields.has("pixel_sizes") else []
    return tuple(
        None if each is None else pixel_size_from_json(Fields(each, "pixel_sizes")) for each in told
    )


def _share_or_none(fields: Fields, name: str) -> float | None:
    return fields.share(name) if fields.has(name) else None


def _taken_from_json(fields: Fields) -> tuple[str, ...]:
    told: list[Any] = fields.list_of(TAKEN) if fields.has(TAKEN) else []
    return tuple("" if each is None else taken_from_json(Fields({TAKEN: each})) for each in told)
