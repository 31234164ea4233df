"""Zoom and position."""

from __future__ import annotations

import pytest
from PyQt6.QtCore import QPointF

from ailab.views.picture_viewport import LARGEST_SCALE, PictureViewport


@pytest.fixture
def viewport() -> PictureViewport:
    made = PictureViewport()
    made.set_view_size(420, 320)
    made.set_picture_size(4000, 1000)
    return made


def near(one: QPointF, other: QPointF) -> bool:
    return (one - other).manhattanLength() < 1e-6


def test_that_a_new_picture_is_fitted_and_centred(viewport: PictureViewport) -> None:
    target = viewport.target
    assert target.width() == pytest.approx(400)
    assert near(target.center(), QPointF(210, 160))


def test_that_the_view_and_the_picture_agree_both_ways(viewport: PictureViewport) -> None:
    viewport.zoom_to(1.7)
    point = QPointF(1234.5, 321.25)
    assert near(viewport.to_picture(viewport.to_view(point.x(), point.y())), point)


def test_that_zooming_keeps_the_point_under_the_mouse(viewport: PictureViewport) -> None:
    viewport.zoom_to(1.0)
    mouse = QPointF(300, 100)
    before = viewport.to_picture(mouse)
    viewport.zoom_to(2.0, mouse)
    assert near(viewport.to_picture(mouse), before)


def test_that_zoom_has_its_limits(viewport: PictureViewport) -> None:
    viewport.zoom_to(10_000)
    assert viewport.scale == LARGEST_SCALE
    viewport.zoom_to(1e-9)
    assert viewport.is_fitted


def test_that_a_large_picture_is_never_pushed_out_of_the_view(viewport: PictureViewport) -> None:
    viewport.zoom_to(2.0)
    viewport.pan(QPointF(1e6, 1e6))
    assert viewport.target.left() == 0
    assert viewport.target.top() == 0
    viewport.pan(QPointF(-1e6, -1e6))
    assert viewport.target.right() == pytest.approx(420)
    assert viewport.target.bottom() == pytest.approx(320)


def test_that_a_fitted_picture_stays_fitted_when_the_view_grows(viewport: PictureViewport) -> None:
    viewport.set_view_size(820, 620)
    assert viewport.target.width() == pytest.approx(800)


def test_that_the_middle_stays_when_a_zoomed_view_grows(viewport: PictureViewport) -> None:
    viewport.zoom_to(1.0)
    middle = viewport.to_picture(QPointF(210, 160))
    viewport.set_view_size(820, 620)
    assert near(viewport.to_picture(QPointF(410, 310)), middle)


def test_that_a_picture_of_the_same_size_keeps_the_zoom(viewport: PictureViewport) -> None:
    viewport.zoom_to(3.0)
    viewport.set_picture_size(4000, 1000)
    assert viewport.scale == 3.0
    viewport.set_picture_size(4000, 1001)
    assert viewport.is_fitted


def test_that_the_visible_part_never_leaves_the_picture(viewport: PictureViewport) -> None:
    assert viewport.visible().getRect() == pytest.approx((0, 0, 4000, 1000))
    viewport.zoom_to(1.0)
    visible = viewport.visible()
    assert (visible.width(), visible.height()) == pytest.approx((420, 320))
