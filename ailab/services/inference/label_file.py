"""A text file that names classes."""

from __future__ import annotations

import codecs
from collections.abc import Sequence
from pathlib import Path

from ailab.services.inference.inference_errors import ModelFileError
from ailab.services.inference.label_name import label_name
from ailab.services.inference.label_text import labels_in
from ailab.services.regular_file import open_regular

_MAX_BYTES = 4 * 1024 * 1024


def read_label_file(path: Path) -> tuple[str, ...]:
    """The names in a file of UTF-8 text, in its order; of one over 4 MiB those in its beginning.

    Raises:
        FileNotFoundError: there is none.
        ModelFileError: it cannot be read, is no such text, or numbers its names strangely.
    """
    return named(_labels(path))


def count_labels(path: Path) -> int:
    """How many names `read_label_file` finds.

    Raises:
        FileNotFoundError, ModelFileError: as there.
    """
    return len(_labels(path))


def named(labels: Sequence[str]) -> tuple[str, ...]:
    """Names as they can be shown; a class without one gets its number."""
    return tuple(label_name(label) or f"class {i}" for i, label in enumerate(labels))


def text_in(path: Path) -> str:
    """The UTF-8 text in a file; of one over 4 MiB its beginning.

    Raises:
        FileNotFoundError: there is none.
        ModelFileError: it cannot be read, or is no such text.
    """
    try:
        with open_regular(path) as file:
            data = file.read(_MAX_BYTES)
            # What ends within a letter was cut there by us.
            decoder = codecs.getincrementaldecoder("utf-8-sig")()
            return decoder.decode(data, final=not file.read(1))
    except FileNotFoundError:
        raise
    except (OSError, ValueError) as error:
        raise ModelFileError(
            f"The file of labels {path.name} cannot be read as UTF-8 text.",
            "Save it as UTF-8, one label per line.",
            detail=str(error),
        ) from error


def _labels(path: Path) -> Sequence[str]:
    text = text_in(path)
    try:
        return labels_in(text)
    except ValueError as error:
        raise ModelFileError(
            f"The file of labels {path.name} does not number its names 0, 1, 2 and so on.",
            "Write one name per line, that of the first class first.",
        ) from error
