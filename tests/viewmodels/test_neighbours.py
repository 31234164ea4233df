"""Which pictures of a run resemble the one shown."""

from __future__ import annotations

from vector_run import RUN, told

from ailab.services.inference.picture_result import PictureResult
from ailab.services.inference.predictions import Classification
from ailab.viewmodels.neighbours_state import NeighboursState
from ailab.viewmodels.results import ResultsViewModel
from fake_pictures import FakePictures


async def test_that_each_picture_of_a_run_has_its_neighbours() -> None:
    results = ResultsViewModel(FakePictures())
    results.show_run("dino", "", RUN, 0.0)
    await results.wait()
    assert told(results) == ["north-east.png", "north.png"]
    state = results.neighbours.state
    assert (state.is_of_vectors, state.is_looking, state.compared) == (True, False, 2)
    results.go_to(1)
    # Another picture's neighbours never stand beside it.
    assert (told(results), results.neighbours.state.is_looking) == ([], True)
    await results.wait()
    assert told(results) == ["north-east.png", "east.png"]


async def test_that_a_run_under_way_is_followed() -> None:
    results = ResultsViewModel(FakePictures())
    results.neighbours._pause = 0
    pictures = tuple(each.picture for each in RUN)
    results.start_run("dino", pictures, 0.0)
    for result in RUN:
        results.add_result(result)
    await results.wait()
    assert results.state.current == 2
    assert told(results) == ["east.png", "north.png"]


async def test_that_what_comes_while_it_looks_is_taken_up() -> None:
    results = ResultsViewModel(FakePictures())
    results.neighbours._pause = 0
    results.start_run("dino", tuple(each.picture for each in RUN), 0.0)
    results.add_result(RUN[0])
    results.add_result(RUN[1])
    results.go_to(0)
    await results.wait()
    results.add_result(RUN[2])
    await results.wait()
    assert results.state.current == 0
    assert told(results) == ["north-east.png", "north.png"]


async def test_that_the_first_picture_waits_for_company() -> None:
    results = ResultsViewModel(FakePictures())
    results.show_run("dino", "", RUN[:1], 0.0)
    await results.wait()
    assert results.neighbours.state == NeighboursState(is_of_vectors=True)


async def test_that_other_results_have_no_neighbours() -> None:
    results = ResultsViewModel(FakePictures())
    results.show_run("dino", "", RUN, 0.0)
    await results.wait()
    results.show_run("vit", "", (PictureResult("a.png", 4, 4, Classification(())),), 0.0)
    assert results.neighbours.state == NeighboursState()
    await results.wait()
    assert results.neighbours.state == NeighboursState()


async def test_that_thumbnails_come_and_what_cannot_be_read_has_none() -> None:
    pictures = FakePictures()
    pictures.broken = {"north.png"}
    results = ResultsViewModel(pictures)
    results.show_run("dino", "", RUN, 0.0)
    await results.wait()
    thumbnails = results.neighbours.state.thumbnails
    assert thumbnails["north.png"] is None
    assert thumbnails["north-east.png"] is not None


async def test_that_a_neighbour_can_be_gone_to() -> None:
    results = ResultsViewModel(FakePictures())
    results.show_run("dino", "", RUN, 0.0)
    await results.wait()
    results.neighbours.go_to(results.neighbours.state.neighbours[0].index)
    assert results.state.current == 2
    await results.close()
