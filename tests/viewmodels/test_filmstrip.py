from __future__ import annotations

from ailab.viewmodels.filmstrip import FilmstripViewModel
from ailab.viewmodels.results import ResultsViewModel
from ailab.viewmodels.thumbnail_side import THUMBNAIL_SIDE
from fake_pictures import FakePictures
from fakes import until


async def test_that_thumbnails_in_sight_are_read_once() -> None:
    pictures = FakePictures()
    view_model = FilmstripViewModel(pictures, ResultsViewModel(pictures))
    view_model.look_at(("a.png", "b.png"))
    await view_model.wait()
    view_model.look_at(("b.png", "c.png"))
    await view_model.wait()
    assert [path for path, _ in pictures.read_paths] == ["a.png", "b.png", "c.png"]
    assert {side for _, side in pictures.read_paths} == {THUMBNAIL_SIDE}


async def test_that_pictures_scrolled_away_are_not_read() -> None:
    pictures = FakePictures()
    pictures.gate.shut()
    view_model = FilmstripViewModel(pictures, ResultsViewModel(pictures))
    view_model.look_at(tuple(f"{n}.png" for n in range(50)))
    await until(lambda: pictures.gate.waiting == 1)
    view_model.look_at(("last.png",))
    pictures.gate.open()
    await view_model.wait()
    assert set(view_model.state.thumbnails) == {"last.png"}


async def test_that_a_broken_picture_is_marked_and_the_others_read() -> None:
    pictures = FakePictures()
    pictures.broken.add("a.png")
    view_model = FilmstripViewModel(pictures, ResultsViewModel(pictures))
    view_model.look_at(("a.png", "b.png"))
    await view_model.wait()
    assert view_model.state.thumbnails["a.png"] is None
    assert view_model.state.thumbnails["b.png"] is not None
