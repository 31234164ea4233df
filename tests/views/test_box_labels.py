"""Labels of boxes over a picture."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from PyQt6.QtCore import QRectF
from PyQt6.QtGui import QColor, QImage, QPainter

from ailab.services.results.boxed_things import BoxedThing
from ailab.views.box_layer import BoxLayer
from ailab.views.picture_viewport import PictureViewport

VIEW = QRectF(0, 0, 640, 480)
SURE, OTHER = (200, 30, 30), (30, 30, 200)

pytestmark = pytest.mark.usefixtures("qapp")


def thing(x: float, y: float, side: float, color: tuple[int, int, int] = OTHER) -> BoxedThing:
    return BoxedThing("washer", 0.9, (x, y, x + side, y + side), (), (x, y), color)


def labelled(things: Sequence[BoxedThing], color: tuple[int, int, int], **marks: int) -> bool:
    """True where something of a colour is drawn that no line of a box is: a label."""
    image = QImage(640, 480, QImage.Format.Format_RGB32)
    image.fill(0)
    viewport = PictureViewport()
    viewport.set_picture_size(640, 480)
    viewport.set_view_size(640, 480)
    layer = BoxLayer()
    layer.show(list(enumerate(things)))
    layer.hover(marks.get("hover"))
    layer.mark(marks.get("mark"))
    painter = QPainter(image)
    layer.draw(painter, viewport, VIEW, 1.0)
    painter.end()
    wanted = QColor(*color).rgb()
    inked = sum(
        image.pixel(x, y) == wanted
        and image.pixel(x, y + 5) == wanted
        and image.pixel(x, y + 6) == wanted
        for x in range(0, 640, 2)
        for y in range(0, 470, 2)
    )
    return inked > 40


def test_that_the_surest_small_object_among_many_is_labelled() -> None:
    others = [thing(20 + number % 8 * 75, 150 + number // 8 * 60, 20) for number in range(40)]
    assert labelled([thing(300, 60, 20, SURE), *others], SURE)


@pytest.mark.parametrize("mark", ["hover", "mark"])
def test_that_a_label_left_out_for_lack_of_room_shows_under_the_mouse_and_when_chosen(
    mark: str,
) -> None:
    crowd = [thing(number % 30 * 20, number // 30 * 20, 14) for number in range(500)]
    things = [thing(300, 60, 14, SURE), *crowd]
    assert not labelled(things, SURE)
    assert labelled(things, SURE, **{mark: 0})
