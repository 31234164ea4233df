"""`coco.json`: all boxes, poses, masks and regions of a run in one file, as COCO has annotations.

Source: https://cocodataset.org/#format-data. Beside what stands there each annotation has the
`score` of COCO's format for results, so that the file is one of either kind; only places that a
network wrote down have none. What a line of text says is its `utf8_string`, as in COCO-Text (Veit
et al., 2016). Of pages of one file each is an image of its own, with its `page`, and its
`channel`, `slice` and `frame` where ImageJ or OME tells them.

`coco.threshold.json` leaves out what scores below the run's threshold, for programs in which people
go on with the annotations: these know no scores.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from contextlib import ExitStack, suppress
from itertools import chain
from pathlib import Path, PurePath
from typing import Any, BinaryIO

from ailab.services.images.picture_reference import parse_picture
from ailab.services.inference.generated_text import GeneratedText
from ailab.services.inference.json_fields import BadFieldError, Fields
from ailab.services.inference.json_limits import MOST_CLASS_ID
from ailab.services.inference.keypoints import Keypoints, Pose
from ailab.services.inference.keypoints_json import keypoints_from_json
from ailab.services.inference.masks import Masks
from ailab.services.inference.picture_json import pixel_size_to_json, plane_to_json
from ailab.services.inference.places.place import Outline, Place
from ailab.services.inference.prediction_json import prediction_from_json
from ailab.services.inference.predictions import Detection, Detections, Segmentation
from ailab.services.inference.text_detectors import TEXT_LABEL
from ailab.services.inference.text_json import places_from_json
from ailab.services.results.atomic_file import whole_file
from ailab.services.results.counted_labels import UNNAMED
from ailab.services.results.enlarged_runs import enlarged_counts
from ailab.services.results.run_lengths import pixels_inside
from ailab.services.results.run_record import RunRecord
from ailab.services.results.saved_predictions import (
    Box,
    SavedPrediction,
    has_places,
    saved_predictions,
)

COCO_FILE = "coco.json"
COCO_OF_THRESHOLD = "coco.threshold.json"


def write_coco(folder: Path, record: RunRecord) -> None:
    """Write the boxes, poses, masks, regions or places of a run; nothing where it has none.

    The second file is not written where the threshold is 0. Points of interest are none of these:
    they belong to nothing that has a box.

    Raises:
        ResultError: the folder is gone, full or read-only.
    """
    found = saved_predictions(folder, record)
    first = next(found, None)
    if first is None or not _can_be_told(first, folder, record):
        return
    made = _Coco(record)
    with ExitStack() as files:
        file = _Annotations(files.enter_context(whole_file(folder / COCO_FILE)))
        sure: _Annotations | None = None
        if record.threshold > 0:
            sure = _Annotations(files.enter_context(whole_file(folder / COCO_OF_THRESHOLD)))
        for saved in chain((first,), found):
            with suppress(BadFieldError):  # damaged meanwhile
                for annotation in made.annotations(saved):
                    file.add(annotation)
                    if sure is not None and annotation.get("score", 1.0) >= record.threshold:
                        sure.add(annotation)
        rest = {"images": made.images, "categories": made.categories, "info": made.info}
        for each in filter(None, (file, sure)):
            each.end(rest)


def _can_be_told(saved: SavedPrediction, folder: Path, record: RunRecord) -> bool:
    if saved.kind == Keypoints.kind:
        return bool(saved.fields.list_of("names"))
    if saved.kind == GeneratedText.kind:  # of which the first may name no place, and others some
        return any(map(has_places, saved_predictions(folder, record)))
    return saved.kind in {Detections.kind, Masks.kind, Segmentation.kind}


class _Annotations:
    """Written each as it is read: of a long run they are too many to hold."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self._separator = b"\n"
        file.write(b'{\n"annotations": [')

    def add(self, annotation: dict[str, Any]) -> None:
        self._file.write(self._separator + _bytes(annotation))
        self._separator = b",\n"

    def end(self, rest: dict[str, Any]) -> None:
        parts = (_bytes(name) + b": " + _bytes(value) for name, value in rest.items())
        self._file.write(b"\n],\n" + b",\n".join(parts) + b"\n}\n")


class _Coco:
    """Numbers the pictures, things and labels of a run as they come.

    Args:
        record: of the run.

    Attributes:
        images: the pictures so far.
        info: where the file comes from.
    """

    def __init__(self, record: RunRecord) -> None:
        self._threshold = record.threshold
        self._root = _common_folder(record.pictures)
        self._categories: dict[int, dict[str, Any]] = {}
        self._numbers: dict[str, int] = {}
        self._annotations = 0
        self.images: list[dict[str, Any]] = []
        done, total = len(record.results), len(record.pictures)
        rest = "" if record.finished else f", which was stopped after {done} of {total} pictures"
        self.info = {
            "description": f"Found by {record.model}{rest}",
            "date_created": record.finished or record.started,
            "version": dict(record.versions).get("ailab", ""),
        }

    @property
    def categories(self) -> list[dict[str, Any]]:
        """The labels so far, by their numbers."""
        return [self._categories[number] for number in sorted(self._categories)]

    def annotations(self, saved: SavedPrediction) -> Iterator[dict[str, Any]]:
        """All that was found in a picture, which becomes one of the images.

        Raises:
            BadFieldError: its file is damaged; the picture is none of the images then.
        """
        things = list(self._things(saved))
        reference = parse_picture(saved.picture)
        image = len(self.images) + 1
        self.images.append(
            {
                "id": image,
                "file_name": _file_name(reference.path, self._root),
                **({} if reference.page is None else {"page": reference.page}),
                **plane_to_json(saved.plane),
                **pixel_size_to_json(saved.pixel_size),
                **({"date_captured": saved.taken.replace("T", " ")} if saved.taken else {}),
                "width": saved.width,
                "height": saved.height,
            }
        )
        for thing in things:
            self._annotations += 1
            yield {"id": self._annotations, "image_id": image, "iscrowd": 0, **thing}

    def _things(self, saved: SavedPrediction) -> Iterator[dict[str, Any]]:
        if saved.kind == Detections.kind:
            found = prediction_from_json(saved.fields, {})
            if isinstance(found, Detections):
                yield from map(self._detection, found.items)
        elif saved.kind == Keypoints.kind:
            points = keypoints_from_json(saved.fields)
            for pose in points.poses:
                yield self._pose(pose, points)
        elif saved.kind == Masks.kind:
            yield from self._masks(saved)
        elif saved.kind == GeneratedText.kind:
            yield from map(self._place, places_from_json(saved.fields))
        elif saved.kind == Segmentation.kind:
            yield from self._regions(saved)

    def _detection(self, found: Detection) -> dict[str, Any]:
        self._is_called(found.class_id, found.label)
        thing = _thing(found.class_id, found.score, found.box)
        if not found.outline:
            return thing
        flat = [number for corner in found.outline for number in corner]
        return {**thing, "segmentation": [flat], "area": _area_within(found.outline)}

    def _place(self, found: Place) -> dict[str, Any]:
        if found.score is None:
            thing = _thing(
                self._number_of(found.label or UNNAMED[GeneratedText.kind]), None, found.box
            )
        else:  # a line that was read
            thing = _thing(self._number_of(TEXT_LABEL), found.score, found.box)
            thing["utf8_string"] = found.label
        if not found.outlines:
            return thing
        flat = [[number for corner in shape for number in corner] for shape in found.outlines]
        return {**thing, "segmentation": flat, "area": sum(map(_area_within, found.outlines))}

    def _pose(self, pose: Pose, points: Keypoints) -> dict[str, Any]:
        number = self._number_of(pose.label or UNNAMED[Keypoints.kind])
        edges = [[first + 1, second + 1] for first, second in points.edges]
        self._categories[number] |= {"keypoints": list(points.names), "skeleton": edges}
        placed = [[0.0, 0.0, 0] for _ in points.names]
        for point in pose.points:
            placed[point.name] = [point.x, point.y, 2 if point.score >= self._threshold else 1]
        return {
            **_thing(number, pose.score, pose.box or _around(pose)),
            "keypoints": [value for point in placed for value in point],
            "num_keypoints": len(pose.points),
        }

    def _masks(self, saved: SavedPrediction) -> Iterator[dict[str, Any]]:
        for mask, box in saved.masks():
            runs = _run_lengths(mask, (saved.width, saved.height))
            label = mask.text_or_none("label") or UNNAMED[Masks.kind]
            thing = _thing(self._number_of(label), mask.share("score"), box)
            area = pixels_inside(runs["counts"], saved.width * saved.height)
            yield {**thing, "area": area, "segmentation": runs}

    def _regions(self, saved: SavedPrediction) -> Iterator[dict[str, Any]]:
        size = saved.width, saved.height
        for region, box in saved.regions():
            class_id = region.integer("class_id", 0, MOST_CLASS_ID)
            self._is_called(class_id, region.text("label"))
            runs = _run_lengths(region, size)
            thing = _thing(class_id, region.share("score"), box)
            yield {
                **thing,
                "area": pixels_inside(runs["counts"], size[0] * size[1]),
                "segmentation": runs,
            }

    def _is_called(self, class_id: int, label: str) -> None:
        # By the network's own number, which is COCO's where it learned from COCO.
        self._categories.setdefault(class_id, _category(class_id))["name"] = label

    def _number_of(self, label: str) -> int:
        number = self._numbers.setdefault(label, len(self._numbers) + 1)
        self._categories.setdefault(number, _category(number))["name"] = label
        return number


def _run_lengths(mask: Fields, picture: tuple[int, int]) -> dict[str, Any]:
    """Of the picture's width and height, as COCO's tools expect them."""
    runs = mask.inner("segmentation")
    height, width = map(int, runs.numbers("size", 2))
    counts = runs.text("counts")
    if (width, height) != picture:  # of one of more than 50 megapixels smaller masks are kept
        if not (0 < width <= picture[0] and 0 < height <= picture[1]):
            raise BadFieldError("size is not the picture's")
        counts = enlarged_counts(counts, (width, height), picture)
    return {"size": [picture[1], picture[0]], "counts": counts}


def _category(number: int) -> dict[str, Any]:
    return {"id": number, "name": "", "supercategory": ""}


def _thing(category: int, score: float | None, box: Box) -> dict[str, Any]:
    x0, y0, x1, y1 = box
    width, height = x1 - x0, y1 - y0
    return {
        "category_id": category,
        "bbox": [x0, y0, width, height],
        "area": width * height,
        **({} if score is None else {"score": score}),
    }


def _around(pose: Pose) -> Box:
    across = [point.x for point in pose.points] or [0.0]
    down = [point.y for point in pose.points] or [0.0]
    return min(across), min(down), max(across), max(down)


def _area_within(corners: Outline) -> float:
    following = (*corners[1:], corners[0])
    pairs = zip(corners, following, strict=True)
    return abs(sum(x * other_y - other_x * y for (x, y), (other_x, other_y) in pairs)) / 2


def _common_folder(pictures: tuple[str, ...]) -> str:
    """The folder that holds all pictures; empty where there is none, as on two drives."""
    try:
        paths = [PurePath(parse_picture(picture).path) for picture in pictures]
        return os.path.commonpath([path.parent for path in paths])
    except ValueError:
        return ""


def _file_name(name: str, root: str) -> str:
    path = PurePath(name)
    return (path.relative_to(root) if root and path.is_relative_to(root) else path).as_posix()


def _bytes(value: object) -> bytes:
    text = json.dumps(value, ensure_ascii=False, allow_nan=False)
    return text.encode("utf-8", "backslashreplace")
