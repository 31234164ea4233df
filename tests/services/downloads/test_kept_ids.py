"""Which models lie in the cache."""

from __future__ import annotations

from pathlib import Path

from ailab.services.downloads.kept_ids import kept_ids


def test_that_models_with_a_snapshot_are_found(tmp_path: Path) -> None:
    for folder in ("models--acme--nuclei", "models--bert", "datasets--acme--cells"):
        place = tmp_path / folder / "snapshots" / ("a" * 40)
        place.mkdir(parents=True)
        (place / "config.json").write_text("{}")
    (tmp_path / "models--acme--begun" / "blobs").mkdir(parents=True)
    (tmp_path / "models--acme--empty" / "snapshots" / ("b" * 40)).mkdir(parents=True)
    (tmp_path / "models--acme--file").write_text("")
    (tmp_path / "CACHEDIR.TAG").write_text("")
    assert kept_ids(tmp_path) == {"acme/nuclei", "bert"}


def test_that_a_missing_cache_holds_nothing(tmp_path: Path) -> None:
    assert kept_ids(tmp_path / "nothing") == frozenset()
