"""`image-to-text` of a page: lines are found by one network, and each is read by another.

Source: PaddleOCR's `TextSystem` (tools/infer/predict_system.py), which RapidOCR follows: lines are
cut out by their four corners, tall ones turned, sorted from above, and read one by one.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from ailab.services.images.picture_error import PictureError
from ailab.services.inference.generated_text import GeneratedText, page_text
from ailab.services.inference.inference_errors import ModelFileError
from ailab.services.inference.line_crop import line_crop
from ailab.services.inference.line_order import reading_order
from ailab.services.inference.line_reading import blamed
from ailab.services.inference.places.place import place_within
from ailab.services.inference.predictions import Detection, Detections
from ailab.services.inference.prompt import NO_PROMPT, Prompt

if TYPE_CHECKING:
    import numpy.typing as npt

    from ailab.services.inference.pipeline import Pipeline, Tell
    from ailab.services.inference.places.place import Place

    Pixels = npt.NDArray[np.uint8]
    Corners = npt.NDArray[np.float32]


_DOUBTFUL = 0.9
"""PP-OCR's readers are surer of most lines that stand upright, and of few that do not."""


@dataclass(frozen=True, slots=True)
class PagePart:
    """One of the two models.

    Attributes:
        name: what it is called where it fails.
        pipeline: runs it.
    """

    name: str
    pipeline: Pipeline


class PageLinesPipeline:
    """Finds the lines and reads them; both networks work in the second step.

    Args:
        finder: finds lines.
        reader: reads one.
        least: how sure the first one has to be of a line that is read, 0 to 1.
    """

    def __init__(self, finder: PagePart, reader: PagePart, least: float) -> None:
        self._finder = finder
        self._reader = reader
        self._least = least

    def prepare(self, pixels: Pixels, _prompt: Prompt) -> tuple[Pixels, Any]:
        """See `Pipeline.prepare`."""
        with blamed(self._finder.name):
            return pixels, self._finder.pipeline.prepare(pixels, NO_PROMPT)

    def run(self, prepared: tuple[Pixels, Any]) -> tuple[Place, ...]:
        """See `Pipeline.run`."""
        return self.run_telling(prepared, lambda _done, _total: None)

    def run_telling(self, prepared: tuple[Pixels, Any], tell: Tell) -> tuple[Place, ...]:
        """See `SteadyPipeline.run_telling`: how many lines of how many are read."""
        pixels, ready = prepared
        corners = self._find(ready)
        places = []
        for done, number in enumerate(reading_order(corners)):
            tell(done, len(corners))
            if (place := self._read(pixels, corners[number])) is not None:
                places.append(place)
        return tuple(places)

    def finish(self, answer: tuple[Place, ...]) -> GeneratedText:
        """See `Pipeline.finish`."""
        return GeneratedText(page_text(answer), places=answer)

    def _find(self, ready: Any) -> Corners:
        """The corners of each line that is sure enough, shape (n, 4, 2)."""
        finder = self._finder.pipeline
        with blamed(self._finder.name):
            found = finder.finish(finder.run(ready))
            if not isinstance(found, Detections):
                raise ModelFileError("It does not find lines of text.", "Choose another model.")
        lines = found.above(self._least).items
        return np.array([_corners(line) for line in lines], np.float32).reshape(-1, 4, 2)

    def _read(self, pixels: Pixels, corners: Corners) -> Place | None:
        """A line with its words; None where there are none.

        One that was read with doubts is read upside down too, and the surer words count, where
        PaddleOCR asks a network which way up a line is.
        """
        line = line_crop(pixels, corners)
        with blamed(self._reader.name), suppress(PictureError):  # too small a line for any words
            found = self._words(line)
            if _sureness(found) < _DOUBTFUL:
                turned = self._words(np.ascontiguousarray(np.rot90(line, 2)))
                found = max(found, turned, key=_sureness)
            words = " ".join(found.text.split())
            outline = tuple((float(x), float(y)) for x, y in corners)
            return replace(place_within(words, [outline]), score=found.score) if words else None
        return None

    def _words(self, line: Pixels) -> GeneratedText:
        reader = self._reader.pipeline
        found = reader.finish(reader.run(reader.prepare(line, NO_PROMPT)))
        if not isinstance(found, GeneratedText):
            raise ModelFileError("It does not read.", "Choose another model.")
        return found


def _corners(line: Detection) -> tuple[tuple[float, float], ...]:
    left, top, right, bottom = line.box
    return line.outline or ((left, top), (right, top), (right, bottom), (left, bottom))


def _sureness(found: GeneratedText) -> float:
    """How surely a line was read, 0 to 1; 1 where words come without a score."""
    if found.score is None:
        return 1.0 if found.text.strip() else 0.0
    return found.score
