"""The characters that a network which reads a line of text tells apart.

A stranger wrote their list: it is bounded, and nothing is kept of it that would break what shows
and saves the text.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from ailab.services.architecture.local_outline import read_local_outline
from ailab.services.inference.inference_errors import ModelFileError
from ailab.services.inference.label_file import text_in
from ailab.services.inference.model_layout import is_sheet
from ailab.services.inference.onnx_file import no_onnx_file

MOST_CHARACTERS = 65_536
"""PP-OCR's largest list has 18,713."""

_LONGEST = 16
"""Code points of one entry, of which most have one; a flag or a family has several."""

CHARACTERS_KEY = "character"
"""Where the metadata of an `.onnx` file name them, one a line."""

_LIST = "character_list"
_JOINERS = "\u200c\u200d"
_AGAIN = "Download the model again, or choose another one."


def read_character_list(processor: Mapping[str, Any]) -> tuple[str, ...]:
    """The characters that `preprocessor_config.json` lists, by the numbers of the network's answer.

    The first stands for none.

    Args:
        processor: the object in that file, or in `processor_config.json`.

    Raises:
        ModelFileError: there is no such list, or it holds something else.
    """
    nested = processor.get("image_processor")
    found = (nested if isinstance(nested, dict) else processor).get(_LIST)
    if found is None or found == []:
        raise ModelFileError(
            "The model's files do not say which characters its network tells apart: "
            f"preprocessor_config.json has no {_LIST}.",
            _AGAIN,
        )
    if not isinstance(found, list) or not all(isinstance(each, str) for each in found):
        raise ModelFileError(
            f"In the model's file preprocessor_config.json, {_LIST} is no list of texts.", _AGAIN
        )
    return checked_characters(found, f"{_LIST} in preprocessor_config.json")


def read_character_file(path: Path) -> tuple[str, ...]:
    """The characters in a UTF-8 text file, one a line, as PaddleOCR has them.

    Raises:
        FileNotFoundError: there is none.
        ModelFileError: it cannot be read, is no such text, or holds something else.
    """
    return checked_characters(_lines(text_in(path)), f"file {path.name}")


def characters_in_metadata(weights: Path) -> tuple[str, ...]:
    """The characters that an `.onnx` file itself names, as RapidOCR has them.

    Args:
        weights: the file; or a sheet of a model on a server, which has no such file here.

    Raises:
        ModelFileError: it names none, or cannot be read.
    """
    metadata: dict[str, str] = {}
    if not is_sheet(weights.name):
        try:
            metadata = dict(read_local_outline(weights).metadata)
        except (OSError, ValueError) as error:
            raise no_onnx_file(weights, str(error)) from error
    if CHARACTERS_KEY not in metadata:
        raise ModelFileError(
            "Nothing says which characters the network tells apart.",
            "Give them as the sheet's labels: a text file beside it, with a character a line.",
        )
    return checked_characters(_lines(metadata[CHARACTERS_KEY]), "metadata")


def checked_characters(found: Sequence[str], source: str) -> tuple[str, ...]:
    """Characters as they can be shown and saved; what cannot be printed becomes nothing.

    Args:
        found: one text for each; most are of one character.
        source: where they come from, as it is told.

    Raises:
        ModelFileError: none, too many, or one that is far too long.
    """
    if not 0 < len(found) <= MOST_CHARACTERS:
        raise ModelFileError(
            f"The characters in the model's {source} cannot be right: there are {len(found):,}.",
            f"At most {MOST_CHARACTERS:,} are read. {_AGAIN}",
        )
    longest = max(map(len, found))
    if longest > _LONGEST:
        raise ModelFileError(
            f"The characters in the model's {source} cannot be right: one of them is a text of "
            f"{longest:,} characters.",
            _AGAIN,
        )
    return tuple("".join(filter(_is_shown, each)) for each in found)


def _lines(text: str) -> list[str]:
    """The lines, each as it stands: a space is a character too."""
    lines = [line.removesuffix("\r") for line in text.split("\n")]
    return lines if lines[-1] else lines[:-1]


def _is_shown(character: str) -> bool:
    """True also for spaces of other widths, which count as not printable."""
    is_space = unicodedata.category(character) == "Zs"
    return is_space or character.isprintable() or character in _JOINERS
