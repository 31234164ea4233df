"""A request on its way through the worker."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from ailab.services.images.picture_reference import parse_picture
from ailab.services.inference.engine import Terminated
from ailab.services.inference.json_fields import Fields
from ailab.services.inference.lab_error_json import error_to_json
from ailab.services.inference.model_cache import WorkerFull
from ailab.services.inference.told_failures import told
from ailab.services.lab_error import LabError

if TYPE_CHECKING:
    from ailab.services.inference.picture_steps import PictureSteps

_log = logging.getLogger(__name__)


class WorkerJob:
    """A request, what has become of it, and in the end its answer.

    Once there is an answer, the steps that are left are passed over.

    Args:
        number: the request's id.
        body: the request.

    Attributes:
        number: the request's id.
        body: the request.
        steps: its picture's way.
        answer: the reply's body, without the id; None as long as there is work left.
        parts: the reply's binary parts.
        is_cancelled: nobody wants it any more.
    """

    def __init__(self, number: int, body: Mapping[str, Any]) -> None:
        self.number = number
        self.body = body
        self.steps: PictureSteps | None = None
        self.answer: dict[str, Any] | None = None
        self.parts: dict[str, bytes] = {}
        self.is_cancelled = False

    def do(self, step: Callable[[], None]) -> None:
        """Do a step, unless there is an answer; a failure becomes the answer."""
        if self.answer is not None:
            return
        try:
            self.stop_if_cancelled()
            step()
        except Terminated:
            self.answer = {"cancelled": True}
        except WorkerFull:
            self.answer = {"full": True}
        except BaseException as error:  # a panic of a library in Rust is no `Exception`
            if not isinstance(error, LabError | MemoryError):
                _log.exception("unexpected")
            self.answer = {"error": error_to_json(told(error, _subject(self.body)))}

    def stop_if_cancelled(self) -> None:
        """Stop here where nobody wants it any more.

        Raises:
            Terminated: nobody does.
        """
        if self.is_cancelled:
            raise Terminated


def _subject(body: Mapping[str, Any]) -> str:
    try:
        fields = Fields(dict(body))
        finder = fields.inner("model")
        reader = finder.inner_or_none("reader")
        model = " + ".join(each.text("name") for each in (finder, reader) if each is not None)
        picture = fields.text_or_none("picture")
    except ValueError:
        return "a model"
    return f"{model} on {parse_picture(picture).name}" if picture else model
