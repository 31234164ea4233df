"""How far the network is with a picture that takes it long."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from ailab.services.inference.json_fields import BadFieldError

_MOST = 10**9


@dataclass(frozen=True, slots=True)
class PictureProgress:
    """Told now and then while an answer is written, masks of everything or pieces are gone through.

    Attributes:
        picture: path of the picture.
        done: points of the grid whose masks were made; tokens that were written; pieces of a
            large picture that went through the network.
        total: points of the grid; tokens that are written at most; pieces.
    """

    picture: str
    done: int
    total: int

    @property
    def share(self) -> float:
        """How much is done, 0 to 1."""
        return self.done / self.total


def counts_from_json(value: Any) -> tuple[int, int]:
    """The two numbers in what the worker tells, `[done, total]`; it is not trusted.

    Raises:
        BadFieldError: they are none, or cannot be right.
    """
    match value:
        case [int(done), int(total)] if 0 <= done <= total <= _MOST and total > 0:
            return done, total
    raise BadFieldError(f"progress {value!r:.100}")
