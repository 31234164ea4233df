"""`places.csv`: where what a run's texts name is, a row for each place."""

from __future__ import annotations

import csv
import io
from contextlib import suppress
from pathlib import Path

from ailab.services.inference.json_fields import BadFieldError
from ailab.services.inference.text_json import text_from_json
from ailab.services.results.atomic_file import whole_file
from ailab.services.results.picture_columns import PictureColumns
from ailab.services.results.run_record import RunRecord
from ailab.services.results.saved_predictions import has_places, saved_predictions

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
    with whole_file(folder / PLACES_FILE) as file:
        text = io.TextIOWrapper(file, "utf-8", "backslashreplace", newline="")
        table = csv.writer(text, lineterminator="\n")
        table.writerow((*columns.heads(), *_HEADS))
        for saved in filter(has_places, saved_predictions(folder, record)):
            with suppress(BadFieldError):  # damaged meanwhile
                found = text_from_json(saved.fields)
                for place in found.places:
                    score = "" if place.score is None else round(place.score, _DIGITS)
                    box = (round(side, _DIGITS) for side in place.box)
                    cells = (place.label, *box, found.question, score)
                    table.writerow((*columns.cells(saved.picture), *cells))
        text.flush()
        text.detach()
