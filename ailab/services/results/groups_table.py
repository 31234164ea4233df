"""`groups.csv`: which pictures of a run are alike, group by group."""

from __future__ import annotations

from pathlib import Path

from ailab.services.inference.alike_group import GROUPS_FROM
from ailab.services.inference.feature_set import FeatureSet
from ailab.services.results.picture_columns import PictureColumns
from ailab.services.results.run_record import RunRecord
from ailab.services.results.table_file import table_file

GROUPS_FILE = "groups.csv"


def write_groups(folder: Path, record: RunRecord, features: FeatureSet) -> None:
    """Write a row for each picture that is alike to another one; nothing where there are none.

    The first row of each group is the picture that is most like all the others of it. A table with
    a heading alone says that no two pictures are alike.

    Raises:
        ResultError: the folder is gone, full or read-only.
    """
    if features.compared < 2:
        return
    least = GROUPS_FROM if record.groups_from is None else record.groups_from
    columns = PictureColumns(record)
    with table_file(folder / GROUPS_FILE) as write_row:
        rest = ("representative", "similarity", "pictures", "least_similarity", "alike_from")
        write_row(("group", *columns.heads(), *rest))
        for number, group in enumerate(features.groups(least), 1):
            of_all = len(group.members), group.least_similarity, least
            for place, each in enumerate(group.members):
                picture = columns.cells(each.picture)
                write_row((number, *picture, int(place == 0), each.similarity, *of_all))
