"""Which files of a model's folder or repository a run needs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

_PREFERRED = ("onnx/model.onnx", "model.onnx")


@dataclass(frozen=True, slots=True)
class ModelLayout:
    """The files of a model that ailab runs; POSIX paths relative to the model's folder.

    Attributes:
        weights: the `.onnx` file.
        external_data: files beside it that hold its larger tensors.
        config: `config.json`; None where there is none.
        preprocessor: `preprocessor_config.json`; None where there is none.
        sheet: the sheet that describes a bare `.onnx` file; None where there is none.
        labels: text files beside the sheet, one of which may hold the classes' names.
    """

    weights: str
    external_data: tuple[str, ...] = ()
    config: str | None = None
    preprocessor: str | None = None
    sheet: str | None = None
    labels: tuple[str, ...] = ()

    @property
    def files(self) -> tuple[str, ...]:
        """All files that a run needs."""
        described = (self.config, self.preprocessor, self.sheet)
        named = (path for path in described if path)
        return (self.weights, *self.external_data, *named, *self.labels)

    @property
    def is_described(self) -> bool:
        """True where the files say how pictures go in and what comes out."""
        return self.sheet is not None or (self.config is not None and self.preprocessor is not None)


def find_layout(paths: Sequence[str]) -> ModelLayout | None:
    """Choose among a folder's files; None where no `.onnx` file can be chosen.

    `onnx/model.onnx` is preferred to `model.onnx`, and both to a lone `.onnx` file at the root
    or one with a sheet. Of several unnamed `.onnx` files none is chosen: any choice is a guess.
    """
    present = set(paths)
    weights = next((path for path in _PREFERRED if path in present), None)
    if weights is None:
        candidates = [path for path in paths if path.endswith(".onnx") and "/" not in path]
        described = [path for path in candidates if sheet_path(path) in present]
        chosen = described or candidates
        if len(chosen) != 1:
            return None
        weights = chosen[0]
    return layout_around(weights, paths)


def layout_around(weights: str, paths: Sequence[str]) -> ModelLayout:
    """The layout of an `.onnx` file, whatever its name, among the files of its folder."""
    present = set(paths)
    sheet = sheet_path(weights)
    folder = weights.rpartition("/")[0]
    return ModelLayout(
        weights=weights,
        external_data=tuple(sorted(path for path in present if _is_external_data(path, weights))),
        config=_nearest("config.json", folder, present),
        preprocessor=_nearest("preprocessor_config.json", folder, present),
        sheet=sheet if sheet in present else None,
        labels=tuple(sorted(_texts_in(folder, present))) if sheet in present else (),
    )


def sheet_path(weights: str) -> str:
    """Where the sheet of an `.onnx` file lies: beside it, as `<name>.ailab.json`."""
    return weights.removesuffix(".onnx") + ".ailab.json"


def _is_external_data(path: str, weights: str) -> bool:
    # Exporters write `model.onnx_data`, `model.onnx_data_1`, `model.onnx.data`.
    return path != weights and path.startswith((weights + "_data", weights + ".data"))


def _texts_in(folder: str, present: set[str]) -> set[str]:
    return {path for path in present if path.endswith(".txt") and path.rpartition("/")[0] == folder}


def _nearest(name: str, folder: str, present: set[str]) -> str | None:
    """A file at the root, where the Hub's models keep it, or else beside the weights."""
    return next((path for path in (name, f"{folder}/{name}") if path in present), None)
