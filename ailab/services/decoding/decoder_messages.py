"""What the decoder and the window say to each other.

The window asks `{"id", "do": "ready"}`, which any `result` answers, and `{"id", "do": "decode",
"widest", "highest"}` with the part `file`. The decoder answers with a `result` of `{"width",
"height", "full_width", "full_height"}` and the part `pixels`: R, G, B of each, which nothing has
to decode any more; or with `refused`: `{"reason", "detail"}`.

Whoever fed the decoder a picture may have taken it over, so that the window believes no number
unchecked, and writes all words that a person reads by itself.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ailab.services.decoding.refusal import MOST_PIXELS, Reason, Refusal
from ailab.services.images.picture import Picture
from ailab.services.images.picture_error import PictureError
from ailab.services.inference.json_fields import BadFieldError, Fields
from ailab.services.inference.worker_messages import Message

if TYPE_CHECKING:  # Pillow's decoders are imported by the decoder alone
    from ailab.services.decoding.decoded_picture import DecodedPicture

FILE, _PIXELS = "file", "pixels"
KEEP_OFF = "Open the model's page to see it."
_WORDS = {
    Reason.DRAWING: "It is a drawing (SVG), which ailab does not show.",
    Reason.DAMAGED: "It is damaged, or of a kind that ailab does not show.",
    Reason.TOO_LARGE: f"It is too large: more than {MOST_PIXELS // 10**6} megapixels.",
}
_LONGEST_DETAIL = 1000


def request(content: bytes, widest: int, highest: int) -> tuple[dict[str, Any], dict[str, bytes]]:
    """The body and the parts of a request for a picture."""
    return {"do": "decode", "widest": widest, "highest": highest}, {FILE: content}


def picture_message(number: object, picture: DecodedPicture) -> Message:
    """The answer that is a picture."""
    result = {
        "width": picture.width,
        "height": picture.height,
        "full_width": picture.full_width,
        "full_height": picture.full_height,
    }
    return Message({"id": number, "result": result}, {_PIXELS: picture.pixels})


def refusal_message(number: object, refusal: Refusal) -> Message:
    """The answer that there is none."""
    told = {"reason": refusal.reason.value, "detail": refusal.detail[:_LONGEST_DETAIL]}
    return Message({"id": number, "refused": told})


def picture_from(message: Message, widest: int, highest: int) -> Picture:
    """The picture of an answer with a `result`.

    Raises:
        BadFieldError: it is none, or not as small as was asked for.
    """
    fields = Fields(message.body["result"])
    width, height = fields.integer("width", 1, widest), fields.integer("height", 1, highest)
    full_width = fields.integer("full_width", 1, MOST_PIXELS)
    full_height = fields.integer("full_height", 1, MOST_PIXELS // full_width)
    rgb = message.parts.get(_PIXELS, b"")
    if len(rgb) != 3 * width * height:
        raise BadFieldError(f"{len(rgb)} bytes are not {width} × {height} pixels")
    pixels = bytearray(b"\xff") * (4 * width * height)
    for place in range(3):
        pixels[place::4] = rgb[2 - place :: 3]
    return Picture(width, height, bytes(pixels), full_width, full_height)


def refusal_from(message: Message) -> PictureError:
    """Why there is no picture, in a person's words.

    Raises:
        BadFieldError: it is no refusal.
    """
    fields = Fields(message.body.get("refused"))
    try:
        reason = Reason(fields.text("reason"))
    except ValueError as error:
        raise BadFieldError("an unknown reason") from error
    return PictureError(_WORDS[reason], KEEP_OFF, detail=fields.text("detail")[:_LONGEST_DETAIL])
