"""Every kind of result is known wherever one must be, and a new one needs a file and a line."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar, get_args

import numpy as np
import pytest
from one_of_each_kind import HEIGHT, ONE_OF_EACH, WIDTH

from ailab.services.comparison import comparison_table, kind_nouns
from ailab.services.comparison.agreement_figures import (
    agreement_figures,
    agreement_labels,
    label_figures,
)
from ailab.services.comparison.result_comparison import compare_results
from ailab.services.inference import prediction_json
from ailab.services.inference.json_fields import Fields
from ailab.services.inference.picture_result import PictureResult
from ailab.services.inference.predictions import (
    Prediction,
)
from ailab.services.results.forms import table
from ailab.services.results.forms.map_file import MapFile
from ailab.services.results.forms.named_file import named_file
from ailab.services.results.forms.run_picture import RunPicture
from ailab.services.results.forms.saved_form import SavedForm
from ailab.services.results.result_files import ENDINGS
from ailab.services.results.result_reader import read_result
from ailab.services.results.result_writer import ResultWriter

KINDS = {each.kind for each in get_args(Prediction)}


def result_of(prediction: Prediction) -> PictureResult:
    return PictureResult("/pictures/cells.tif", WIDTH, HEIGHT, prediction)


def write(folder: Path, prediction: Prediction) -> tuple[Path, ...]:
    pixels = np.zeros((HEIGHT, WIDTH, 3), np.uint8)
    return ResultWriter().write(folder, result_of(prediction), pixels, threshold=0.5)


def test_that_no_two_kinds_share_a_word_and_none_is_forgotten() -> None:
    assert len(KINDS) == len(get_args(Prediction)) == len(ONE_OF_EACH)
    assert {each.kind for each in ONE_OF_EACH} == KINDS
    assert set(prediction_json._FORMS) == KINDS
    assert set(kind_nouns._NOUNS) == KINDS
    assert set(comparison_table._COLUMNS) == KINDS


@pytest.mark.parametrize("prediction", ONE_OF_EACH)
def test_that_each_kind_is_compared_and_the_table_has_a_column_for_all_of_it(
    prediction: Prediction,
) -> None:
    both = result_of(prediction), result_of(prediction)
    agreement = compare_results(*both, (0.5, 0.5))
    labels = agreement_labels(agreement) or ()
    told = set(agreement_figures(agreement)).union(*map(label_figures, labels))
    columns = set(comparison_table._COLUMNS[prediction.kind])
    assert columns & told
    assert not labels or "label" in columns


@pytest.mark.parametrize("prediction", ONE_OF_EACH)
def test_that_a_worker_may_bring_each_file_of_each_kind(
    prediction: Prediction, tmp_path: Path
) -> None:
    for file in write(tmp_path, prediction):
        assert file.name.removeprefix("cells") in ENDINGS


@dataclass(frozen=True)
class Palette:
    """The colours of a picture: a kind that the lab does not have."""

    kind: ClassVar[str] = "palette"

    colors: tuple[str, ...]


def palette_to_json(found: Palette) -> tuple[dict[str, Any], dict[str, bytes]]:
    return {"colors": "colors"}, {"colors": " ".join(found.colors).encode()}


def palette_from_json(fields: Fields, parts: Mapping[str, bytes]) -> Palette:
    return Palette(tuple(parts[fields.text("colors")].decode().split()))


class PaletteForm(SavedForm[Any]):
    """Its colours lie in a file."""

    is_drawn = False

    def files(self, prediction: Palette, _picture: RunPicture) -> tuple[MapFile, ...]:
        data = " ".join(prediction.colors).encode()
        return (MapFile("colors", ".txt", lambda file: file.write(data)),)

    def from_files(
        self, fields: Fields, folder: Path, _size: tuple[int, int]
    ) -> tuple[None, Mapping[str, bytes]]:
        name = fields.text("colors")
        return None, {name: named_file(folder, name).read_bytes()}


def test_that_a_new_kind_is_written_and_read_by_one_line_in_each_of_two_tables(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    directions = (palette_to_json, palette_from_json)
    monkeypatch.setattr(prediction_json, "_FORMS", {Palette.kind: directions})
    monkeypatch.setattr(table, "_FORMS", {Palette.kind: PaletteForm()})
    palette: Any = Palette(("red", "green"))
    file, *others = write(tmp_path, palette)
    assert [each.name for each in others] == ["cells.txt"]
    assert read_result(file).prediction == palette
