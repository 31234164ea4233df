"""Places that a text names, over the picture and in the panel."""

from __future__ import annotations

import pytest
from PyQt6.QtCore import QPointF
from PyQt6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from ailab.services.images.picture import Picture
from ailab.services.inference.generated_text import GeneratedText
from ailab.services.inference.places.place import Place, place_within
from ailab.services.results.label_colors import label_color
from ailab.viewmodels.prediction_text import summary
from ailab.views.found_list import FoundList
from ailab.views.picture_canvas import PictureCanvas
from ailab.views.prediction_overlay import PredictionOverlay
from ailab.views.results_panel import ResultsPanel
from inference_lab import Lab

TURNED = ((60.0, 10.0), (90.0, 40.0), (60.0, 70.0), (30.0, 40.0))
CARS = GeneratedText(
    "car\ncar\nNO ENTRY",
    question="<OD>",
    places=(
        Place("car", (100.0, 10.0, 140.0, 50.0)),
        Place("car", (150.0, 10.0, 190.0, 50.0)),
        place_within("NO ENTRY", [TURNED]),
    ),
)
PROPOSALS = GeneratedText("", places=(Place("", (1.0, 2.0, 3.0, 4.0)), Place("", (1, 2, 9, 9))))


@pytest.fixture
def panel(lab: Lab, qtbot: QtBot) -> ResultsPanel:
    made = ResultsPanel(lab.view_model.results)
    qtbot.addWidget(made)
    made.resize(280, 700)
    made.show()
    return made


@pytest.fixture
def overlay() -> PredictionOverlay:
    made = PredictionOverlay()
    made.set_prediction(CARS, 200, 100)
    made.filter(CARS, frozenset(), 0.9)
    return made


def told(rows: FoundList) -> list[tuple[str, str]]:
    return [(row.label, row.value) for row in rows.rows.rows]


async def test_that_places_are_listed_beside_the_text(lab: Lab, panel: ResultsPanel) -> None:
    lab.inference.prediction = CARS
    await lab.run()
    assert panel.text_box.words.toPlainText() == "car\ncar\nNO ENTRY"
    assert panel.count.text() == (
        "4 words and 3 places, written by the model, which does not tell how sure it is."
    )
    assert told(panel.labels) == [("car", "2"), ("NO ENTRY", "1")]
    assert told(panel.objects) == [("car", ""), ("car", ""), ("NO ENTRY", "")]
    assert panel.objects_heading.text() == "Places, in the text's order"
    assert "at 100, 10 to 140, 50" in panel.objects.rows.rows[0].tip
    assert panel.overlay.isVisible()
    for control in (panel.threshold, panel.threshold_box, panel.threshold_name):
        assert not control.isVisible()
    panel.threshold.setValue(99)
    lab.view_model.results.show_label("car", visible=False)
    assert told(panel.objects) == [("NO ENTRY", "")]


async def test_that_places_of_different_names_are_listed_once(
    lab: Lab, panel: ResultsPanel
) -> None:
    lab.inference.prediction = GeneratedText("car", places=CARS.places[1:])
    await lab.run()
    assert not panel.labels.isVisible()
    assert told(panel.objects) == [("car", ""), ("NO ENTRY", "")]


async def test_that_places_without_names_are_numbered(lab: Lab, panel: ResultsPanel) -> None:
    lab.inference.prediction = PROPOSALS
    await lab.run()
    assert told(panel.objects) == [("Place 1", ""), ("Place 2", "")]
    assert not panel.labels.isVisible()
    assert not panel.text_box.isVisible()
    assert panel.count.text() == (
        "2 places, written by the model, which does not tell how sure it is."
    )


async def test_that_the_text_takes_no_more_room_than_it_needs_beside_places(
    lab: Lab, panel: ResultsPanel
) -> None:
    lab.inference.prediction = CARS
    await lab.run()
    low = panel.text_box.height()
    lab.inference.prediction = GeneratedText("car\ncar\nNO ENTRY")
    await lab.run()
    assert panel.text_box.height() > 1.5 * low


def test_that_an_answer_is_summed_up_with_its_places() -> None:
    assert summary(CARS) == "car car NO ENTRY (3 places)"
    assert summary(PROPOSALS) == "2 places"


def test_that_a_place_under_the_mouse_is_named_without_a_score(overlay: PredictionOverlay) -> None:
    assert overlay.look_at(QPointF(120, 30)) == "car · 40 × 40 pixels"
    assert overlay.look_at(QPointF(60, 40)) == "NO ENTRY · 60 × 60 pixels"
    assert overlay.look_at(QPointF(33, 13)) == ""  # in its box, not in its outline
    assert overlay.number_at(QPointF(170, 30)) == 1


def test_that_a_label_switched_off_is_not_found(overlay: PredictionOverlay) -> None:
    overlay.filter(CARS, frozenset({"car"}), 0.0)
    assert overlay.number_at(QPointF(120, 30)) is None
    assert overlay.number_at(QPointF(60, 40)) == 2


def test_that_places_of_a_label_have_its_colour(
    dressed: QApplication, qtbot: QtBot, grey_picture: Picture, overlay: PredictionOverlay
) -> None:
    canvas = PictureCanvas(overlay)
    qtbot.addWidget(canvas)
    canvas.resize(220, 120)  # the picture at full size, 10 pixels of margin
    canvas.set_picture(grey_picture)
    overlay.set_opacity(1.0)
    canvas.show()
    drawn = canvas.grab().toImage()
    for x in (110, 160):
        near = {drawn.pixelColor(x + off, 45).getRgb()[:3] for off in range(-2, 3)}
        assert label_color(0) in near
    around = {drawn.pixelColor(40 + off, 50).getRgb()[:3] for off in range(-3, 4)}
    assert any(abs((red or 0) - label_color(1)[0]) < 40 for red, _, _ in around)


PAGE = GeneratedText(
    "Milk\nl2g\nTOTAL",
    places=(
        Place("Milk", (10.0, 10.0, 40.0, 20.0), score=0.9),
        Place("l2g", (60.0, 10.0, 90.0, 20.0), score=0.3),
        Place("TOTAL", (10.0, 40.0, 40.0, 50.0), score=0.8),
    ),
)


async def test_that_lines_of_a_page_are_left_out_by_the_threshold(
    lab: Lab, panel: ResultsPanel
) -> None:
    lab.inference.prediction = PAGE
    await lab.run()
    assert lab.view_model.results.state.has_threshold
    assert panel.text_box.words.toPlainText() == "Milk\nTOTAL"
    assert panel.count.text() == "2 lines; 1 more is below the threshold"
    assert told(panel.objects) == [("Milk", "90%"), ("TOTAL", "80%")]
    assert [row.number for row in panel.objects.rows.rows] == [0, 2]
    assert panel.objects_heading.text() == "Lines, in the text's order"
    assert told(panel.labels) == []
    assert summary(PAGE.above(0.5)) == "Milk TOTAL (2 lines)"
    lab.view_model.results.set_threshold(0.2)
    assert panel.text_box.words.toPlainText() == "Milk\nl2g\nTOTAL"


def test_that_a_line_in_the_middle_is_not_drawn_below_the_threshold() -> None:
    made = PredictionOverlay()
    made.set_prediction(PAGE, 200, 100)
    made.filter(PAGE.above(0.5), frozenset(), 0.5)
    seen = [made.number_at(QPointF(x, y)) for x, y in ((20, 15), (70, 15), (20, 45))]
    assert seen == [0, None, 2]
