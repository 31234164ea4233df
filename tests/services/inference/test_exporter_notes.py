"""What strangers' exporters note in an ONNX file."""

from __future__ import annotations

import random

import pytest

from ailab.services.inference.exporter_notes import ExporterNotes, read_exporter_notes
from ailab.services.inference.normalisation import Scaling

ULTRALYTICS = {
    "description": "Ultralytics YOLO11n model",
    "author": "Ultralytics",
    "date": "2025-01-15T10:00:00",
    "version": "8.3.63",
    "stride": "32",
    "task": "detect",
    "batch": "1",
    "imgsz": "[480, 640]",
    "names": "{0: 'person', 1: 'bicycle', 2: \"bird's nest\"}",
}


def test_that_the_notes_of_ultralytics_are_read() -> None:
    assert read_exporter_notes(ULTRALYTICS) == ExporterNotes(
        task="object-detection",
        names=("person", "bicycle", "bird's nest"),
        size=(480, 640),
        is_ultralytics=True,
    )


def test_that_a_task_that_no_sheet_can_describe_is_named() -> None:
    said = read_exporter_notes(ULTRALYTICS | {"task": "obb"})
    assert (said.task, said.other_task) == ("", "detection of turned boxes")


def test_that_colours_and_range_of_windows_ml_are_read() -> None:
    said = read_exporter_notes(
        {"Image.BitmapPixelFormat": "Bgr8", "Image.NominalPixelRange": "Normalized_1_1"}
    )
    assert (said.color_order, said.scaling) == ("BGR", Scaling.SIGNED)
    assert read_exporter_notes({"Image.BitmapPixelFormat": "Gray8"}).color_order == "grey"


@pytest.mark.parametrize(
    ("key", "text"),
    [
        ("classes", '["cat", "dog"]'),
        ("class_names", "cat\ndog\n"),
        ("labels", "cat, dog"),
        ("id2label", '{"1": "dog", "0": "cat"}'),
        ("names", "['cat', 'dog']"),
    ],
)
def test_that_names_are_read_in_the_forms_in_use(key: str, text: str) -> None:
    assert read_exporter_notes({key: text}).names == ("cat", "dog")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "cat",
        "{0: 'cat', 2: 'dog'}",  # a gap: which class is the third?
        "{'a': 'cat'}",
        "{0: 1}",
        "[1, 2]",
        "[[]]",
        "__import__('os').system('true')",
        "{0: __import__('os')}",
        "(" * 5000,
        "-" * 200_000 + "1",
        "{" * 100_000,
        "x" * 1_000_000,
    ],
)
def test_that_senseless_names_are_passed_over(text: str) -> None:
    assert read_exporter_notes({"names": text}).names == ()


@pytest.mark.parametrize("text", ["[0, 640]", "[640]", "[1e9, 2]", "[true, 1]", "-3", "[99999, 1]"])
def test_that_senseless_sizes_are_passed_over(text: str) -> None:
    assert read_exporter_notes({"imgsz": text}).size is None


def test_that_no_text_at_all_breaks_it() -> None:
    chance = random.Random(7)
    letters = "{}[]()'\",:0123456789 abc\\\n\x00-+*é"
    for _ in range(2000):
        text = "".join(chance.choices(letters, k=chance.randrange(40)))
        said = read_exporter_notes(dict.fromkeys(("names", "imgsz", "task"), text))
        assert all(isinstance(name, str) for name in said.names)
