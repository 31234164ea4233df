"""Failures that travel from the worker to the window."""

from __future__ import annotations

import pytest

from ailab.services.images.picture_error import (
    MissingPictureError,
    NoPictureError,
    PictureError,
)
from ailab.services.inference.inference_errors import ModelFileError
from ailab.services.inference.json_fields import Fields
from ailab.services.inference.lab_error_json import error_from_json, error_to_json


@pytest.mark.parametrize("kind", [PictureError, MissingPictureError, NoPictureError])
def test_that_what_is_wrong_with_a_picture_arrives_as_what_it_is(kind: type[PictureError]) -> None:
    """Whoever looks for one kind in the window would not find it else."""
    arrived = error_from_json(Fields(error_to_json(kind("It is gone.", "Choose another."))))
    assert type(arrived) is kind
    assert (arrived.message, arrived.advice) == ("It is gone.", "Choose another.")


def test_that_a_failure_writes_nothing_to_a_terminal_but_text() -> None:
    error = ModelFileError(
        f"No \x1b]0;x\x07{'é' * 9000}.", "Take\nanother\u202e.", detail="\x1b[2J\n at 3"
    )
    found = error_from_json(Fields(error_to_json(error)))
    assert found.message.startswith("No �]0;x�éé")
    assert found.message.endswith("é…")
    assert len(found.message) < 5000
    assert (found.advice, found.detail) == ("Take\nanother�.", "�[2J\n at 3")
