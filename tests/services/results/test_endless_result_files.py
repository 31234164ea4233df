"""Files of saved results that have no end, or are larger than any result."""

from __future__ import annotations

import json
import os
import re
from pathlib import Path

import numpy as np
import pytest

from ailab.services.inference.features import Features
from ailab.services.inference.float_map import FloatMap
from ailab.services.inference.output_pixels import output_image
from ailab.services.inference.picture_result import PictureResult
from ailab.services.inference.predictions import Prediction, Segmentation
from ailab.services.results.result_error import ResultError
from ailab.services.results.result_reader import read_result
from ailab.services.results.result_writer import ResultWriter
from fakes import a_depth_map


def write(folder: Path, prediction: Prediction) -> tuple[Path, ...]:
    result = PictureResult("/pictures/cells.tif", 8, 8, prediction)
    return ResultWriter().write(folder, result, np.zeros((8, 8, 3), np.uint8), threshold=0.5)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes among files on this system")
@pytest.mark.parametrize("ending", [".json", ".mask.png", ".output.png", ".features.npy"])
@pytest.mark.parametrize("device", [None, "/dev/zero"])
def test_that_what_never_ends_is_no_file_of_a_result(
    ending: str, device: str | None, tmp_path: Path
) -> None:
    found: dict[str, Prediction] = {
        ".output.png": output_image(np.zeros((2, 3, 3), np.uint8)),
        ".features.npy": Features(FloatMap.pack(np.ones((1, 4), np.float32))),
    }
    regions = Segmentation.pack(8, 8, bytes(64), bytes(64))
    written = write(tmp_path, found.get(ending, regions))
    file = next(path for path in written if path.name.endswith(ending))
    file.unlink()
    if device is None:
        os.mkfifo(file)
    else:
        file.symlink_to(device)
    with pytest.raises(ResultError, match=re.escape(file.name)):
        read_result(next(path for path in written if path.suffix == ".json"))


def test_that_no_more_depths_are_decoded_than_a_map_has(tmp_path: Path) -> None:
    written = write(tmp_path, a_depth_map([[1.0, 2.0], [4.0, 3.0]]))
    file = next(path for path in written if path.suffix == ".json")
    body = json.loads(file.read_bytes())
    body["prediction"] |= {"width": 100_000, "height": 100_000}
    file.write_text(json.dumps(body))
    with pytest.raises(ResultError) as caught:
        read_result(file)
    assert "too many" in caught.value.detail
