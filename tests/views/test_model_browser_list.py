"""The list of models as Qt's views see it."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import pytest
from PyQt6.QtCore import QModelIndex, QPersistentModelIndex, Qt
from PyQt6.QtGui import QImage
from PyQt6.QtWidgets import QApplication
from pytestqt.modeltest import ModelTester
from pytestqt.qtbot import QtBot

from ailab.services.hub.model_info import ModelInfo
from ailab.views.model_list_model import MODEL_ROLE, ModelListModel
from ailab.views.model_list_view import ModelListView
from fakes import a_model

ROWS = tuple(a_model(f"acme/{letter}") for letter in "abcdef")


@pytest.fixture
def models(qtmodeltester: ModelTester) -> ModelListModel:
    model = ModelListModel()
    qtmodeltester.check(model)  # type: ignore[no-untyped-call]  # pytest-qt's own
    return model


@pytest.mark.parametrize(
    ("before", "after", "signals"),
    [
        ((), ROWS[:2], ["reset"]),
        (ROWS[:2], ROWS, ["inserted 2-5"]),
        (ROWS, ROWS[:2], ["removed 2-5"]),
        (ROWS, ROWS, []),
        (ROWS, tuple(replace(row) for row in ROWS), []),
        (ROWS, (replace(ROWS[0], likes=99), *ROWS[1:]), ["changed"]),
        (ROWS[:2], (replace(ROWS[0], likes=99), *ROWS[1:]), ["inserted 2-5", "changed"]),
        (ROWS, ROWS[::-1], ["reset"]),
        (ROWS, (), ["reset"]),
    ],
)
def test_that_only_what_differs_is_told(
    models: ModelListModel,
    before: tuple[ModelInfo, ...],
    after: tuple[ModelInfo, ...],
    signals: list[str],
) -> None:
    heard: list[str] = []

    def on_reset() -> None:
        heard.append("reset")

    def on_inserted(_parent: QModelIndex, first: int, last: int) -> None:
        heard.append(f"inserted {first}-{last}")

    def on_removed(_parent: QModelIndex, first: int, last: int) -> None:
        heard.append(f"removed {first}-{last}")

    def on_changed() -> None:
        heard.append("changed")

    models.set_models(before)
    models.modelReset.connect(on_reset)
    models.rowsInserted.connect(on_inserted)
    models.rowsRemoved.connect(on_removed)
    models.dataChanged.connect(on_changed)
    models.set_models(after)
    assert heard == signals
    assert models.models == after
    assert [models.row_of(row) for row in after] == list(range(len(after)))
    gone = [row for row in before if row.key not in {other.key for other in after}]
    assert [models.row_of(row) for row in gone] == [-1] * len(gone)


def test_that_a_row_tells_all_it_knows(models: ModelListModel) -> None:
    row = a_model(downloads=1_200_000, gated="auto")
    models.set_models((row,))
    index = models.index(0)
    assert index.data() == "acme/nuclei"
    assert index.data(MODEL_ROLE) == row
    spoken = index.data(Qt.ItemDataRole.AccessibleTextRole)
    assert spoken.startswith(
        "acme/nuclei, Object Detection, Transformers, Apache license 2.0, 1.2M downloads"
    )
    assert "gated" in spoken
    assert models.data(QModelIndex()) is None


def test_that_appending_keeps_the_place_of_rows(models: ModelListModel) -> None:
    models.set_models(ROWS[:3])
    kept = QPersistentModelIndex(models.index(2))
    models.set_models(ROWS)
    assert kept.isValid()
    assert kept.row() == 2
    assert kept.data() == "acme/c"


@pytest.mark.parametrize("width", [40, 300, 900])
def test_that_any_row_is_drawn(dressed: QApplication, qtbot: QtBot, width: int) -> None:
    rows = (
        ModelInfo("bare", "gpt2"),
        a_model(f"{'a' * 96}/{'b' * 96}", downloads=10**15, likes=10**9, gated="manual"),
        a_model("実験室/細胞核", license=None),
        a_model("مختبر/نواة", task=None, library=None),
    )
    models = ModelListModel()
    view = ModelListView(models)
    qtbot.addWidget(view)
    view.resize(width, 400)
    blank = _drawn(view)
    models.set_models(rows)
    plain = _drawn(view)
    view.selectRow(1)
    selected = _drawn(view)
    view.set_dimmed(True)
    images = (blank, plain, selected, _drawn(view))
    assert all(one != other for one, other in pairwise(images))


def _drawn(view: ModelListView) -> QImage:
    return view.grab().toImage()
