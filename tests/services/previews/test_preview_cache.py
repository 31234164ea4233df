"""Models' pictures on the disk."""

from __future__ import annotations

from pathlib import Path

from ailab.services.previews.preview_cache import PreviewCache


class Clock:
    """Seconds that pass by a test's leave."""

    def __init__(self) -> None:
        self.now = 1_000_000.0

    def __call__(self) -> float:
        self.now += 1
        return self.now


def test_that_the_least_recently_used_pictures_make_room(tmp_path: Path) -> None:
    clock = Clock()
    cache = PreviewCache(tmp_path, most=1000, clock=clock)
    for name in "abcdefghi":
        cache.keep(name, bytes(100))
    clock.now += 7200
    assert cache.read("a") is not None
    cache.keep("j", bytes(100))
    cache.keep("k", bytes(100))
    left = {name for name in "abcdefghijk" if cache.read(name) is not None}
    assert left == set("aefghijk")
    assert sum(path.stat().st_size for path in tmp_path.glob("*/*")) <= 1000


def test_that_nothing_is_remembered_for_a_day_only(tmp_path: Path) -> None:
    clock = Clock()
    cache = PreviewCache(tmp_path, clock=clock)
    cache.keep("a", None)
    assert cache.has_nothing("a")
    clock.now += 86_400
    assert not cache.has_nothing("a")
    clock.now -= 200_000  # the system's clock was set back
    assert not cache.has_nothing("a")
