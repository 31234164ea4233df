"""The step between pictures and run, and drawing in the Inference tab."""

from __future__ import annotations

from typing import Any

import pytest
from PyQt6.QtCore import QPoint, Qt
from PyQt6.QtGui import QTextCursor
from PyQt6.QtTest import QTest
from PyQt6.QtWidgets import QScrollArea
from pytestqt.qtbot import QtBot

from ailab.services.inference.prompt import MOST_LETTERS, Prompt
from ailab.services.inference.prompt_kind import PromptKind
from ailab.services.inference.typed_labels import MOST_LABELS
from ailab.viewmodels.inference_state import ModelSource
from ailab.viewmodels.prompt_shapes import PromptTool, ShownBox, ShownPoint
from ailab.views.inference_view import InferenceView
from ailab.views.prompt_panel import PromptPanel
from fakes import until
from inference_lab import Lab

GESTURES: Any = QTest  # PyQt6's stubs ask for an instance of it
LEFT = Qt.MouseButton.LeftButton
LABELLER, MASKER, DETECTOR = (
    "zero-shot-image-classification",
    "mask-generation",
    "object-detection",
)


@pytest.fixture
def view(lab: Lab, qtbot: QtBot) -> InferenceView:
    made = InferenceView(lab.view_model, lab.filmstrip)
    qtbot.addWidget(made)
    made.resize(1280, 800)
    made.show()
    made.activateWindow()
    qtbot.waitUntil(made.isActiveWindow)
    return made


@pytest.fixture
def panel(view: InferenceView) -> PromptPanel:
    return view.prompt_panel


async def choose(lab: Lab, task: str, *inputs: str) -> None:
    """A local model of a task and pictures are chosen."""
    lab.inference.task = task
    lab.view_model.set_model_source(ModelSource.LOCAL)
    lab.view_model.set_local_path(f"/models/{task}/model.onnx")
    lab.view_model.set_inputs(inputs)
    await lab.view_model.wait()


def click(view: InferenceView, x: float, y: float, button: Qt.MouseButton = LEFT) -> None:
    """Click on a point of the picture."""
    place = view.picture.canvas.viewport.to_view(x, y).toPoint()
    GESTURES.mouseClick(view.picture.canvas, button, pos=place)


async def test_that_the_panel_is_there_for_models_that_ask_for_something(
    lab: Lab, panel: PromptPanel
) -> None:
    assert not panel.isVisible()
    for task, has_labels, has_shapes in (
        (DETECTOR, False, False),
        (LABELLER, True, False),
        (MASKER, False, True),
    ):
        await choose(lab, task, "a.png")
        assert panel.labels.isVisible() is has_labels
        assert panel.shapes.isVisible() is has_shapes
        assert panel.isVisible() is (has_labels or has_shapes)
    await lab.close()


async def test_that_labels_are_typed_counted_and_run(
    lab: Lab, view: InferenceView, panel: PromptPanel
) -> None:
    await choose(lab, LABELLER, "a.png")
    assert not view.run_panel.run.isEnabled()
    assert view.run_panel.why_not.text() == "Type what to look for."
    assert "cat, dog" in panel.labels.labels.placeholderText()
    GESTURES.keyClicks(panel.labels.labels, "cat, dog, ")
    assert panel.labels.count.text() == "2 labels"
    GESTURES.keyClick(panel.labels.labels, Qt.Key.Key_Return)
    GESTURES.keyClicks(panel.labels.labels, "red car,cat")
    assert panel.labels.count.text() == "3 labels"
    panel.labels.labels.setFocus()
    GESTURES.keyClick(panel.labels.labels, Qt.Key.Key_R, Qt.KeyboardModifier.ControlModifier)
    await lab.view_model.wait()
    assert lab.inference.prompts == [Prompt(labels=("cat", "dog", "red car"))]
    await lab.close()


async def test_that_a_question_is_typed_kept_and_run(lab: Lab, panel: PromptPanel) -> None:
    lab.inference.decoder = "asked-text"
    await choose(lab, "image-to-text", "a.png")
    assert panel.question.isVisible()
    assert not panel.labels.isVisible()
    GESTURES.keyClicks(panel.question.question, "what is it")
    lab.view_model.run()
    await lab.view_model.wait()
    assert lab.inference.prompts == [Prompt(question="what is it")]
    lab.view_model.prompt.set_question("<OCR>")
    assert panel.question.question.toPlainText() == "<OCR>"
    await lab.close()


async def test_that_all_of_a_longer_question_is_seen_and_too_long_a_one_is_cut(
    lab: Lab, panel: PromptPanel
) -> None:
    lab.inference.decoder = "asked-text"
    await choose(lab, "image-to-text", "a.png")
    field = panel.question.question
    assert field.height() >= 3 * field.fontMetrics().lineSpacing()
    field.setPlainText("a" * (MOST_LETTERS - 1))
    field.moveCursor(QTextCursor.MoveOperation.End)
    GESTURES.keyClicks(field, "bcd")
    assert field.toPlainText() == lab.view_model.prompt.state.question
    assert len(field.toPlainText()) == MOST_LETTERS
    assert field.textCursor().atEnd()
    await lab.close()


async def test_that_a_text_of_too_many_labels_says_how_many_are_taken(
    lab: Lab, panel: PromptPanel
) -> None:
    await choose(lab, LABELLER, "a.png")
    panel.labels.labels.setPlainText(",".join(map(str, range(2 * MOST_LABELS))))
    assert panel.labels.count.text().startswith("The first 1,000 labels are looked for")
    await lab.close()


async def test_that_typing_leaves_the_cursor_where_it_is_and_tab_goes_on(
    lab: Lab, panel: PromptPanel
) -> None:
    await choose(lab, LABELLER, "a.png")
    field = panel.labels.labels
    field.setFocus()
    GESTURES.keyClicks(field, "cat")
    GESTURES.keyClick(field, Qt.Key.Key_Home)
    GESTURES.keyClicks(field, "big ")
    assert lab.view_model.prompt.state.labels == ("big cat",)
    GESTURES.keyClick(field, Qt.Key.Key_Tab)
    assert not field.hasFocus()
    await lab.close()


async def test_that_a_click_in_the_picture_shows_its_mask_at_once(
    lab: Lab, view: InferenceView, panel: PromptPanel
) -> None:
    await choose(lab, MASKER, "a.png")
    assert panel.shapes.tools[PromptTool.INSIDE].isChecked()
    assert "Without points and boxes" in panel.shapes.told.text()
    click(view, 100, 80)
    assert panel.shapes.told.text() == "1 point in this picture."
    lab.inference.gate.shut()
    await until(lambda: lab.view_model.prompt.state.is_running)
    assert panel.shapes.told.text() == "Finding the mask …"
    lab.inference.gate.open()
    await lab.view_model.wait()
    asked = lab.inference.prompts[0]
    assert asked.inside[0] == pytest.approx((100, 80), abs=0.5)
    assert view.results_panel is not None
    await lab.close()


async def test_that_undo_and_clear_take_back(
    lab: Lab, view: InferenceView, panel: PromptPanel
) -> None:
    await choose(lab, MASKER, "a.png")
    panel.shapes.live.click()
    assert not lab.view_model.prompt.state.runs_as_shown
    assert not panel.shapes.undo.isEnabled()
    for place in ((20, 20), (40, 40), (60, 60)):
        click(view, *place)
    click(view, 80, 80, Qt.MouseButton.RightButton)
    assert panel.shapes.told.text() == "4 points in this picture."
    GESTURES.keyClick(view.picture.canvas, Qt.Key.Key_Backspace)
    panel.shapes.undo.click()
    assert len(lab.view_model.prompt.state.shown) == 2
    panel.shapes.clear.click()
    assert not panel.shapes.clear.isEnabled()
    await lab.view_model.wait()
    assert not lab.inference.prompts
    await lab.close()


async def test_that_a_box_is_drawn_with_its_tool(
    lab: Lab, view: InferenceView, panel: PromptPanel
) -> None:
    await choose(lab, MASKER, "a.png")
    panel.shapes.tools[PromptTool.BOX].click()
    canvas = view.picture.canvas
    assert canvas.hasFocus(), "the keys of the picture are at hand"
    assert "Drag a box" in panel.shapes.hint.text()
    start, end = canvas.viewport.to_view(40, 30), canvas.viewport.to_view(120, 90)
    GESTURES.mousePress(canvas, LEFT, pos=start.toPoint())
    GESTURES.mouseMove(canvas, end.toPoint())
    GESTURES.mouseRelease(canvas, LEFT, pos=end.toPoint())
    (box,) = lab.view_model.prompt.state.shown
    assert isinstance(box, ShownBox)
    assert (box.left, box.bottom) == pytest.approx((40, 90), abs=0.5)
    await lab.close()


async def test_that_keys_in_the_picture_choose_the_tool_and_escape_leaves_it(
    lab: Lab, view: InferenceView, panel: PromptPanel
) -> None:
    await choose(lab, MASKER, "a.png")
    canvas = view.picture.canvas
    canvas.setFocus()
    GESTURES.keyClick(canvas, Qt.Key.Key_O)
    assert panel.shapes.tools[PromptTool.OUTSIDE].isChecked()
    GESTURES.keyClick(canvas, Qt.Key.Key_B)
    GESTURES.mousePress(canvas, LEFT, pos=QPoint(200, 200))
    GESTURES.mouseMove(canvas, QPoint(300, 300))
    GESTURES.keyClick(canvas, Qt.Key.Key_Escape)
    GESTURES.mouseRelease(canvas, LEFT, pos=QPoint(300, 300))
    assert not lab.view_model.prompt.state.shown
    assert panel.shapes.tools[PromptTool.BOX].isChecked()
    GESTURES.keyClick(canvas, Qt.Key.Key_Escape)
    assert panel.shapes.tools[PromptTool.MOVE].isChecked()
    await lab.close()


async def test_that_escape_stops_a_run_before_it_leaves_the_tool(
    lab: Lab, view: InferenceView
) -> None:
    await choose(lab, MASKER, "a.png")
    lab.inference.gate.shut()
    lab.view_model.run()
    view.picture.canvas.setFocus()
    GESTURES.keyClick(view.picture.canvas, Qt.Key.Key_Escape)
    assert not lab.view_model.state.is_running
    assert lab.view_model.prompt.state.tool is PromptTool.INSIDE
    await lab.view_model.wait()
    await lab.close()


async def test_that_escape_stops_what_a_point_began(lab: Lab, view: InferenceView) -> None:
    await choose(lab, MASKER, "a.png")
    lab.inference.gate.shut()
    click(view, 100, 80)
    await until(lambda: lab.view_model.prompt.state.is_running)
    GESTURES.keyClick(view.picture.canvas, Qt.Key.Key_Escape)
    assert not lab.view_model.prompt.state.is_running
    assert lab.view_model.prompt.state.tool is PromptTool.INSIDE
    await lab.view_model.wait()
    assert lab.view_model.results.state.current_result is None
    await lab.close()


async def test_that_stepping_shows_each_pictures_own_shapes(
    lab: Lab, view: InferenceView, panel: PromptPanel
) -> None:
    await choose(lab, MASKER, "folder")
    assert not panel.shapes.live.isVisible()
    assert "Each picture has points of its own" in panel.shapes.told.text()
    click(view, 100, 80)
    lab.view_model.results.go_on()
    assert panel.shapes.told.text().startswith("Each picture")
    await lab.view_model.results.wait()
    click(view, 50, 60)
    click(view, 60, 60)
    lab.view_model.results.go_back()
    await lab.view_model.results.wait()
    assert panel.shapes.told.text() == "1 point in this picture."
    shapes = lab.view_model.prompt.state.shapes
    assert [len(shapes[name]) for name in ("a.png", "b.png")] == [1, 2]
    await lab.close()


async def test_that_nothing_of_another_picture_lies_over_the_one_before(
    lab: Lab, view: InferenceView
) -> None:
    await choose(lab, MASKER, "folder")
    click(view, 100, 80)
    lab.pictures.gate.shut()
    lab.view_model.results.go_on()
    # The next picture is on its way; a click would not be seen on it.
    click(view, 10, 10)
    assert not any(lab.view_model.prompt.state.shapes.get(path) for path in ("b.png", "c.png"))
    lab.pictures.gate.open()
    await lab.view_model.results.wait()
    click(view, 10, 10)
    (point,) = lab.view_model.prompt.state.shown
    assert isinstance(point, ShownPoint)
    await lab.close()


async def test_that_a_model_that_is_not_here_yet_says_why_clicking_runs_nothing(
    lab: Lab, view: InferenceView, panel: PromptPanel
) -> None:
    await lab.choose("a.png")
    lab.view_model.prompt.set_kind(PromptKind.SHAPES)
    click(view, 100, 80)
    assert "Press Run first: the model is not on this disk yet." in panel.shapes.told.text()
    await lab.close()


async def test_that_the_panel_comes_into_sight_in_a_low_window(
    lab: Lab, view: InferenceView, panel: PromptPanel
) -> None:
    view.resize(1000, 480)
    view.picture.canvas.setFocus()
    await choose(lab, LABELLER, "a.png")
    area = panel.parentWidget()
    while area is not None and not isinstance(area, QScrollArea):
        area = area.parentWidget()
    assert area is not None
    top = panel.labels.labels.mapTo(area, QPoint(0, 0)).y()
    assert 0 <= top < area.height() - 20
    await lab.close()


async def test_that_what_is_pressed_stands_above_the_words(lab: Lab, view: InferenceView) -> None:
    shapes = view.prompt_panel.shapes
    await choose(lab, MASKER, "a.png")
    view.grab()  # lays it out
    for words in (shapes.told, shapes.hint):
        for control in (shapes.undo, shapes.clear, shapes.live):
            assert control.geometry().bottom() < words.geometry().top()
    await lab.close()


async def test_that_every_control_has_a_name_and_a_tip(lab: Lab, panel: PromptPanel) -> None:
    await choose(lab, MASKER, "a.png")
    for widget in (*panel.shapes.tools.values(), panel.shapes.undo, panel.shapes.clear):
        assert widget.accessibleName()
        assert widget.toolTip()
    assert panel.labels.labels.accessibleName()
    await lab.close()


async def test_that_keypoints_are_asked_for_by_boxes_alone(
    lab: Lab, view: InferenceView, panel: PromptPanel
) -> None:
    await choose(lab, "keypoint-detection", "a.png")
    assert panel.shapes.isVisible()
    tools = panel.shapes.tools
    assert [tool for tool in PromptTool if tools[tool].isVisible()] == [
        PromptTool.BOX,
        PromptTool.MOVE,
    ]
    assert tools[PromptTool.BOX].isChecked()
    assert "ViTPose" in panel.shapes.told.text()
    lab.view_model.prompt.choose_tool(PromptTool.INSIDE)  # by its key
    assert lab.view_model.prompt.state.tool is PromptTool.BOX
    lab.view_model.prompt.add_box(10, 20, 60, 90)
    assert panel.shapes.told.text().startswith("1 box in this picture.")
    await lab.close()


async def test_that_a_copy_without_boxes_offers_none_and_says_so(
    lab: Lab, view: InferenceView, panel: PromptPanel
) -> None:
    await choose(lab, MASKER, "a.png")
    lab.view_model.prompt.set_runs_as_shown(is_on=False)
    lab.view_model.prompt.choose_tool(PromptTool.BOX)
    lab.view_model.prompt.add_box(10, 20, 60, 90)
    lab.inference.takes_boxes = False
    lab.view_model.check_again()
    await lab.view_model.wait()
    tools = panel.shapes.tools
    assert not tools[PromptTool.BOX].isVisible()
    assert tools[PromptTool.INSIDE].isChecked()
    assert "takes no boxes" in panel.shapes.told.text()
    lab.view_model.prompt.add_point(10, 20, is_inside=True)
    assert panel.shapes.told.text().startswith("1 point in this picture.")
    await lab.close()


async def test_that_a_model_that_takes_names_or_shapes_is_asked_for_both(
    lab: Lab, view: InferenceView, panel: PromptPanel
) -> None:
    lab.inference.decoder = "shown-or-named"
    await choose(lab, MASKER, "a.png")
    assert panel.labels.isVisible()
    assert panel.shapes.isVisible()
    assert panel.labels.count.text().endswith("or points and boxes below.")
    assert panel.shapes.told.text().startswith("Without labels, points and boxes, Run finds every")
    panel.labels.labels.setPlainText("cat")
    assert panel.shapes.told.text().startswith("Run looks for the labels above")
    lab.view_model.prompt.set_runs_as_shown(is_on=False)
    lab.view_model.prompt.add_box(10, 20, 60, 90)
    assert panel.shapes.told.text().startswith("1 box in this picture.")
    await choose(lab, LABELLER, "a.png")
    lab.inference.decoder = ""
    await lab.close()
