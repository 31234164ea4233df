"""`neighbours.csv`: which pictures of a run are nearest to each of them."""

from __future__ import annotations

from pathlib import Path

from ailab.services.inference.feature_set import FeatureSet
from ailab.services.results.picture_columns import PictureColumns
from ailab.services.results.run_record import RunRecord
from ailab.services.results.table_file import table_file

NEIGHBOURS_FILE = "neighbours.csv"
SAVED_NEIGHBOURS = 10
"""For each picture; more of them hardly resemble it, and the file grows with them."""

_DIGITS = 6


def write_neighbours(folder: Path, record: RunRecord, features: FeatureSet) -> None:
    """Write the nearest of each picture, a row each; nothing where there are none.

    Comparing a picture with all others takes less than the network took for it, up to some
    hundred thousand pictures.

    Raises:
        ResultError: the folder is gone, full or read-only.
    """
    if features.compared < 2:
        return
    columns = PictureColumns(record)
    with table_file(folder / NEIGHBOURS_FILE) as write_row:
        heads = (*columns.heads(), "rank", *columns.heads("neighbour"), "similarity")
        write_row(heads)
        found = features.nearest_of_each(SAVED_NEIGHBOURS)
        for picture, neighbours in zip(features.pictures, found, strict=True):
            for rank, each in enumerate(neighbours, 1):
                near, likeness = columns.cells(each.picture), round(each.similarity, _DIGITS)
                write_row((*columns.cells(picture), rank, *near, likeness))
