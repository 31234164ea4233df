"""What a decoder answers is believed only where it can be true."""

from __future__ import annotations

from typing import Any

import pytest

from ailab.services.decoding.decoder_messages import (
    picture_from,
    refusal_from,
    refusal_message,
)
from ailab.services.decoding.refusal import Reason, Refusal
from ailab.services.inference.json_fields import BadFieldError
from ailab.services.inference.worker_messages import Message

TRUE = {"width": 2, "height": 1, "full_width": 20, "full_height": 10}


def test_that_pixels_come_in_the_order_in_which_they_are_shown() -> None:
    message = Message({"id": 1, "result": TRUE}, {"pixels": bytes((1, 2, 3, 4, 5, 6))})
    picture = picture_from(message, 10, 10)
    assert picture.pixels == bytes((3, 2, 1, 255, 6, 5, 4, 255))
    assert (picture.width, picture.height) == (2, 1)
    assert (picture.full_width, picture.full_height) == (20, 10)


@pytest.mark.parametrize(
    "told",
    [
        {"width": 11},
        {"height": 0},
        {"width": True},
        {"height": 1.0},
        {"full_width": -5},
        {"full_width": 10_000, "full_height": 10_000},
        {"width": 1},
        {"width": 10, "height": 10},
        {"full_height": None},
    ],
)
def test_that_a_picture_that_cannot_be_is_refused(told: dict[str, Any]) -> None:
    message = Message({"id": 1, "result": {**TRUE, **told}}, {"pixels": bytes(6)})
    with pytest.raises(BadFieldError):
        picture_from(message, 10, 10)


@pytest.mark.parametrize("body", [{"result": 7}, {"result": None}, {"result": TRUE}])
def test_that_no_picture_comes_without_pixels(body: dict[str, Any]) -> None:
    with pytest.raises(BadFieldError):
        picture_from(Message(body), 10, 10)


def test_that_no_word_of_the_decoder_reaches_a_person() -> None:
    message = refusal_message(1, Refusal(Reason.DRAWING, "Call this number! " * 1000))
    refusal = refusal_from(message)
    assert "SVG" in refusal.message
    assert "Call" not in str(refusal)
    assert len(refusal.detail) <= 1000


@pytest.mark.parametrize("told", [None, {}, {"reason": "other", "detail": ""}, {"reason": 1}])
def test_that_an_unknown_refusal_is_none(told: object) -> None:
    with pytest.raises(BadFieldError):
        refusal_from(Message({"id": 1, "refused": told}))
