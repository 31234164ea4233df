"""`pieces.csv`: the pieces of the regions in all pictures of a run, a row each."""

from __future__ import annotations

from contextlib import suppress
from itertools import chain
from pathlib import Path

from ailab.services.inference.json_fields import BadFieldError
from ailab.services.results.picture_columns import PictureColumns
from ailab.services.results.piece_counts_json import PIECES
from ailab.services.results.piece_fields import saved_pieces
from ailab.services.results.run_record import RunRecord
from ailab.services.results.saved_predictions import saved_predictions
from ailab.services.results.scale_columns import (
    AREA_HEAD,
    BOX_HEADS,
    ScaleColumns,
    area_of,
    sides_of,
)
from ailab.services.results.table_file import table_file

PIECES_FILE = "pieces.csv"
_BOX = ("x0", "y0", "x1", "y1")
_COLUMNS = ("label", "pixels", *_BOX, "x", "y", "score", "touches_border")


def write_pieces(folder: Path, record: RunRecord) -> None:
    """Write the pieces at the run's threshold; nothing where it has no pixels of classes alone.

    Raises:
        ResultError: the folder is gone, full or read-only.
    """
    found = (each for each in saved_predictions(folder, record) if each.fields.has(PIECES))
    first = next(found, None)
    if first is None:
        return
    columns = PictureColumns(record)
    scale = ScaleColumns(record, AREA_HEAD, *BOX_HEADS)
    with table_file(folder / PIECES_FILE) as write_row:
        write_row((*columns.heads(), *_COLUMNS, *scale.heads))
        for saved in chain((first,), found):
            with suppress(BadFieldError):  # damaged meanwhile
                for each in list(saved_pieces(saved.fields)):
                    numbers = (*each.box, *each.centroid, each.score, int(each.touches_border))
                    size = saved.pixel_size
                    further = scale.cells(area_of(each.pixels, size), *sides_of(each.box, size))
                    cells = (each.label, each.pixels, *numbers, *further)
                    write_row((*columns.cells(saved.picture), *cells))
