"""A picture's result as files, in the worker's process.

Beside each other in the run's folder, named after the picture (`cells.tif` → `cells…`; a second
picture of that name becomes `cells (2)…`, and of a page that was chosen `cells page 0003…`):

- `cells.json`: `format` ("ailab result"), `version` (1), `picture` (its path), `page` (from 1; null
  where none was chosen), `range` (what was stretched, see `ValueRange`; null for the whole),
  `width` and `height` (pixels, upright), `pixel_size_um` (both sides of a pixel, where known;
  `given_pixel_size_um` where a person said it), `taken` (when, where EXIF tells), `threshold`,
  `prediction`, `problem` (null), `notes`, `timings` (seconds; without `save`, which is not over
  yet when they are written), `files` (the names of the picture's files). `prediction.kind` says
  what else it holds:
  `classification`: `scores`, each `class_id`, `label`, `score`, by descending score;
  `detections`: `items`, each `class_id`, `label`, `score`, `box` (x0, y0, x1, y1 in pixels);
  `keypoints`: `names`, `edges` (pairs of names, by index) and `poses`, each `score`, `label`,
  `box` (or null) and `points` (x, y in pixels, score, index of the name), by descending score;
  of the other kinds the files in `forms/` tell it.
- the files of the prediction's maps, as `forms/` tells, too.
- `cells.annotated.jpg`: the picture with the result drawn on it, at the threshold; not of a vector.
"""

from __future__ import annotations

import contextlib
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from PIL import Image

from ailab.services.images.picture_reference import parse_picture
from ailab.services.inference.picture_result import PictureResult
from ailab.services.inference.picture_result_json import SAVE, result_to_json
from ailab.services.inference.pieces_from import PIECES_FROM
from ailab.services.results.annotated_picture import annotated_picture
from ailab.services.results.atomic_file import whole_file, write_error
from ailab.services.results.forms.map_file import Write, png_of
from ailab.services.results.forms.run_picture import RunPicture
from ailab.services.results.forms.table import saved_form
from ailab.services.results.result_error import ResultError
from ailab.services.results.result_files import free_name
from ailab.services.results.result_json import RESULT_FORMAT, to_text

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

_LONGEST_JPEG = 65_000


class ResultWriter:
    """Writes a picture's files."""

    def write(
        self,
        folder: Path,
        result: PictureResult,
        pixels: npt.NDArray[np.uint8],
        *,
        threshold: float,
        pieces_from: int = PIECES_FROM,
        name: str | None = None,
    ) -> tuple[Path, ...]:
        """Write the files of one result and return their paths, the JSON file first.

        The JSON file is written last: where it is, the others are whole.

        Args:
            folder: the run's folder.
            result: with a prediction; its `files` are not looked at.
            pixels: the picture, uint8, shape (height, width, 3), R, G, B.
            threshold: confidence at which the annotated copy is drawn, 0 to 1.
            pieces_from: pixels from which a piece of a region is counted.
            name: what the files' names begin with, which none in the folder does; None for the
                picture's own name, with a number where it is taken.

        Raises:
            ResultError: the folder is gone, full or read-only; no file of this result is left.
        """
        if result.prediction is None:
            raise ValueError("a result without a prediction has no files")
        try:
            name = name or free_name(folder, result.picture)
        except OSError as error:
            raise write_error(folder / parse_picture(result.picture).stem, error) from error
        form = saved_form(result.prediction.kind)
        picture = RunPicture(pixels, (result.width, result.height), threshold, pieces_from)
        written: list[Path] = []

        def put(ending: str, write: Write) -> str:
            path = folder / f"{name}{ending}"
            with whole_file(path) as file:
                write(file)
            written.append(path)
            return path.name

        try:
            body, _ = result_to_json(replace(result, prediction=None))
            del body["timings"][SAVE]
            body["prediction"] = form.to_json(result.prediction, picture) | {
                each.role: put(each.ending, each.write)
                for each in form.files(result.prediction, picture)
            }
            if form.is_drawn:
                drawn = annotated_picture(pixels, result.prediction, threshold, pieces_from)
                put(*_encoded(drawn))
            body["files"] = [f"{name}.json", *(path.name for path in written)]
            body["threshold"] = threshold
            put(".json", lambda file: file.write(to_text(RESULT_FORMAT, body)))
        except ResultError:
            for path in written:
                with contextlib.suppress(OSError):
                    path.unlink()
            raise
        return (written[-1], *written[:-1])


def _encoded(image: Image.Image) -> tuple[str, Write]:
    """Ending and bytes of an annotated copy: JPEG, or PNG for one too long for that."""
    if max(image.size) > _LONGEST_JPEG:
        return ".annotated.png", png_of(lambda: image)
    return ".annotated.jpg", lambda file: image.save(file, "JPEG", quality=92, subsampling=0)
