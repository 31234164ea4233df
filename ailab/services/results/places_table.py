"""`places.csv`: where what a run's texts name is, a row for each place."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

from ailab.services.inference.json_fields import BadFieldError
from ailab.services.inference.text_json import text_from_json
from ailab.services.results.picture_columns import PictureColumns
from ailab.services.results.run_record import RunRecord
from ailab.services.results.saved_predictions import has_places, saved_predictions
from ailab.services.results.table_file import table_file

PLACES_FILE = "places.csv"
_DIGITS = 6
_HEADS = ("label", "x0", "y0", "x1", "y1", "question", "score")


def write_places(folder: Path, record: RunRecord) -> None:
    """Write the places of a run's texts; nothing where these name none.

    Raises:
        ResultError: the folder is gone, full or read-only.
    """
    if not any(map(has_places, saved_predictions(folder, record))):
        return
    columns = PictureColumns(record)
    with table_file(folder / PLACES_FILE) as write_row:
        write_row((*columns.heads(), *_HEADS))
        for saved in filter(has_places, saved_predictions(folder, record)):
            with suppress(BadFieldError):  # damaged meanwhile
                found = text_from_json(saved.fields)
                for place in found.places:
                    score = "" if place.score is None else round(place.score, _DIGITS)
                    box = (round(side, _DIGITS) for side in place.box)
                    cells = (place.label, *box, found.question, score)
                    write_row((*columns.cells(saved.picture), *cells))
