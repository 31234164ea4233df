"""Pictures in the browser's list and details."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from direct_decoder import DirectDecoder
from PyQt6.QtCore import QBuffer
from PyQt6.QtGui import QColor, QImage
from PyQt6.QtWidgets import QApplication, QWidget

from ailab.services.images.picture import Picture
from ailab.viewmodels.previews import PreviewsViewModel
from ailab.views.model_browser_dialog import ModelBrowserDialog
from ailab.views.model_list_model import PREVIEW_ROLE, ModelListModel
from ailab.views.model_previews import ModelPreviews
from fakes import FakePreviews, until
from model_browser_driver import MakeDialog, many, opened, scroll_by

Look = Callable[[QWidget, float, float], str]


@pytest.fixture
def previews() -> FakePreviews:
    return FakePreviews()


class Shown:
    """The browser's dialog with pictures."""

    def __init__(self, dialog: ModelBrowserDialog, previews: FakePreviews) -> None:
        self.dialog = dialog
        self.list = dialog.models.list_view
        rows = self.list.model()
        assert isinstance(rows, ModelListModel)
        self.rows = rows
        self.view_model = PreviewsViewModel(previews)
        self.shown = ModelPreviews(self.view_model, self.list, dialog.details)

    def pictures(self) -> int:
        """How many rows have a picture."""
        images = [self.rows.index(row, 0).data(PREVIEW_ROLE) for row in range(60)]
        return sum(isinstance(image, QImage) for image in images)


async def shown_with(make_dialog: MakeDialog, previews: FakePreviews) -> Shown:
    dialog = await opened(make_dialog(many(60, page_size=60)))
    return Shown(dialog, previews)


async def test_that_only_rows_in_sight_get_pictures(
    make_dialog: MakeDialog, previews: FakePreviews
) -> None:
    shown = await shown_with(make_dialog, previews)
    shown.shown.look()
    await shown.view_model.wait()
    in_sight = len(previews.asked)
    assert 3 < in_sight < 30
    assert shown.pictures() == in_sight
    assert previews.asked[0] == "acme/model-000"
    scroll_by(shown.dialog, 10_000)
    shown.shown.look()
    await shown.view_model.wait()
    assert "acme/model-059" in previews.asked
    assert len(previews.asked) <= 2 * in_sight + 1


async def test_that_scrolling_asks_once_it_rests(
    make_dialog: MakeDialog, previews: FakePreviews
) -> None:
    shown = await shown_with(make_dialog, previews)
    for _ in range(20):
        scroll_by(shown.dialog, 100)
    assert previews.asked == []
    assert shown.shown._rest.isActive()


async def test_that_nothing_is_asked_for_a_list_that_is_not_seen(
    make_dialog: MakeDialog, previews: FakePreviews
) -> None:
    shown = await shown_with(make_dialog, previews)
    previews.gate.shut()
    shown.shown.look()
    await until(lambda: previews.gate.waiting == 3)
    shown.dialog.reject()
    previews.gate.open()
    await shown.view_model.wait()
    shown.shown.look()
    await shown.view_model.wait()
    assert len(previews.asked) == 3


async def test_that_a_row_is_drawn_with_its_picture_and_neutral_again_without(
    make_dialog: MakeDialog, previews: FakePreviews, look: Look
) -> None:
    shown = await shown_with(make_dialog, previews)
    viewport = shown.list.viewport()
    assert viewport is not None
    area = shown.list.visualRect(shown.rows.index(0, 0))
    place = (area.left() + 30.0, float(area.center().y()))
    before = look(viewport, *place)
    shown.shown.look()
    await shown.view_model.wait()
    assert look(viewport, *place) == "#323c46"
    shown.view_model.set_on(is_on=False)
    assert look(viewport, *place) == before


class DecodedPreviews(FakePreviews):
    """Has one picture for all models, a dark one that went the way of a stranger's file."""

    async def _give(self, model_id: str, *, may_ask: bool) -> Picture | None:
        return await DirectDecoder().decode(encoded(QColor(20, 40, 60)), widest=96, highest=96)


def encoded(color: QColor) -> bytes:
    image = QImage(96, 96, QImage.Format.Format_RGB32)
    image.fill(color)
    buffer = QBuffer()
    buffer.open(QBuffer.OpenModeFlag.WriteOnly)
    image.save(buffer, "PNG")
    return buffer.data().data()


async def test_that_pictures_of_faint_rows_stay_pictures(
    make_dialog: MakeDialog, look: Look
) -> None:
    shown = await shown_with(make_dialog, DecodedPreviews())
    viewport = shown.list.viewport()
    assert viewport is not None
    area = shown.list.visualRect(shown.rows.index(0, 0))
    place = (area.left() + 30.0, float(area.center().y()))
    shown.shown.look()
    await shown.view_model.wait()
    assert look(viewport, *place) == "#14283c"
    shown.list.set_dimmed(True)
    assert QColor("#14283c").lightness() < QColor(look(viewport, *place)).lightness() < 230


async def test_that_the_details_show_the_picture_of_the_selected_model(
    make_dialog: MakeDialog, previews: FakePreviews
) -> None:
    shown = await shown_with(make_dialog, previews)
    browser = shown.dialog._view_model
    browser.changed.connect(shown.view_model.follow)
    preview = shown.dialog.details.overview.preview
    shown.list.selectRow(0)
    await until(lambda: browser.state.details is not None)
    await shown.view_model.wait()
    assert not preview.isHidden()
    previews.without.add("acme/model-001")
    shown.list.selectRow(1)
    assert preview.isHidden()
    await browser.wait()
    await shown.view_model.wait()
    assert preview.isHidden()


async def test_that_a_list_of_another_size_is_looked_at_again(
    make_dialog: MakeDialog, previews: FakePreviews
) -> None:
    shown = await shown_with(make_dialog, previews)
    shown.shown._rest.setInterval(0)
    shown.dialog.resize(900, 600)
    QApplication.sendPostedEvents()
    assert shown.shown._rest.isActive()
