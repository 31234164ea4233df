"""The embedded Hub's own catalogue, seen through the lab's client and its verdicts."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from ailab.demo.catalogue import MODELS, demo_catalogue
from ailab.demo.demo_hub import DemoHub
from ailab.services.compatibility.compatibility import Compatibility
from ailab.services.hub.hub_errors import ModelNotFoundError
from ailab.services.hub.model_query import ModelQuery, ModelSort
from ailab.services.hub.model_service import ModelService

_TRAINED = {
    "ailab-demo/centre-point-fasteners": "object-detection",
    "ailab-demo/centre-point-nuclei": "object-detection",
    "ailab-demo/resnet-cell-cycle": "image-classification",
    "ailab-demo/segformer-nuclei": "image-segmentation",
}
_REFUSED = {
    "ailab-demo/gated-nuclei-segmenter": "Needs access",
    "ailab-demo/pickled-cell-detector": "pickle",
    "ailab-demo/custom-code-segmenter": "Python code",
    "ailab-demo/keras-plankton-classifier": "keras",
    "ailab-demo/yolo-colony-counter": "pickle",
    "ailab-demo/micrograph-generator": "Text-to-Image",
    "ailab-demo/switched-off-classifier": "switched",
}


async def test_that_the_trained_models_head_every_list_and_run() -> None:
    async with DemoHub() as hub, ModelService(hub.url) as service:
        for sort in set(ModelSort) - {ModelSort.PARAMETERS}:  # they are small
            page = await service.first_page(ModelQuery(sort=sort, limit=4))
            assert {row.id: row.task for row in page.models} == _TRAINED
        for model_id in _TRAINED:
            verdict = Compatibility(lambda: False).judge(await service.get_model_info(model_id))
            assert verdict.runs, verdict.summary
            assert "onnx/model.onnx" in verdict.files


async def test_that_the_other_models_are_refused_each_for_its_reason() -> None:
    async with DemoHub() as hub, ModelService(hub.url) as service:
        for model_id, reason in _REFUSED.items():
            verdict = Compatibility(lambda: False).judge(await service.get_model_info(model_id))
            assert not verdict.runs
            assert reason.lower() in verdict.summary.lower()
        with pytest.raises(ModelNotFoundError):
            await service.get_model_info("ailab-demo/vanished-cell-counter")
        renamed = await service.get_model_info("nuclei-segmenter")
        assert renamed.info.id == "ailab-demo/segformer-nuclei"


async def test_that_the_catalogue_is_scrolled_to_its_end() -> None:
    async with DemoHub() as hub, ModelService(hub.url) as service:
        page = await service.first_page(ModelQuery(sort=ModelSort.DOWNLOADS, limit=50))
        rows = list(page.models)
        while page.next_cursor:
            page = await service.next_page(page)
            rows += page.models
    assert (
        len({row.key for row in rows}) == len(rows) == len(demo_catalogue()) - 1
    )  # the private one
    assert len(rows) > 100


async def test_that_a_small_permissive_nuclei_segmenter_is_among_neighbours_that_do_not_fit() -> (
    None
):
    async with DemoHub() as hub, ModelService(hub.url) as service:
        query = ModelQuery("nuclei", "image-segmentation", ModelSort.DOWNLOADS)
        rows = {row.id.rpartition("/")[2]: row for row in (await service.first_page(query)).models}
        details = await service.get_model_info("ailab-demo/segformer-nuclei")
    assert rows["segformer-nuclei"].license == "apache-2.0"
    assert rows["segformer-nuclei"].parameters == 316_708  # 97 of them the statistics of batches
    assert details.size_on_disk is not None
    assert details.size_on_disk < 50e6
    assert rows["segformer-nuclei-research"].license == "cc-by-nc-4.0"
    assert (rows["segformer-nuclei-large"].parameters or 0) > 12_500_000
    assert rows["gated-nuclei-segmenter"].gated == "manual"
    assert "onnx" not in rows["segformer-nuclei-pytorch"].tags


def test_that_the_files_stay_small() -> None:
    weights = sum(path.stat().st_size for path in MODELS.rglob("*.*"))
    pictures = sum(path.stat().st_size for path in DemoHub().pictures.rglob("*.*"))
    assert 1_000_000 < weights < 7_000_000
    assert 500_000 < pictures < 2_000_000


def test_that_the_demonstration_is_imported_without_its_server() -> None:
    code = "import ailab.demo.demo_hub, sys; sys.exit('aiohttp' in sys.modules)"
    subprocess.run([sys.executable, "-c", code], check=True, env=dict(os.environ))
