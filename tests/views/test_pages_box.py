"""The controls for pages, and for the values that become black and white."""

from __future__ import annotations

import pytest
from PyQt6.QtCore import Qt
from PyQt6.QtWidgets import QLineEdit
from pytestqt.qtbot import QtBot

from ailab.services.images.pixel_size import PixelSize
from ailab.services.images.value_range import TRIMMED_RANGE, WHOLE_RANGE, ValueRange
from ailab.views.filmstrip_list_model import PAGE_ROLE
from ailab.views.filmstrip_view import FilmstripView
from ailab.views.input_panel import InputPanel
from ailab.views.pixel_size_box import PixelSizeBox
from inference_lab import Lab


@pytest.fixture
def panel(lab: Lab, qtbot: QtBot) -> InputPanel:
    lab.pictures.pages = {"stack.tif": 3}
    lab.pictures.deep = {"stack.tif"}
    made = InputPanel(lab.view_model)
    qtbot.addWidget(made)
    made.show()
    return made


def press_return(field: QLineEdit) -> None:
    field.returnPressed.emit()
    field.editingFinished.emit()


async def test_that_an_ordinary_picture_has_no_controls(lab: Lab, panel: InputPanel) -> None:
    assert panel.pages.isHidden()
    await lab.choose("a.png")
    assert panel.pages.isHidden()
    await lab.close()


async def test_that_a_stack_is_told_of_when_it_is_chosen(lab: Lab, panel: InputPanel) -> None:
    await lab.choose("stack.tif")
    box = panel.pages
    assert box.notes.text() == "Page 1 of 3 is used."
    assert (box.page.value(), box.page.maximum(), box.of.text()) == (1, 3, "of 3")
    assert box.every.isVisible()
    assert box.range.isVisible()
    assert not box.low.isVisible()
    await lab.run("stack.tif")
    assert not box.notes.isVisible()  # the results tell it then
    await lab.close()


async def test_that_number_and_slider_go_to_a_page(lab: Lab, panel: InputPanel) -> None:
    await lab.choose("stack.tif")
    box = panel.pages
    box.page.setValue(2)
    assert lab.view_model.state.pictures == ("stack.tif#page=2",)
    assert box.slider.value() == 2
    box.slider.setValue(3)
    await lab.view_model.wait()
    assert box.page.value() == 3
    assert box.notes.text() == "Page 3 of 3 is used."
    await lab.close()


async def test_that_every_page_can_be_run(lab: Lab, panel: InputPanel) -> None:
    await lab.choose("stack.tif")
    panel.pages.every.click()
    await lab.view_model.wait()
    assert panel.found.text() == "3 pictures: every page of 1 file"
    lab.view_model.results.go_to(2)
    await lab.view_model.wait()
    assert panel.pages.page.value() == 3
    panel.pages.every.click()
    assert lab.view_model.state.pictures == ("stack.tif#page=3",)
    assert panel.found.text() == "1 picture"
    await lab.close()


async def test_that_number_and_slider_show_a_page_where_every_page_is_run(
    lab: Lab, panel: InputPanel
) -> None:
    await lab.choose("stack.tif")
    panel.pages.every.click()
    await lab.view_model.wait()
    panel.pages.page.setValue(2)
    assert panel.pages.slider.value() == 2  # at once, so that a second step goes on from there
    assert lab.view_model.results.state.current_path == "stack.tif#page=2"
    panel.pages.slider.setValue(3)
    await lab.view_model.wait()
    assert lab.view_model.results.state.current_path == "stack.tif#page=3"
    assert len(lab.view_model.state.pictures) == 3
    assert panel.pages.notes.text() == "Page 3 of 3 is used."
    await lab.close()


async def test_that_the_page_shown_stays_where_every_page_is_to_be_run(
    lab: Lab, panel: InputPanel
) -> None:
    await lab.choose("stack.tif")
    panel.pages.page.setValue(2)
    panel.pages.every.click()
    await lab.view_model.wait()
    assert lab.view_model.results.state.current_path == "stack.tif#page=2"
    assert panel.pages.page.value() == 2
    await lab.close()


async def test_that_a_page_of_the_second_stack_of_a_folder_is_stepped_to(
    lab: Lab, panel: InputPanel
) -> None:
    lab.pictures.pages = {"one.tif": 3, "two.tif": 3}
    lab.pictures.folders["folder"] = ("one.tif", "two.tif")
    await lab.choose("folder")
    lab.view_model.results.go_to(1)
    await lab.view_model.wait()
    panel.pages.slider.setValue(2)
    await lab.view_model.wait()
    assert lab.view_model.results.state.current_path == "two.tif#page=2"
    await lab.close()


async def test_that_a_folder_with_a_tiff_offers_every_page_alone(
    lab: Lab, panel: InputPanel
) -> None:
    lab.pictures.folders["folder"] = ("a.png", "stack.tif")
    await lab.choose("folder")
    assert panel.pages.every.isVisible()
    assert not panel.pages.page.isVisible()
    await lab.close()


async def test_that_the_range_is_chosen(lab: Lab, panel: InputPanel) -> None:
    await lab.choose("stack.tif")
    box, pages = panel.pages, lab.view_model.pages
    box.range.setCurrentIndex(1)
    box.range.activated.emit(1)
    assert pages.state.value_range == TRIMMED_RANGE
    box.range.setCurrentIndex(2)
    box.range.activated.emit(2)
    assert pages.state.value_range == ValueRange((0.0, 65535.0))
    assert (box.low.text(), box.high.text()) == ("0", "65535")
    box.low.setText("200")
    press_return(box.low)
    assert pages.state.value_range == ValueRange((200.0, 65535.0))
    assert lab.view_model.state.pictures == ("stack.tif#range=200:65535",)
    box.range.setCurrentIndex(0)
    box.range.activated.emit(0)
    assert pages.state.value_range == WHOLE_RANGE
    assert not box.low.isVisible()
    await lab.close()


async def test_that_what_is_no_range_stays_with_the_reason(lab: Lab, panel: InputPanel) -> None:
    await lab.choose("stack.tif")
    box, pages = panel.pages, lab.view_model.pages
    pages.choose_range(ValueRange((200.0, 4000.0)))
    box.low.setText("5000")
    press_return(box.low)
    assert box.problem.text() == (
        "The value for black has to be below the one for white; 200 to 4000 is kept."
    )
    assert pages.state.value_range == ValueRange((200.0, 4000.0))
    assert (box.low.text(), box.high.text()) == ("5000", "4000")
    box.high.setText("6000.5")
    press_return(box.high)
    assert pages.state.value_range == ValueRange((5000.0, 6000.5))
    assert not box.problem.isVisible()
    await lab.close()


async def test_that_a_channel_is_chosen(lab: Lab, panel: InputPanel) -> None:
    lab.pictures.pages = {"stack.tif": 4, "grey.tif": 2}
    lab.pictures.channels = {"stack.tif": ("DAPI", "2"), "grey.tif": ("1",)}
    await lab.choose("stack.tif")
    box = panel.pages
    assert not box.channel.isVisible()
    box.every.click()
    await lab.view_model.wait()
    assert box.channel.isVisible()
    names = [box.channel.itemText(row) for row in range(box.channel.count())]
    assert names == ["All channels", "DAPI", "Channel 2"]
    box.channel.activated.emit(1)
    await lab.view_model.wait()
    assert box.channel.currentText() == "DAPI"
    assert panel.found.text() == "2 pictures: pages of 1 file"
    box.slider.setValue(2)
    await lab.view_model.wait()
    assert box.slider.value() == box.page.value() == 3  # the next of this channel
    box.slider.setValue(4)
    await lab.view_model.wait()
    assert box.slider.value() == 3  # there is none behind it
    box.channel.activated.emit(0)
    await lab.view_model.wait()
    assert panel.found.text() == "4 pictures: every page of 1 file"
    await lab.choose("grey.tif")
    box.every.click()
    await lab.view_model.wait()
    assert not box.channel.isVisible()
    await lab.close()


async def test_that_the_filmstrip_tells_pages_apart(lab: Lab, qtbot: QtBot) -> None:
    lab.pictures.pages = {"stack.tif": 3}
    view = FilmstripView(lab.view_model.results, lab.filmstrip)
    qtbot.addWidget(view)
    await lab.choose("stack.tif", "a.png")
    lab.view_model.pages.choose_every(is_every=True)
    await lab.view_model.wait()
    model = view.pictures
    rows = [model.index(row) for row in range(model.rowCount())]
    assert [model.data(row, PAGE_ROLE) for row in rows] == [1, 2, 3, None]
    tip = model.data(rows[1], Qt.ItemDataRole.ToolTipRole)
    assert tip == "stack.tif, page 2: not run yet"
    view.show()
    view.grab()  # draws the numbers
    await lab.close()


async def test_that_the_size_of_pixels_is_told_and_chosen(lab: Lab, panel: InputPanel) -> None:
    lab.pictures.sizes = {"cells.tif": PixelSize(0.65, 0.65)}
    await lab.choose("cells.tif")
    box = panel.pages.pixel_size
    assert box.isVisible()
    assert (box.size_field.text(), box.size_field.placeholderText()) == ("", "0.65, by the file")
    type_size(box, "325 nm")
    await lab.view_model.wait()
    assert lab.view_model.state.pictures == ("cells.tif#pixel=0.325",)
    assert box.size_field.text() == "0.325"
    type_size(box, "0.325x0.65")
    await lab.view_model.wait()
    assert lab.view_model.state.pictures == ("cells.tif#pixel=0.325x0.65",)
    assert box.size_field.text() == "0.325 x 0.65"
    box.size_field.clear()
    assert box.size_field.placeholderText() == "0.65, by the file"  # not what was given before
    type_size(box, "0.325x0.65")
    await lab.choose("other.png")  # it stays, and is seen
    assert box.isVisible()
    assert lab.view_model.state.pictures == ("other.png#pixel=0.325x0.65",)
    type_size(box, "")
    await lab.view_model.wait()
    assert lab.view_model.state.pictures == ("other.png",)
    assert not box.isVisible()
    await lab.close()


async def test_that_what_is_no_size_stays_in_its_field(lab: Lab, panel: InputPanel) -> None:
    await lab.choose("cells.tif")
    box = panel.pages.pixel_size
    assert box.size_field.placeholderText() == "not known"
    for wrong in ("0", "1e300", "nan", "9" * 1000, "0,3", "3 furlongs"):
        type_size(box, wrong)
        assert box.problem.isVisible()
        assert box.size_field.text() == wrong
        assert lab.view_model.state.pictures == ("cells.tif",)
    type_size(box, "0.3")
    await lab.view_model.wait()
    assert not box.problem.isVisible()
    assert lab.view_model.state.pictures == ("cells.tif#pixel=0.3",)
    await lab.close()


def type_size(box: PixelSizeBox, text: str) -> None:
    box.size_field.clear()
    box.size_field.insert(text)
    box.size_field.setModified(True)
    press_return(box.size_field)
