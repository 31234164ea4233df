"""Where labels of boxes stand."""

from __future__ import annotations

from ailab.services.inference.places.place import Box
from ailab.services.results.label_places import MOST_LABELS, place_labels


def above(box: Box, width: float = 60, height: float = 12) -> Box:
    return (box[0], box[1] - height, box[0] + width, box[1])


def grid(count: int, step: float, side: float) -> list[Box]:
    corners = [(number % 40 * step, 20 + number // 40 * step) for number in range(count)]
    return [(x, y, x + side, y + side) for x, y in corners]


def test_that_the_surest_of_two_that_have_room_for_one_label_gets_it() -> None:
    boxes: list[Box] = [(0, 50, 40, 90), (10, 52, 45, 92)]
    assert place_labels(boxes, lambda index: [above(boxes[index])]) == [(0, above(boxes[0]))]


def test_that_a_label_goes_to_its_next_place_before_it_is_left_out() -> None:
    boxes: list[Box] = [(0, 50, 40, 90), (10, 52, 45, 92)]
    below: Box = (10, 92, 70, 104)
    placed = place_labels(boxes, lambda index: [above(boxes[index]), below])
    assert placed == [(0, above(boxes[0])), (1, below)]


def test_that_among_many_small_objects_the_surest_is_labelled_where_it_hides_no_other() -> None:
    boxes = grid(31, step=100, side=30)
    placed = place_labels(boxes, lambda index: [above(boxes[index], width=60)])
    assert [index for index, _ in placed] == list(range(31))


def test_that_among_many_a_label_that_would_hide_another_object_is_left_out() -> None:
    boxes = [*grid(40, step=100, side=30), *grid(1, step=1, side=8)]
    boxes[40] = (2, 10, 10, 18)  # where the first one's label would stand
    placed = place_labels(boxes, lambda index: [above(boxes[index], width=60)])
    assert 0 not in dict(placed)
    assert 1 in dict(placed)


def test_that_among_few_every_object_is_named_though_a_label_hides_a_part_of_another() -> None:
    boxes: list[Box] = [(0, 50, 40, 90), (2, 40, 10, 48)]
    assert 0 in dict(place_labels(boxes, lambda index: [above(boxes[index], height=12)]))


def test_that_no_more_labels_are_drawn_than_one_can_find() -> None:
    boxes = grid(200, step=200, side=100)
    placed = place_labels(boxes, lambda index: [above(boxes[index])])
    assert len(placed) == MOST_LABELS


def test_that_in_a_crowd_only_labels_as_narrow_as_their_boxes_are_drawn() -> None:
    boxes = grid(500, step=16, side=14)
    assert place_labels(boxes, lambda index: [above(boxes[index], width=60)]) == []
    assert place_labels(boxes, lambda index: [above(boxes[index], width=15, height=1)])


def test_that_what_has_no_words_gets_no_label() -> None:
    assert place_labels([(0, 0, 9, 9)], lambda _: []) == []


def test_that_no_label_hides_the_words_that_a_box_is_around() -> None:
    lines: list[Box] = [(10, 50 * row, 300, 50 * row + 20) for row in range(1, 4)]
    placed = place_labels(lines, lambda index: [above(lines[index], 250, 20)], hold_words=True)
    assert [index for index, _ in placed] == [0, 1, 2]  # there is room between them
    lines = [(10, 22 * row, 300, 22 * row + 20) for row in range(1, 4)]

    def outside(index: int) -> list[Box]:
        x0, y0, x1, y1 = lines[index]
        return [above(lines[index], 250, 20), (x0, y1 + 1, x1, y1 + 21), (x0, y0, x1, y1)]

    placed = place_labels(lines, outside, hold_words=True)
    assert [index for index, _ in placed] == [0, 2]  # above the first, below the last
    assert len(place_labels(lines, outside)) == 3
