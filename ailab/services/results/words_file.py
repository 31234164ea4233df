"""What was written of all pictures of a run, one below the other: a volume's pages in one file."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from ailab.services.images.picture_reference import parse_picture
from ailab.services.inference.generated_text import GeneratedText
from ailab.services.inference.json_fields import BadFieldError
from ailab.services.inference.text_json import text_from_json
from ailab.services.results.atomic_file import write_whole
from ailab.services.results.result_error import ResultError
from ailab.services.results.run_record import RunRecord
from ailab.services.results.saved_predictions import saved_prediction

WORDS_FILE = "words.txt"


def write_words(folder: Path, record: RunRecord) -> None:
    """Write the words of a run of several pictures; nothing where a model wrote none.

    UTF-8; a line `== /path/of/picture.tif, page 2 ==` before those of each, as far as they reach
    the threshold where they are lines of a page; of a picture that failed, why.

    Raises:
        ResultError: the folder is gone, full or read-only.
    """
    # Of a run that an older version began it may be that of a picture called `words.png`.
    if len(record.results) < 2 or f"{Path(WORDS_FILE).stem}.json" in record.results:
        return
    parts = list(_parts(folder, record))
    if any(words is not None for _, words in parts):
        text = "\n".join(f"== {head} ==\n\n{words or ''}\n" for head, words in parts)
        write_whole(folder / WORDS_FILE, text.encode("utf-8", "backslashreplace"))


def _parts(folder: Path, record: RunRecord) -> Iterator[tuple[str, str | None]]:
    """Each picture, and what was written of it; None where it is another kind of result."""
    reasons = dict(record.failures)
    for picture, name in zip(record.pictures, record.results, strict=False):
        head = parse_picture(picture).words
        if not name:
            yield f"{head}: {reasons.get(picture, 'It failed.')}", None
            continue
        try:
            saved = saved_prediction(folder, name)
            found = text_from_json(saved.fields) if saved.kind == GeneratedText.kind else None
        except (ResultError, BadFieldError):
            yield f"{head}: Its result {name} was damaged or removed.", None
            continue
        yield head, None if found is None else found.above(record.threshold).text
