"""Whether what is shown lies in the picture."""

from __future__ import annotations

from collections.abc import Sequence

from ailab.services.images.picture_error import PictureError
from ailab.services.inference.prompt import Prompt


def check_bounds(prompt: Prompt, width: int, height: int) -> None:
    """Refuse points and boxes that reach beyond the upright picture.

    Args:
        prompt: what is shown.
        width: of the picture, in pixels.
        height: of it.

    Raises:
        PictureError: names the first that does.
    """
    for what, places in (
        ("point", prompt.inside),
        ("point", prompt.outside),
        ("box", prompt.boxes),
    ):
        for place in places:
            if not _lies_in(place, width, height):
                numbers = ", ".join(f"{number:g}" for number in place)
                lies = "lies outside" if what == "point" else "reaches beyond"
                raise PictureError(
                    f"The {what} {numbers} {lies} the picture, which has "
                    f"{width} × {height} pixels.",
                    "Coordinates are pixels of the upright picture, from its top left corner.",
                )


def _lies_in(place: Sequence[float], width: int, height: int) -> bool:
    across, down = place[0::2], place[1::2]
    return all(0 <= x <= width for x in across) and all(0 <= y <= height for y in down)
