"""Which pictures of a run are alike, group by group."""

from __future__ import annotations

from vector_run import RUN, a_result

from ailab.viewmodels.alike_groups_state import AlikeGroupsState
from ailab.viewmodels.results import ResultsViewModel
from fake_pictures import FakePictures


def told(results: ResultsViewModel) -> list[list[str]]:
    groups = results.neighbours.groups.state.groups
    return [[each.picture for each in group.members] for group in groups]


async def shown(*, least: float = 0.7) -> ResultsViewModel:
    results = ResultsViewModel(FakePictures())
    results.show_run("dino", "", RUN, 0.0)
    results.neighbours.groups.set_least(least)
    results.neighbours.groups.show_groups(True)
    await results.wait()
    return results


async def test_that_none_are_looked_for_until_somebody_wants_them() -> None:
    results = ResultsViewModel(FakePictures())
    results.show_run("dino", "", RUN, 0.0)
    await results.wait()
    assert results.neighbours.groups.state == AlikeGroupsState()


async def test_that_they_are_found_with_a_thumbnail_of_the_first() -> None:
    results = await shown()
    state = results.neighbours.groups.state
    assert told(results) == [["north-east.png", "east.png", "north.png"]]
    assert (state.compared, state.grouped, state.is_looking) == (3, 3, False)
    assert list(state.thumbnails) == ["north-east.png"]
    results.neighbours.go_to_own(state.groups[0].members[2].index)
    assert results.state.current_path == "north.png"
    await results.wait()


async def test_that_another_likeness_looks_again() -> None:
    results = await shown()
    results.neighbours.groups.set_least(0.8)
    assert results.neighbours.groups.state.is_looking
    await results.wait()
    assert told(results) == []
    results.neighbours.groups.set_least(None)
    assert results.neighbours.groups.state.least == 0.8


async def test_that_another_run_takes_their_place() -> None:
    results = await shown()
    results.show_run("dino", "", RUN[:1], 0.0)
    assert told(results) == []
    await results.wait()
    assert results.neighbours.groups.state.compared == 1
    results.show_run("dino", "", RUN[:2] + RUN[:1], 0.0)
    await results.wait()
    assert told(results) == [["east.png", "east.png"]]


async def test_that_a_run_under_way_is_followed_to_its_end() -> None:
    results = ResultsViewModel(FakePictures())
    results.neighbours.groups.show_groups(True)
    run = (*RUN, *(a_result(f"{number}.png", 2, 0.01) for number in range(20)))
    results.start_run("dino", tuple(each.picture for each in run), 0.0)
    for result in run:
        results.add_result(result)
    await results.wait()
    ((first, *others),) = told(results)
    assert len({first, *others}) == 21


async def test_that_what_nobody_looks_at_any_more_is_not_reckoned() -> None:
    results = await shown()
    groups = results.neighbours.groups
    groups.show_groups(False)
    groups.set_least(0.9)
    assert not groups.state.is_looking
    await results.wait()
    groups.show_groups(True)
    await results.wait()
    assert told(results) == []
