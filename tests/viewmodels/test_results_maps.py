"""The maps of the segmentation shown, and labels that start switched off."""

from __future__ import annotations

import asyncio
import random
import threading
from dataclasses import replace

import numpy as np
import pytest

from ailab.services.images.picture import Picture
from ailab.services.inference.depth_levels import DepthLevels
from ailab.services.inference.output_pixels import output_image
from ailab.services.inference.picture_result import PictureResult
from ailab.services.inference.predictions import (
    Detection,
    Detections,
    OutputImage,
    Segment,
    Segmentation,
)
from ailab.services.inference.segment_maps import SegmentMaps
from ailab.viewmodels.results import ResultsViewModel
from ailab.viewmodels.results_state import ResultsState
from fake_pictures import FakePictures
from fakes import a_depth_map, two_nuclei, until

PICTURES = ("a.png", "b.png", "c.png")
LABELS = ("background", "nucleus", "Void")


def segmented(path: str, value: int = 1, labels: tuple[str, ...] = LABELS) -> PictureResult:
    """A result whose label map holds one value, to be told from others."""
    segments = tuple(
        Segment(index, index, label, 0.9, 0.5) for index, label in enumerate(labels, 1)
    )
    maps = (bytes((value,)) * 12, b"\xff" * 12)
    return PictureResult(path, 320, 240, Segmentation.pack(4, 3, *maps, segments))


RESULTS = tuple(segmented(path, value) for value, path in enumerate(PICTURES, 1))


def value_shown(state: ResultsState) -> int | None:
    return state.maps.labels[0] if isinstance(state.maps, SegmentMaps) else None


class HeldUnpacking:
    """Holds the unpacking of chosen predictions up, in its thread, until it is let go."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.held: set[int] = set()
        self.begun = threading.Event()
        self.go = threading.Event()
        self.ended = threading.Event()
        self.threads: list[int] = []
        self._unpack = SegmentMaps.of
        monkeypatch.setattr(SegmentMaps, "of", self._of)

    def _of(self, prediction: Segmentation) -> SegmentMaps:
        self.threads.append(threading.get_ident())
        maps = self._unpack(prediction)
        if maps.labels[0] in self.held:
            self.begun.set()
            assert self.go.wait(30)
            self.ended.set()
        return maps


@pytest.fixture
def unpacking(monkeypatch: pytest.MonkeyPatch) -> HeldUnpacking:
    return HeldUnpacking(monkeypatch)


async def test_that_maps_are_unpacked_beside_the_event_loop(unpacking: HeldUnpacking) -> None:
    view_model = ResultsViewModel(FakePictures())
    view_model.show_run("acme/nuclei", "run 1", RESULTS, 0.5)
    assert view_model.state.maps is None
    await view_model.wait()
    assert value_shown(view_model.state) == 1
    assert unpacking.threads
    assert threading.get_ident() not in unpacking.threads


async def test_that_maps_come_also_where_the_result_comes_after_its_picture() -> None:
    view_model = ResultsViewModel(FakePictures())
    view_model.start_run("acme/nuclei", PICTURES, 0.5)
    await view_model.wait()
    assert view_model.state.picture is not None
    view_model.add_result(RESULTS[0])
    assert view_model.state.maps is None
    await view_model.wait()
    assert value_shown(view_model.state) == 1


async def test_that_a_picture_is_shown_while_its_maps_are_unpacked(
    unpacking: HeldUnpacking,
) -> None:
    unpacking.held = {1}
    view_model = ResultsViewModel(FakePictures())
    view_model.show_run("acme/nuclei", "run 1", RESULTS, 0.5)
    await until(lambda: view_model.state.picture is not None)
    assert view_model.state.maps is None
    unpacking.go.set()
    await view_model.wait()
    assert value_shown(view_model.state) == 1


async def test_that_late_maps_of_another_picture_are_never_shown(
    unpacking: HeldUnpacking,
) -> None:
    unpacking.held = {1}
    view_model = ResultsViewModel(FakePictures())
    shown: list[int | None] = []
    view_model.changed.connect(lambda _, new: shown.append(value_shown(new)))
    view_model.show_run("acme/nuclei", "run 1", RESULTS, 0.5)
    await asyncio.to_thread(unpacking.begun.wait)
    view_model.go_on()
    await view_model.wait()
    assert value_shown(view_model.state) == 2
    unpacking.go.set()
    await asyncio.to_thread(unpacking.ended.wait)
    await view_model.wait()
    assert value_shown(view_model.state) == 2
    assert set(shown) == {None, 2}


async def test_that_each_state_holds_the_maps_of_its_own_picture_or_none() -> None:
    view_model = ResultsViewModel(FakePictures())
    states: list[ResultsState] = []
    view_model.changed.connect(lambda _, new: states.append(new))
    view_model.start_run("acme/nuclei", PICTURES, 0.5)
    for each in RESULTS:
        view_model.add_result(each)
        await view_model.wait()
    for index in (0, 2, 1, 1, 0):
        view_model.go_to(index)
        await asyncio.sleep(0)
    await view_model.wait()
    view_model.go_to(2)
    view_model.set_threshold(0.9)
    await view_model.wait()
    for state in states:
        assert value_shown(state) in (None, state.current + 1)
    assert {value_shown(state) for state in states} == {None, 1, 2, 3}


async def test_that_maps_go_with_their_result() -> None:
    view_model = ResultsViewModel(FakePictures())
    view_model.show_run("acme/nuclei", "run 1", RESULTS, 0.5)
    await view_model.wait()
    view_model.start_run("acme/other", PICTURES, 0.5)
    assert view_model.state.maps is None
    await view_model.wait()
    assert view_model.state.maps is None
    view_model.add_result(PictureResult("a.png", 320, 240, two_nuclei()))
    await view_model.wait()
    assert view_model.state.maps is None


async def test_that_depths_are_unpacked_too() -> None:
    view_model = ResultsViewModel(FakePictures())
    depths = PictureResult("b.png", 320, 240, a_depth_map([[1.0, 3.0], [2.0, 5.0]]))
    view_model.show_run("acme/depths", "run 1", (RESULTS[0], depths), 0.5)
    view_model.go_on()
    await view_model.wait()
    assert isinstance(view_model.state.maps, DepthLevels)
    assert list(view_model.state.maps.depth) == [1.0, 3.0, 2.0, 5.0]
    assert view_model.state.hidden_labels == {"background", "Void"}
    view_model.go_back()
    await view_model.wait()
    assert value_shown(view_model.state) == 1


async def test_that_a_picture_made_is_kept_in_memory_only_where_no_file_holds_it() -> None:
    pictures = FakePictures()
    view_model = ResultsViewModel(pictures)
    made = output_image(np.full((6, 8, 3), 200, np.uint8))
    unsaved = PictureResult("a.png", 320, 240, made)
    saved = replace(unsaved, picture="b.png", files=("run/b.json", "run/b.output.png"))
    view_model.start_run("acme/sharper", ("a.png", "b.png"), 0.0)
    for each in (unsaved, saved):
        view_model.add_result(each)
    kept = [each.prediction for each in view_model.state.results]
    assert kept == [made, OutputImage(8, 6, b"")]
    view_model.go_to(0)
    await view_model.wait()
    assert isinstance(view_model.state.maps, Picture)
    assert view_model.state.maps.pixels[:3] == bytes((200, 200, 200))
    view_model.go_on()
    await view_model.wait()
    assert view_model.state.maps == await pictures.read("run/b.output.png")
    pictures.broken.add("run/b.output.png")
    view_model.show_run("acme/sharper", "run", (saved,), 0.0)
    await view_model.wait()
    assert view_model.state.maps is None
    assert view_model.state.picture is not None


async def test_that_nothing_is_published_after_closing(unpacking: HeldUnpacking) -> None:
    unpacking.held = {1}
    view_model = ResultsViewModel(FakePictures())
    view_model.show_run("acme/nuclei", "run 1", RESULTS, 0.5)
    await asyncio.to_thread(unpacking.begun.wait)
    await view_model.close()
    unpacking.go.set()
    await asyncio.to_thread(unpacking.ended.wait)
    assert view_model.state.maps is None


def nuclei(side: int, count: int) -> tuple[bytes, bytes]:
    """Maps of round nuclei whose confidence falls towards their borders, as models give them."""
    chance = random.Random(1)
    labels, sure = bytearray(side * side), bytearray(b"\xfd" * (side * side))
    for _ in range(count):
        x, y, r = chance.randrange(side), chance.randrange(side), chance.randrange(15, 45)
        for row in range(max(0, y - r), min(side, y + r)):
            for column in range(max(0, x - r), min(side, x + r)):
                far = ((row - y) ** 2 + (column - x) ** 2) / r**2
                if far < 1:
                    labels[row * side + column] = 1
                    sure[row * side + column] = 255 - int(120 * far)
    return bytes(labels), bytes(sure)


@pytest.mark.slow
async def test_that_a_run_of_hundreds_of_segmentations_keeps_little() -> None:
    """200 results of one megapixel: raw they would take 400 MB."""
    labels, sure = nuclei(1000, 60)
    view_model = ResultsViewModel(FakePictures())
    paths = tuple(f"{number}.png" for number in range(200))
    view_model.start_run("acme/nuclei", paths, 0.5)
    for number, path in enumerate(paths):
        turn = 1237 * number  # no two alike
        maps = (labels[turn:] + labels[:turn], sure[turn:] + sure[:turn])
        prediction = Segmentation.pack(1000, 1000, *maps, (Segment(1, 1, "nucleus", 0.9, 0.1),))
        view_model.add_result(PictureResult(path, 1000, 1000, prediction))
        await asyncio.sleep(0)
    await view_model.wait()
    predictions = [each.prediction for each in view_model.state.results]
    kept = sum(
        len(p.label_map.packed) + len(p.confidence.packed)
        for p in predictions
        if isinstance(p, Segmentation)
    )
    assert len(predictions) == 200
    assert 1_000_000 < kept < 30_000_000
    assert isinstance(view_model.state.maps, SegmentMaps)
    assert view_model.state.maps.labels[:10_000] == maps[0][:10_000]


async def test_that_background_starts_switched_off_and_stays_as_the_person_wants_it() -> None:
    view_model = ResultsViewModel(FakePictures())
    view_model.start_run("acme/nuclei", PICTURES, 0.5)
    view_model.add_result(RESULTS[0])
    assert view_model.state.hidden_labels == {"background", "Void"}
    view_model.show_label("background", True)
    view_model.show_label("nucleus", False)
    view_model.add_result(RESULTS[1])
    assert view_model.state.hidden_labels == {"nucleus", "Void"}
    view_model.add_result(segmented("c.png", 3, ("unlabeled", "background")))
    assert view_model.state.hidden_labels == {"nucleus", "Void", "unlabeled"}
    view_model.start_run("acme/nuclei", PICTURES, 0.5)
    assert not view_model.state.hidden_labels
    view_model.add_result(RESULTS[0])
    assert view_model.state.hidden_labels == {"background", "Void"}
    await view_model.wait()


async def test_that_background_starts_switched_off_in_an_earlier_run() -> None:
    view_model = ResultsViewModel(FakePictures())
    failed = PictureResult("b.png")
    view_model.show_run("acme/nuclei", "run 1", (failed, RESULTS[0], RESULTS[1]), 0.5)
    assert view_model.state.hidden_labels == {"background", "Void"}
    await view_model.wait()


async def test_that_an_object_called_background_is_shown() -> None:
    view_model = ResultsViewModel(FakePictures())
    view_model.start_run("acme/nuclei", PICTURES, 0.5)
    thing = Detections((Detection(0, "background", 0.9, (0.0, 0.0, 9.0, 9.0)),))
    view_model.add_result(PictureResult("a.png", 320, 240, thing))
    assert not view_model.state.hidden_labels
    await view_model.wait()
