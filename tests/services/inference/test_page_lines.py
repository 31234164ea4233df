"""Pages of which one model finds the lines, and another reads each."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from page_models import PageModels, a_line, a_page, finder_with, page_models
from PIL import Image
from worker_lab import serving

from ailab.services.inference.engine import Terminated
from ailab.services.inference.generated_text import GeneratedText
from ailab.services.inference.inference_errors import ModelFileError
from ailab.services.inference.json_fields import Fields
from ailab.services.inference.line_crop import line_crop
from ailab.services.inference.line_order import reading_order
from ailab.services.inference.line_reading import with_reader
from ailab.services.inference.loaded_model import load_model
from ailab.services.inference.model_cache import ModelCache
from ailab.services.inference.model_json import model_from_json, model_to_json
from ailab.services.inference.open_model import open_model
from ailab.services.inference.pipeline import SteadyPipeline
from ailab.services.inference.prompt import NO_PROMPT
from ailab.services.inference.prompt_kind import PromptKind
from ailab.services.inference.runnable_model import RunnableModel

pytest.importorskip("cv2", reason="the extra text is not installed")

PAGE = a_page((60, 500, "hij"), (420, 110, "jig"), (60, 100, "fgh"), (60, 300, "jhf"))


@pytest.fixture
def models(tmp_path: Path) -> PageModels:
    return page_models(tmp_path)


@pytest.fixture
def both(models: PageModels) -> RunnableModel:
    return with_reader(open_model(models.finder), open_model(models.reader))


def read(model: RunnableModel, page: Any) -> GeneratedText:
    found = load_model(model).predict(page).prediction
    assert isinstance(found, GeneratedText)
    return found


def test_that_a_page_is_read_row_by_row_with_a_place_for_each_line(both: RunnableModel) -> None:
    found = read(both, PAGE)
    assert found.text == "fgh\njig\njhf\nhij"
    first = found.places[0]
    assert (first.label, first.outlines) == ("fgh", ())
    assert first.box == pytest.approx((60, 100, 156, 196), abs=2)
    assert first.score == pytest.approx(1, abs=0.05)
    assert found.score is None


def test_that_a_page_that_lies_aslant_is_read_in_the_same_order(both: RunnableModel) -> None:
    page = Image.fromarray(PAGE).rotate(7, Image.Resampling.BILINEAR)
    found = read(both, np.asarray(page))
    assert found.text == "fgh\njig\njhf\nhij"
    assert all(len(place.outlines[0]) == 4 for place in found.places)


def test_that_a_line_that_runs_upwards_is_turned_and_read(both: RunnableModel) -> None:
    page = np.zeros((900, 800, 3), np.uint8)
    line = np.rot90(a_line("jihgf"), -1)  # a tall line is turned to the left
    page[100 : 100 + line.shape[0], 100 : 100 + line.shape[1]] = line
    assert read(both, page).text == "jihgf"


def test_that_a_page_without_lines_has_no_words(both: RunnableModel) -> None:
    assert read(both, a_page()) == GeneratedText("")


def test_that_lines_that_the_detector_is_less_sure_of_are_not_read(models: PageModels) -> None:
    finder_with(models.finder, 0.6)
    both = with_reader(open_model(models.finder), open_model(models.reader))
    assert read(both, a_page((60, 100, "fg"), (60, 400, "jihg"))).text == "jihg"


def test_that_the_model_is_run_in_turn_and_stops_between_two_lines(both: RunnableModel) -> None:
    pipeline = load_model(both).pipeline
    assert isinstance(pipeline, SteadyPipeline)
    told: list[tuple[int, int]] = []

    def tell(done: int, total: int) -> None:
        told.append((done, total))
        if done == 2:
            raise Terminated

    with pytest.raises(Terminated):
        pipeline.run_telling(pipeline.prepare(PAGE, NO_PROMPT), tell)
    assert told == [(0, 4), (1, 4), (2, 4)]


def test_that_the_model_that_fails_is_named(models: PageModels) -> None:
    both = with_reader(open_model(models.finder), open_model(models.reader))
    models.reader.write_bytes(b"no graph at all")
    with pytest.raises(ModelFileError) as failure:
        load_model(both)
    assert failure.value.message.startswith("text_rec: ")


def test_that_models_that_do_something_else_are_refused(models: PageModels) -> None:
    finder, reader = open_model(models.finder), open_model(models.reader)
    assert (finder.asks_for, reader.asks_for) == (PromptKind.READER, PromptKind.NONE)
    with pytest.raises(ModelFileError, match="text_rec does not find lines of text"):
        with_reader(reader, reader)
    with pytest.raises(ModelFileError, match="text_det does not read a line"):
        with_reader(finder, finder)
    served = replace(finder, address="http://host/v2/models/det")
    assert served.asks_for is PromptKind.NONE
    with pytest.raises(ModelFileError, match="is on a server"):
        with_reader(served, reader)


def test_that_two_in_one_repository_are_told_apart(models: PageModels) -> None:
    folder = models.finder.parent
    for file in models.reader.parent.iterdir():
        file.rename(folder / file.name)
    finder, reader = (
        open_model(folder, model_id="owner/ocr", variant=name) for name in ("text_det", "text_rec")
    )
    both = with_reader(finder, reader)
    assert both.title == "owner/ocr:text_det + owner/ocr:text_rec"
    assert read(both, PAGE).text == "fgh\njig\njhf\nhij"
    (folder / "text_rec.onnx").write_bytes(b"no graph at all")
    with pytest.raises(ModelFileError, match=r"^owner/ocr:text_rec: "):
        load_model(both)


def test_that_both_are_told_to_the_worker(both: RunnableModel) -> None:
    assert model_from_json(Fields(model_to_json(both))) == both
    assert both.title == "text_det + text_rec"
    assert both.default_threshold == 0.5


def test_that_both_count_in_the_cache(both: RunnableModel, models: PageModels) -> None:
    loads: list[str] = []

    def load(model: RunnableModel) -> Any:
        loads.append(model.title)
        return model.title

    cache = ModelCache(load, 10**9, lambda: 0)
    cache.load(both)
    cache.load(replace(both, reader=None))
    assert cache.find(both) is not None
    assert set(cache.paths) == {models.finder, models.reader}
    models.reader.with_suffix(".ailab.json").touch()
    assert cache.find(both) is None
    assert cache.find(replace(both, reader=None)) is not None
    cache.load(both)
    assert loads == ["text_det + text_rec", "text_det", "text_det + text_rec"]
    cache.unload(models.reader)
    assert set(cache.paths) == {models.finder}


async def test_that_both_run_within_the_walls_and_leave_their_files(
    models: PageModels, tmp_path: Path
) -> None:
    picture, folder = tmp_path / "page.png", tmp_path / "results"
    Image.fromarray(PAGE).save(picture)
    folder.mkdir()
    async with serving() as service:
        finder = await service.open(str(models.finder))
        alone = await service.predict(finder, str(picture), threshold=0.5, save_to=None)
        assert service.loaded == (models.finder,)
        both = with_reader(finder, await service.open(str(models.reader)))
        result = await service.predict(both, str(picture), threshold=0.5, save_to=folder)
        assert set(service.loaded) == {models.finder, models.reader}
    assert (alone.problem, result.problem) == (None, None)
    assert isinstance(result.prediction, GeneratedText)
    assert result.prediction.text == "fgh\njig\njhf\nhij"
    assert (folder / "page.txt").read_text("utf-8") == "fgh\njig\njhf\nhij\n"


def test_that_rows_are_told_by_the_height_of_lines() -> None:
    def box(left: float, top: float, width: float = 100, height: float = 20) -> list[list[float]]:
        right, bottom = left + width, top + height
        return [[left, top], [right, top], [right, bottom], [left, bottom]]

    lines = [box(300, 8), box(0, 0), box(0, 14, height=40), box(150, 31, height=10)]
    assert reading_order(np.array(lines, np.float32)) == [1, 0, 2, 3]
    assert reading_order(np.zeros((0, 4, 2), np.float32)) == []


def test_that_a_line_beyond_the_border_is_cut_from_what_is_there() -> None:
    picture = np.full((40, 60, 3), 200, np.uint8)
    corners = np.array([[50, 30], [70, 30], [70, 50], [50, 50]], np.float32)
    assert (line_crop(picture, corners) == 200).all()
    assert line_crop(picture, corners).shape == (20, 20, 3)


def test_that_a_line_longer_than_opencv_maps_is_made_shorter() -> None:
    picture = np.full((30, 40_000, 3), 90, np.uint8)
    corners = np.array([[0, 5], [40_000, 5], [40_000, 25], [0, 25]], np.float32)
    line = line_crop(picture, corners)
    assert line.shape[1] in {32_765, 32_766}
    assert (line == 90).all()
