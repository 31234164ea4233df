"""`run.json`: a run's record as a file, and back.

Its keys are the fields of `RunRecord`, after `format` ("ailab run") and `version` (1);
`model_files` and `versions` are objects, and `failures` is a list of objects with `picture` and
`reason`. `prompts` is an object as `prompts_to_json` makes it, and null where nothing was asked;
records of earlier versions lack it, as well as `device`,
`precision`, `place`, `reader` and `pieces_from`.
"""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path

from ailab.services.inference.json_fields import BadFieldError
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
        "failures": [{"picture": path, "reason": why} for path, why in record.failures],
        "model_files": dict(record.model_files),
        "versions": dict(record.versions),
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
            pictures=fields.texts("pictures"),
            results=fields.texts("results"),
            failures=tuple(
                (entry.text("picture"), entry.text("reason"))
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
        )
    except BadFieldError as error:
        raise ResultError(
            f"{path} is damaged or of another kind.",
            "Choose the folder of another run, or run the pictures again.",
            detail=str(error),
        ) from error
