"""Depths and pictures made, as files and back."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from ailab.services.inference.output_pixels import output_image, output_pixels
from ailab.services.inference.picture_result import PictureResult
from ailab.services.inference.predictions import DepthScale, Prediction
from ailab.services.results.result_error import ResultError
from ailab.services.results.result_reader import read_result
from ailab.services.results.result_writer import ResultWriter
from fakes import a_depth_map


def write(folder: Path, prediction: Prediction) -> tuple[Path, ...]:
    result = PictureResult("/pictures/cells.tif", 40, 30, prediction)
    pixels = np.full((30, 40, 3), 128, np.uint8)
    return ResultWriter().write(folder, result, pixels, threshold=0.5)


def test_that_other_programs_find_depths_in_the_pictures(tmp_path: Path) -> None:
    rows = [[1.0, 2.0, 9.0], [3.0, 4.0, 5.0]]
    files = write(tmp_path, a_depth_map(rows, DepthScale.METRES))
    assert [file.name for file in files[1:3]] == ["cells.depth.tif", "cells.depth.png"]
    with Image.open(tmp_path / "cells.depth.tif") as depth:
        assert (depth.mode, depth.size) == ("F", (3, 2))
        np.testing.assert_array_equal(np.asarray(depth), rows)
    with Image.open(tmp_path / "cells.depth.png") as samples:
        assert samples.mode.startswith("I")
        assert samples.size == (40, 30)
        metres = 1.0 + np.asarray(samples) / 65535 * (9.0 - 1.0)
    assert metres[0, 0] == pytest.approx(1.0, abs=0.3)  # a little beyond the border's cell
    assert metres.max() == pytest.approx(9.0, abs=1e-3)
    assert metres[-1, 0] > metres[0, 0]
    body = json.loads((tmp_path / "cells.json").read_text("utf-8"))["prediction"]
    assert body == {
        "kind": "depth",
        "scale": "metres",
        "minimum": 1.0,
        "median": 3.5,
        "maximum": 9.0,
        "width": 3,
        "height": 2,
        "tiles": 1,
        "depth": "cells.depth.tif",
        "depth_16bit": "cells.depth.png",
    }


@pytest.mark.parametrize("damage", ["gone", "cut", "size", "kind", "changed"])
def test_that_depths_that_were_changed_are_not_shown(damage: str, tmp_path: Path) -> None:
    files = write(tmp_path, a_depth_map([[1.0, 2.0, 9.0], [3.0, 4.0, 5.0]]))
    tiff = tmp_path / "cells.depth.tif"
    match damage:
        case "gone":
            tiff.unlink()
        case "cut":
            tiff.write_bytes(tiff.read_bytes()[:-9])
        case "size":
            Image.fromarray(np.zeros((3, 3), np.float32)).save(tiff)
        case "kind":
            Image.fromarray(np.zeros((2, 3), np.uint8)).save(tiff)
        case _:
            Image.fromarray(np.full((2, 3), 4, np.float32)).save(tiff)
    with pytest.raises(ResultError) as caught:
        read_result(files[0])
    assert caught.value.advice


def test_that_other_programs_find_the_picture_made(tmp_path: Path) -> None:
    made = output_image(np.arange(240, dtype=np.uint8).reshape(8, 10, 3))
    files = write(tmp_path, made)
    assert [file.name for file in files] == [
        "cells.json",
        "cells.output.png",
        "cells.annotated.jpg",
    ]
    with Image.open(tmp_path / "cells.output.png") as image:
        assert (image.mode, image.size) == ("RGB", (10, 8))
        np.testing.assert_array_equal(np.asarray(image), output_pixels(made))
    body = json.loads((tmp_path / "cells.json").read_text("utf-8"))["prediction"]
    size = {"width": 10, "height": 8, "tiles": 1}
    assert body == {"kind": "image", **size, "image": "cells.output.png"}
    (tmp_path / "cells.output.png").write_bytes(b"no picture")
    with pytest.raises(ResultError):
        read_result(files[0])
    (tmp_path / "cells.output.png").unlink()
    with pytest.raises(ResultError, match="missing"):
        read_result(files[0])
