"""The regions of segmentations in the file of a whole run, as pycocotools reads them."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from finished_runs import FINISHED, PICTURES, RECORD, coco, finished, table
from PIL import Image
from pycocotools import mask as coco_mask
from pycocotools.coco import COCO

from ailab.services.inference.predictions import Segment, Segmentation
from ailab.services.results.run_service import RunService


@pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")
async def test_that_pycocotools_reads_the_regions_of_a_segmentation(tmp_path: Path) -> None:
    labels = np.zeros((30, 40), np.uint8)
    labels[5:20, 3:13], labels[10:30, 30:], labels[12, 8] = 1, 2, 2
    segments = (
        Segment(2, 17, "cat", 0.6, 0.1675),
        Segment(1, 0, "nucleus", 0.9, 0.125),
        Segment(3, 5, "lost", 0.3, 0.0),  # hidden by others
    )
    maps = Segmentation.pack(40, 30, labels.tobytes(), bytes(1200), segments)
    small = Segmentation.pack(20, 15, labels[::2, ::2].tobytes(), bytes(300), segments)
    folder = await finished(tmp_path, maps, small, task="image-segmentation")
    found = COCO(str(folder / "coco.json"))
    assert {key: each["name"] for key, each in found.cats.items()} == {17: "cat", 0: "nucleus"}
    assert len(found.anns) == 4
    for image, name in ((1, "a"), (2, "b = ü")):
        shown = np.asarray(Image.open(folder / f"{name}.mask.png"))
        for class_id, index, score in ((17, 2, 0.6), (0, 1, 0.9)):
            (region,) = found.loadAnns(found.getAnnIds(imgIds=image, catIds=class_id))
            np.testing.assert_array_equal(found.annToMask(region), shown == index)
            assert region["area"] == (shown == index).sum()
            assert region["bbox"] == coco_mask.toBbox(region["segmentation"]).tolist()
            assert (region["iscrowd"], region["score"]) == (0, score)
    assert table(folder)[:2] == [
        ["picture", "label", "score", "area"],
        [PICTURES[0], "cat", "0.6", "0.1675"],
    ]


async def test_that_a_region_that_was_damaged_costs_its_picture_alone(tmp_path: Path) -> None:
    maps = Segmentation.pack(40, 30, bytes([1]) * 1200, bytes(1200), (Segment(1, 4, "a", 1, 1),))
    folder = await finished(tmp_path, maps, maps, task="image-segmentation")
    whole = json.loads((folder / "a.json").read_text("utf-8"))
    whole["prediction"]["segments"][0]["segmentation"]["counts"] = "é"
    (folder / "a.json").write_text(json.dumps(whole), encoding="utf-8")
    record = replace(RECORD, results=("a.json", "b = ü.json"), finished=FINISHED)
    await RunService().sum_up(folder, record)
    assert [each["file_name"] for each in coco(folder)["images"]] == ["deep/b = ü.png"]
    assert len(coco(folder)["annotations"]) == 1
