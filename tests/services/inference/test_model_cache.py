"""Which models stay in memory, and which go for others."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, cast

import pytest
from onnx import helper

from ailab.services.inference.model_cache import ModelCache, WorkerFull
from ailab.services.inference.open_model import open_model
from ailab.services.inference.runnable_model import RunnableModel

if TYPE_CHECKING:
    from ailab.services.inference.loaded_model import LoadedModel


class Loader:
    """Loads nothing, and takes as much memory as a model's name says."""

    def __init__(self, most: int) -> None:
        self.loads: list[str] = []
        self.held: dict[str, int] = {}
        self.kept_back = 0  # by the allocator, of those that went
        self.cache = ModelCache(self._load, most, self._holds)

    def _load(self, model: RunnableModel) -> LoadedModel:
        self.loads.append(model.name)
        self.held[model.path.name] = int(model.name.partition(" ")[2] or 0)
        return cast("LoadedModel", f"{model.name}")

    def _holds(self) -> int:
        if not self.loads:
            return 1000  # before the first
        kept = sum(self.held.get(path.name, 0) for path in self.cache.paths)
        loading = self.held.get(self.loads[-1].partition(" ")[0], 0)
        is_loading = self.loads[-1].partition(" ")[0] not in self.kept
        return 1000 + kept + self.kept_back + (loading if is_loading else 0)

    @property
    def kept(self) -> str:
        return "".join(path.name for path in self.cache.paths)


def a_model(name: str, size: int, folder: Path) -> RunnableModel:
    return RunnableModel(f"{name} {size}", folder / name, "image-classification")


def test_that_models_are_kept_as_long_as_they_fit(tmp_path: Path) -> None:
    loader = Loader(most=100)
    models = [a_model(name, 40, tmp_path) for name in "abc"]
    for model in (*models[:2], *models[:2]):
        loader.cache.load(model)
    assert loader.loads == ["a 40", "b 40"]
    loader.cache.load(models[2])
    assert loader.kept == "abc"  # how large it is, is known only now
    loader.cache.load(a_model("d", 40, tmp_path))
    assert loader.kept == "bcd"


def test_that_the_model_used_longest_ago_goes_first(tmp_path: Path) -> None:
    loader = Loader(most=100)
    models = [a_model(name, 40, tmp_path) for name in "abc"]
    for model in models:
        loader.cache.load(model)
    assert loader.cache.find(models[0]) is not None
    loader.cache.load(a_model("d", 1, tmp_path))
    assert loader.kept == "cad"


def test_that_the_size_of_the_files_counts_before_a_model_is_loaded(
    tmp_path: Path, save_model: Callable[..., Path]
) -> None:
    nodes = [helper.make_node("ReduceMean", ["pixels"], ["scores"], axes=[2, 3], keepdims=0)]
    path = save_model(tmp_path / "large.onnx", nodes, [1, 3])
    files = path.stat().st_size + path.with_suffix(".ailab.json").stat().st_size
    loader = Loader(most=60 + files)
    loader.cache.load(a_model("a", 40, tmp_path))
    loader.cache.load(a_model("b", 40, tmp_path))
    loader.cache.load(open_model(path))
    assert loader.kept == "blarge.onnx"


def test_that_a_new_worker_is_wished_for_where_every_model_has_to_go(tmp_path: Path) -> None:
    loader = Loader(most=10)
    loader.cache.load(a_model("a", 40, tmp_path))
    with pytest.raises(WorkerFull):
        loader.cache.load(a_model("b", 40, tmp_path))
    assert loader.kept == ""
    loader.cache.load(a_model("b", 40, tmp_path))  # one is kept, however large
    assert loader.kept == "b"


def test_that_what_a_model_takes_once_it_has_run_counts_too(tmp_path: Path) -> None:
    loader = Loader(most=100)
    loader.cache.load(a_model("a", 10, tmp_path))
    loader.cache.load(a_model("b", 10, tmp_path))
    loader.held["a"] = 200
    loader.cache.load(a_model("c", 10, tmp_path))
    assert loader.kept == "bc"


def test_that_a_new_worker_is_wished_for_where_the_memory_does_not_come_back(
    tmp_path: Path,
) -> None:
    loader = Loader(most=100)
    loader.cache.load(a_model("a", 10, tmp_path))
    loader.cache.load(a_model("b", 10, tmp_path))
    loader.kept_back = 500
    with pytest.raises(WorkerFull):
        loader.cache.load(a_model("c", 10, tmp_path))


def test_that_files_that_changed_are_loaded_anew_and_the_old_ones_let_go(tmp_path: Path) -> None:
    loader, model = Loader(most=100), a_model("a", 0, tmp_path)
    loader.cache.load(model)
    model.path.write_bytes(b"another")
    assert loader.cache.find(model) is None
    loader.cache.load(model)
    assert (loader.loads, loader.kept) == (["a 0", "a 0"], "a")


def test_that_unloading_lets_go_of_all_variants_at_a_place(tmp_path: Path) -> None:
    loader, model = Loader(most=100), a_model("a", 0, tmp_path)
    loader.cache.load(model)
    loader.cache.load(replace(model, variant="int8"))
    loader.cache.load(a_model("b", 0, tmp_path))
    loader.cache.unload(model.path)
    assert loader.kept == "b"
