"""Which pictures of two runs are the same."""

from __future__ import annotations

from ailab.services.comparison.picture_pairs import names_below, pair_pictures


def test_that_pictures_of_the_same_path_are_the_same_in_any_order() -> None:
    pairs = pair_pictures(
        ("/p/a.png", "/p/b.png", "/p/c.png"), ("/p/c.png", "/p/a.png", "/p/d.png")
    )
    assert pairs.both == ((0, 1), (2, 0))
    assert (pairs.only_a, pairs.only_b) == ((1,), (2,))
    assert not pairs.is_by_name


def test_that_pages_are_told_apart_and_ranges_are_not() -> None:
    a = ("/p/s.tif#page=1", "/p/s.tif#page=2&range=0:100")
    pairs = pair_pictures(a, ("/p/s.tif#page=2", "/p/s.tif#page=3"))
    assert pairs.both == ((1, 0),)
    assert (pairs.only_a, pairs.only_b) == ((0,), (1,))


def test_that_moved_pictures_are_known_by_their_place_below_their_folder() -> None:
    a = ("/home/one/data/x/1.png", "/home/one/data/y/1.png")
    pairs = pair_pictures(a, ("D:\\set\\y\\1.png", "D:\\set\\x\\1.png", "D:\\set\\z.png"))
    assert pairs.both == ((0, 1), (1, 0))
    assert pairs.only_b == (2,)
    assert pairs.is_by_name


def test_that_a_picture_that_is_there_twice_counts_once() -> None:
    pairs = pair_pictures(("/p/a.png", "/p/a.png"), ("/p/a.png", "/p/b.png", "/p/b.png"))
    assert pairs.both == ((0, 0),)
    assert (pairs.only_a, pairs.only_b) == ((), (1,))


def test_that_runs_of_other_pictures_share_none() -> None:
    pairs = pair_pictures(("/p/a.png",), ("/p/b.png",))
    assert pairs.both == ()
    assert (pairs.only_a, pairs.only_b, pairs.is_by_name) == ((0,), (0,), False)


def test_that_names_are_paths_from_the_folder_that_holds_all() -> None:
    pictures = ("/p/a.png", "/p/deep/b.tif#page=2")
    assert names_below(pictures) == ["a.png", "deep/b.tif, page 2"]
    assert names_below(()) == []
