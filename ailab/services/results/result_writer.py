"""A picture's result as files, in the worker's process.

Beside each other in the run's folder, named after the picture (`cells.tif` → `cells…`; a second
picture of that name becomes `cells (2)…`, and of a page that was chosen `cells page 0003…`):

- `cells.json`: `format` ("ailab result"), `version` (1), `picture` (its path), `page` (from 1; null
  where none was chosen), `range` (what was stretched, see `ValueRange`; null for the whole),
  `width` and `height` (pixels, upright), `pixel_size_um` (both sides of a pixel, where known;
  `given_pixel_size_um` where a person said it), `threshold`, `prediction`, `problem` (null),
  `notes`, `timings` (seconds; without `save`, which is not over yet when they are written), `files`
  (the names of the picture's files). `prediction.kind` says what else it holds:
  `classification`: `scores`, each `class_id`, `label`, `score`, by descending score;
  `detections`: `items`, each `class_id`, `label`, `score`, `box` (x0, y0, x1, y1 in pixels);
  `segmentation`: `segments`, each `index`, `class_id`, `label`, `score`, `area` (share of the
  picture), and, where it has a pixel, `box` (x0, y0, x1, y1 in pixels of the picture) and
  `segmentation`, COCO's compressed run lengths; and the names of the two pictures that follow as
  `label_map` and `confidence`; where the network labels pixels alone also what `piece_fields`
  adds: how many pieces its regions have at the threshold, and each of them;
  Where `is_matte`, the confidence tells how much of each pixel is foreground, and `cutout` names
  the picture cut out by it.
  `width` and `height` are those at which the network's maps were kept. Neither scores nor pixels
  below the threshold are left out.
  `depth`: `scale` (what the numbers mean: `inverse`, `distance` or `metres`, see `DepthScale`),
  `minimum`, `median`, `maximum`, and the names of the two pictures that follow as `depth`, of
  `width` by `height`, and `depth_16bit`, of the picture's size.
  `keypoints`: `names`, `edges` (pairs of names, by index) and `poses`, each `score`, `label`,
  `box` (or null) and `points` (x, y in pixels, score, index of the name), by descending score.
  `masks`: `width` and `height` of the maps, which are the picture's but for one of more than 50
  megapixels, and `items`, each `label` (of what was named), `score`, `area` (share of the
  picture), `box` (x0, y0, x1, y1 in pixels of the maps) and `segmentation`, COCO's compressed
  run lengths: `size` (height, width) and `counts`; by descending score. Masks may overlap.
  `label_image` names the picture of them.
  `image`: the name of the picture made as `image`, of `width` by `height`; in how many pieces
  it was made as `tiles`.
  `features`: `dimensions`, and the name of the vector's file as `vector`.
  `image`: the name of the picture made as `image`, of `width` by `height`.
  `text`: `text` itself, the `question` that it answers, where one was asked, the name of the
  file that holds it as `text_file`, and, where it says where things are, `places`, each `label`,
  `box` (x0, y0, x1, y1 in pixels) and, where it is more than a box, `outlines` (corners x, y).
- `cells.mask.png`: 8-bit palette picture of the picture's size; a pixel's value is its segment's
  index, 0 for nothing. The palette holds the colours in which the lab shows them.
- `cells.masks.png`: 16-bit grey of the masks' size: a pixel's value is the number of its mask, from
  1, in the order of `items`; of several the smallest one's; 0 for none.
- `cells.confidence.png`: 8-bit grey of the same size; how sure the model is of the pixel.
- `cells.depth.tif`: 32-bit floating point, uncompressed: the depths as the network gave them, at
  its own resolution. It covers the whole picture.
- `cells.depth.png`: 16-bit grey of the picture's size: `minimum` is 0 and `maximum` 65535.
- `cells.features.npy`: the vector, in NumPy's own format: little-endian float32, one axis.
- `cells.output.png`: 8-bit red, green and blue: what the model made of the picture.
- `cells.cutout.png`: of a matte: the picture, with how much of each pixel is foreground as alpha.
- `cells.txt`: UTF-8: what the model wrote about the picture.
- `cells.annotated.jpg`: the picture with the result drawn on it, at the threshold; not of a vector.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, TypeAlias

from PIL import Image

from ailab.services.images.picture_reference import parse_picture
from ailab.services.inference.depth_json import DEPTH
from ailab.services.inference.features import Features
from ailab.services.inference.features_json import VECTOR
from ailab.services.inference.generated_text import GeneratedText
from ailab.services.inference.masks import Masks
from ailab.services.inference.output_image_json import IMAGE
from ailab.services.inference.picture_result import OUTPUT_ENDING, PictureResult
from ailab.services.inference.picture_result_json import SAVE, result_to_json
from ailab.services.inference.pieces_from import PIECES_FROM
from ailab.services.inference.pixel_map import PixelMap
from ailab.services.inference.predictions import DepthMap, OutputImage, Segmentation
from ailab.services.inference.segmentation_json import CONFIDENCE, LABEL_MAP
from ailab.services.results.annotated_picture import annotated_picture
from ailab.services.results.atomic_file import whole_file, write_error
from ailab.services.results.cutout import cutout
from ailab.services.results.depth_picture import depth_samples
from ailab.services.results.feature_files import FEATURES_ENDING, vector_file
from ailab.services.results.float_tiff import write_float_tiff
from ailab.services.results.label_colors import segment_colors
from ailab.services.results.map_rows import map_pixels
from ailab.services.results.mask_labels import mask_labels
from ailab.services.results.piece_fields import add_pieces
from ailab.services.results.region_runs import region_runs
from ailab.services.results.result_error import ResultError
from ailab.services.results.result_files import free_name
from ailab.services.results.result_json import RESULT_FORMAT, to_text
from ailab.services.results.saved_masks import saved_masks

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

DEPTH_16BIT = "depth_16bit"
TEXT_FILE = "text_file"
CUTOUT = "cutout"
LABEL_IMAGE = "label_image"
_LONGEST_JPEG = 65_000

_Write: TypeAlias = Callable[[IO[bytes]], object]
"""Writes a file's bytes as they are made: a picture's would be many to hold."""


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
        body, _ = result_to_json(result)
        del body["timings"][SAVE]
        written: list[Path] = []

        def put(ending: str, write: _Write) -> str:
            path = folder / f"{name}{ending}"
            with whole_file(path) as file:
                write(file)
            written.append(path)
            return path.name

        try:
            if isinstance(result.prediction, Masks):
                body["prediction"] = saved_masks(result.prediction)
            elif isinstance(result.prediction, Segmentation):
                size = result.width, result.height
                _add_regions(body["prediction"]["segments"], result.prediction, size)
                add_pieces(body["prediction"], result.prediction, size, threshold, pieces_from)
            body["prediction"] |= {
                role: put(ending, write)
                for role, ending, write in _map_files(result, pixels, threshold)
            }
            if not isinstance(result.prediction, Features):  # nothing of a vector can be drawn
                put(*_encoded(annotated_picture(pixels, result.prediction, threshold)))
            body["files"] = [f"{name}.json", *(path.name for path in written)]
            body["threshold"] = threshold
            put(".json", lambda file: file.write(to_text(RESULT_FORMAT, body)))
        except ResultError:
            for path in written:
                with contextlib.suppress(OSError):
                    path.unlink()
            raise
        return (written[-1], *written[:-1])


def _add_regions(segments: list[dict[str, Any]], maps: Segmentation, size: tuple[int, int]) -> None:
    """Say of each segment where it lies, as COCO has it, so that nobody need decode its picture."""
    width, height = size
    found = region_runs(maps.label_map, size)
    for segment in segments:
        if (region := found.get(segment["index"])) is not None:
            segment["box"] = list(region.box)
            segment["segmentation"] = {"size": [height, width], "counts": region.counts}


def _map_files(
    result: PictureResult, pixels: npt.NDArray[np.uint8], threshold: float
) -> tuple[tuple[str, str, _Write], ...]:
    """The files of a prediction's maps, pictures, words: name in its JSON, ending, bytes."""
    size = (result.width, result.height)
    match result.prediction:
        case Segmentation() as maps:
            both: tuple[tuple[str, str, _Write], ...] = (
                (LABEL_MAP, ".mask.png", lambda file: _write_png(_labels(maps, size), file)),
                (
                    CONFIDENCE,
                    ".confidence.png",
                    lambda file: _write_png(_map(maps.confidence, size), file),
                ),
            )
            if not maps.is_matte:
                return both
            return (
                *both,
                (CUTOUT, ".cutout.png", lambda file: _write_png(cutout(pixels, maps), file)),
            )
        case DepthMap() as depths:
            return (
                (DEPTH, ".depth.tif", lambda file: write_float_tiff(depths.depth, file)),
                (
                    DEPTH_16BIT,
                    ".depth.png",
                    lambda file: _write_png(Image.fromarray(depth_samples(depths, size)), file),
                ),
            )
        case Masks() as masks:
            return (
                (
                    LABEL_IMAGE,
                    ".masks.png",
                    lambda file: _write_png(Image.fromarray(mask_labels(masks)), file),
                ),
            )
        case Features() as features:
            return ((VECTOR, FEATURES_ENDING, lambda file: file.write(vector_file(features))),)
        case OutputImage(png=png):
            return ((IMAGE, OUTPUT_ENDING, lambda file: file.write(png)),)
        case GeneratedText() as written:
            data = f"{written.above(threshold).text}\n".encode("utf-8", "replace")
            return ((TEXT_FILE, ".txt", lambda file: file.write(data)),)
        case _:
            return ()


def _labels(maps: Segmentation, size: tuple[int, int]) -> Image.Image:
    image = _map(maps.label_map, size)
    palette = bytearray(256 * 3)
    for index, color in segment_colors(maps.segments).items():
        palette[index * 3 : index * 3 + 3] = bytes(color)
    image.putpalette(bytes(palette))
    return image


def _map(values: PixelMap, size: tuple[int, int]) -> Image.Image:
    # Nearest: a label between two others means nothing, and scaling back loses nothing.
    return Image.frombuffer("L", size, map_pixels(values, size))


def _write_png(image: Image.Image, file: IO[bytes]) -> None:
    # A low level: several times faster, and little larger for maps.
    image.save(file, "PNG", compress_level=2)


def _encoded(image: Image.Image) -> tuple[str, _Write]:
    """Ending and bytes of an annotated copy: JPEG, or PNG for one too long for that."""
    if max(image.size) > _LONGEST_JPEG:
        return ".annotated.png", lambda file: _write_png(image, file)
    return ".annotated.jpg", lambda file: image.save(file, "JPEG", quality=92, subsampling=0)
