"""What was found, as lists, and the threshold."""

from __future__ import annotations

import pytest
from PyQt6.QtCore import Qt
from PyQt6.QtGui import QTextDocument
from PyQt6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from ailab.services.images.picture_error import PictureError
from ailab.services.inference.picture_result import PictureResult, Timings
from ailab.services.inference.predictions import (
    MOST_CLASSES,
    Classification,
    ClassScore,
    Detection,
    Detections,
    Segment,
    Segmentation,
)
from ailab.services.results.label_colors import label_color
from ailab.services.results.result_error import ResultError
from ailab.viewmodels.inference_state import ModelSource
from ailab.views.found_list import FoundList
from ailab.views.found_row import FoundRow
from ailab.views.found_row_delegate import FoundRowDelegate, detail_text
from ailab.views.result_text import timing_text
from ailab.views.results_panel import ResultsPanel
from inference_lab import Lab


def told(rows: FoundList) -> list[tuple[str, str]]:
    return [(row.label, row.value) for row in rows.rows.rows]


async def test_that_classes_are_ranked(lab: Lab, panel: ResultsPanel) -> None:
    lab.inference.prediction = Classification(
        (ClassScore(1, "tabby", 0.62), ClassScore(2, "lynx", 0.07), ClassScore(3, "fox", 0.0002))
    )
    await lab.run()
    panel.threshold.setValue(5)
    assert told(panel.classes) == [("tabby", "62%"), ("lynx", "7.0%")]
    assert panel.classes.rows.rows[0].share == 0.62
    assert panel.count.text() == "2 classes; 1 more is below the threshold"
    assert not panel.labels.isVisible()
    assert not panel.overlay.isVisible()
    panel.threshold.setValue(0)
    assert told(panel.classes)[-1] == ("fox", "< 0.1%")


async def test_that_the_best_classes_are_not_taken_for_all(lab: Lab, panel: ResultsPanel) -> None:
    scores = [ClassScore(0, "tabby", 0.62), ClassScore(1, "lynx", 0.07)]
    scores += [ClassScore(at, f"class {at}", 0.001) for at in range(2, MOST_CLASSES)]
    lab.inference.prediction = Classification(tuple(scores))
    await lab.run()
    panel.threshold.setValue(5)
    assert (
        panel.count.text() == "2 classes; 98 more of the 100 best classes are below the threshold"
    )
    panel.threshold.setValue(90)
    assert panel.count.text() == "Nothing reaches the threshold: the 100 best classes are below it."
    panel.threshold.setValue(0)
    assert panel.count.text() == "The 100 best classes"


async def test_that_objects_are_counted_by_label_and_listed_by_score(
    lab: Lab, panel: ResultsPanel
) -> None:
    lab.inference.prediction = Detections(
        (
            Detection(4, "cat", 0.98, (1, 1, 9, 9)),
            Detection(7, "remote", 0.9, (2, 2, 5, 5)),
            Detection(7, "remote", 0.6, (3, 3, 8, 8)),
            Detection(9, "couch", 0.2, (0, 0, 9, 9)),
        )
    )
    await lab.run()
    assert told(panel.labels) == [("remote", "2"), ("cat", "1")]
    assert panel.labels.rows.rows[0].colors == (label_color(7),)
    assert told(panel.objects) == [("cat", "98%"), ("remote", "90%"), ("remote", "60%")]
    assert panel.count.text() == "3 objects; 1 more is below the threshold"
    assert panel.overlay.isVisible()


async def test_that_the_threshold_filters_at_once_without_running_again(
    lab: Lab, panel: ResultsPanel
) -> None:
    await lab.run()
    assert told(panel.objects) == [("nucleus", "90%")]
    panel.threshold.setValue(30)
    assert panel.threshold_box.value() == 30
    assert told(panel.objects) == [("nucleus", "90%"), ("mitosis", "40%")]
    panel.threshold_box.setValue(95)
    assert panel.threshold.value() == 95
    assert told(panel.objects) == []
    assert panel.count.text() == "Nothing reaches the threshold: 2 objects are below it."
    assert lab.inference.predicted == ["a.png"]


async def test_that_every_percent_of_the_threshold_survives_the_way_there_and_back(
    lab: Lab, panel: ResultsPanel
) -> None:
    for percent in range(101):
        panel.threshold_box.setValue(percent)
        assert panel.threshold_box.value() == panel.threshold.value() == percent
        assert lab.view_model.results.state.threshold == pytest.approx(percent / 100)


async def test_that_a_label_is_switched_off_and_on_by_its_box(
    lab: Lab, panel: ResultsPanel
) -> None:
    await lab.run()
    index = panel.labels.rows.index(0)
    checked = Qt.ItemDataRole.CheckStateRole
    assert panel.labels.rows.data(index, checked) is Qt.CheckState.Checked
    panel.labels.rows.setData(index, Qt.CheckState.Unchecked.value, checked)
    assert lab.view_model.results.state.hidden_labels == {"nucleus"}
    assert "nucleus" not in [label for label, _ in told(panel.objects)]
    assert panel.labels.rows.data(index, checked) is Qt.CheckState.Unchecked
    panel.labels.rows.setData(index, Qt.CheckState.Checked.value, checked)
    assert not lab.view_model.results.state.hidden_labels


async def test_that_regions_tell_area_and_confidence(
    lab: Lab, panel: ResultsPanel, halves: Segmentation
) -> None:
    lab.inference.prediction = halves
    await lab.run()
    assert told(panel.labels) == [("nucleus", "45%"), ("mitosis", "45%")]
    assert panel.labels.rows.rows[0].detail == "1 piece, confidence 90%"
    # Each label is one region: a list of them would say the same again.
    assert not panel.objects.isVisible()
    words = "2 regions. Each is a whole class. Pieces of 20 pixels or more:"
    assert panel.count.text().startswith(words)
    lab.view_model.results.set_threshold(0.7)
    words = "1 region; 1 more is below the threshold. It is a whole class."
    assert panel.count.text().startswith(words)


async def test_that_several_regions_of_a_label_are_listed_one_by_one(
    lab: Lab, panel: ResultsPanel
) -> None:
    lab.inference.prediction = Segmentation.pack(
        2,
        1,
        bytes((1, 2)),
        bytes((255, 255)),
        (Segment(1, 0, "nucleus", 0.6, 0.1), Segment(2, 0, "nucleus", 0.9, 0.3)),
    )
    await lab.run()
    assert told(panel.labels) == [("nucleus", "40%")]
    assert panel.count.text() == "2 regions"
    assert panel.labels.rows.rows[0].detail == "2 regions, confidence 82%"
    assert told(panel.objects) == [("nucleus", "90%"), ("nucleus", "60%")]
    assert [row.number for row in panel.objects.rows.rows] == [2, 1]
    assert len(set(panel.labels.rows.rows[0].colors)) == 2


async def test_that_the_object_selected_is_told_and_stays_while_it_is_shown(
    lab: Lab, panel: ResultsPanel
) -> None:
    await lab.run()
    panel.threshold.setValue(30)
    selected: list[object] = []
    panel.object_selected.connect(selected.append)
    panel.select_object(1)
    assert selected[-1] == 1
    panel.threshold.setValue(35)
    assert panel.objects.selected_number() == 1
    panel.threshold.setValue(50)
    assert selected[-1] is None
    panel.select_object(0)
    panel.select_object(None)
    assert selected[-1] is None
    assert panel.objects.selected_number() is None


async def test_that_a_failed_picture_says_why(lab: Lab, panel: ResultsPanel) -> None:
    lab.inference.failures["b.png"] = PictureError("b.png is damaged.", "Copy it again.")
    await lab.run("a.png", "b.png")
    assert not panel.problem.isVisible()
    assert told(panel.labels) == [("nucleus", "1")]
    lab.view_model.results.go_on()
    await lab.view_model.wait()
    assert panel.problem.isVisible()
    assert panel.problem.message.text() == "b.png is damaged."
    assert not panel.labels.isVisible()


async def test_that_a_picture_that_can_not_be_shown_is_not_told_of_twice(
    lab: Lab, panel: ResultsPanel
) -> None:
    lab.pictures.broken.add("a.png")
    lab.inference.failures["a.png"] = PictureError("a.png is damaged.", "Copy it again.")
    await lab.run("a.png", "b.png")
    lab.view_model.results.go_to(0)
    await lab.view_model.wait()
    assert not panel.problem.isVisible()
    assert panel.count.text().endswith("it failed.")


def test_that_the_models_time_is_told_however_short() -> None:
    quick = PictureResult("a.png", timings=Timings(0.02, 0.0001, 0.0003, 0.0, 0.0))
    assert timing_text(quick) == "Took 20 ms: reading 20 ms, model <1 ms"
    assert timing_text(PictureResult("a.png")) == ""


async def test_that_weights_time_and_files_are_told(lab: Lab, panel: ResultsPanel) -> None:
    await lab.run("a.png", save_to="/results")
    assert panel.details.text() == "Weights: fp32\nTook 250 ms: model 250 ms\nSaved 1 file"
    assert "a.png.json" in panel.details.toolTip()


def test_that_a_thousand_labels_stay_within_the_panel(panel: ResultsPanel) -> None:
    rows = panel.labels
    rows.set_rows(tuple(FoundRow(f"label {n}" * 20, str(n)) for n in range(1000)))
    panel.grab()
    bar = rows.verticalScrollBar()
    assert bar is not None
    assert bar.maximum() > 0
    assert rows.height() < panel.height()
    assert rows.rows.data(rows.rows.index(3), Qt.ItemDataRole.AccessibleTextRole)


def test_that_a_name_in_a_tip_is_never_taken_for_markup(panel: ResultsPanel) -> None:
    name = '<img src="file:///etc/passwd">'
    panel.classes.set_rows((FoundRow(name, "1%", tip=name),))
    tip = panel.classes.rows.data(panel.classes.rows.index(0), Qt.ItemDataRole.ToolTipRole)
    shown = QTextDocument()
    shown.setHtml(tip)
    assert shown.toPlainText() == name


async def test_that_a_run_that_failed_as_a_whole_is_not_called_not_run(
    lab: Lab, panel: ResultsPanel, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def fail(*_: object) -> None:
        raise ResultError("out can't be written.", "Choose another folder.")

    with monkeypatch.context() as patched:
        patched.setattr(lab.runs, "start", fail)
        await lab.run("a.png", save_to="/results")
    assert panel.count.text() == "The run failed."
    assert not panel.threshold.isEnabled()
    assert not panel.threshold_box.isEnabled()
    await lab.run("a.png")
    assert panel.count.text() != "The run failed."
    assert panel.threshold.isEnabled()


@pytest.mark.parametrize(
    ("task", "has_threshold"),
    [
        ("depth-estimation", False),
        ("image-feature-extraction", False),
        ("image-to-image", False),
        ("image-to-text", False),
        ("object-detection", True),
        ("image-segmentation", True),
    ],
)
async def test_that_a_task_without_doubts_has_no_threshold_from_the_choice_of_its_model_on(
    lab: Lab, panel: ResultsPanel, task: str, *, has_threshold: bool
) -> None:
    lab.inference.task = task
    lab.view_model.set_inputs(("a.png",))
    assert panel.threshold.isVisible()
    lab.view_model.set_model_source(ModelSource.LOCAL)
    lab.view_model.set_local_path("/models/one.onnx")
    await lab.view_model.wait()
    for control in (panel.threshold, panel.threshold_box, panel.threshold_name):
        assert control.isVisible() is has_threshold


def test_that_a_figure_outlives_its_words(panel: ResultsPanel) -> None:
    row = FoundRow("nucleus", "21%", detail="confidence 94%", brief="94% sure")
    metrics = panel.fontMetrics()
    for fitting in (row.detail, row.brief):
        room = metrics.horizontalAdvance(fitting)
        assert detail_text(row, metrics, room) == fitting
    assert "…" in detail_text(row, metrics, room - 1)


_NAMES = ("chest of drawers, chest, bureau", "sofa, couch, lounge")
_WITH_DETAIL = tuple(
    FoundRow(name, "25%", ((9, 9, 9),), detail="confidence 94%") for name in _NAMES
)
_WITH_BAR = tuple(FoundRow(name, "25%", share=0.25) for name in _NAMES)
_SINGLE = tuple(FoundRow(name, "25%", ((9, 9, 9),), number=1) for name in _NAMES)


@pytest.mark.parametrize(
    ("rows", "width", "is_below"),
    [
        (_WITH_DETAIL, 400, False),
        (_WITH_DETAIL, 230, True),
        (_WITH_BAR, 400, False),
        (_WITH_BAR, 200, True),
        (_SINGLE, 400, False),
        (_SINGLE, 230, False),  # enough of them is seen, and more rows
        (_SINGLE, 150, True),
    ],
)
def test_that_values_stand_below_labels_that_have_no_room_beside_them(
    rows: tuple[FoundRow, ...],
    width: int,
    is_below: bool,
    dressed: QApplication,
    qtbot: QtBot,
) -> None:
    listed = FoundList("Labels")
    qtbot.addWidget(listed)
    listed.resize(width, 200)
    listed.show()
    listed.set_rows(rows)
    delegate = listed.itemDelegate()
    assert isinstance(delegate, FoundRowDelegate)
    assert delegate.has_value_below is is_below
    two_lines = 2 * listed.fontMetrics().height() + 8
    has_two = is_below or rows is _WITH_DETAIL
    assert (listed.visualRect(listed.rows.index(0)).height() >= two_lines) is has_two
    listed.resize(400, 200)
    assert not delegate.has_value_below
    listed.resize(width, 200)
    assert delegate.has_value_below is is_below
    assert listed.maximumHeight() == 2 * listed.sizeHintForRow(0) + 2


async def test_that_no_model_is_named_above_what_was_not_run(lab: Lab, panel: ResultsPanel) -> None:
    results = lab.view_model.results
    results.start_run("acme/nuclei", ("a.png",), 0.5, "fp32")  # and ended without a result
    assert panel.count.text() == "Not run yet."
    assert panel.title.text() == ""
    assert "fp32" not in panel.details.text()
    await lab.run("a.png")
    assert panel.title.text() == "acme/nuclei"
    assert "fp32" in panel.details.text()
