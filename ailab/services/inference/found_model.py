"""Where the model lies that a path means, and which files there are the model's."""

from __future__ import annotations

import os
from collections.abc import Collection
from dataclasses import replace
from pathlib import Path

from ailab.services.inference.engine_table import ONNX, TORCH
from ailab.services.inference.inference_errors import ModelFileError
from ailab.services.inference.json_file import read_json_object
from ailab.services.inference.model_config import architectures_of
from ailab.services.inference.model_layout import (
    INNER_FOLDERS,
    ModelLayout,
    described_variant,
    find_layout,
    find_layouts,
    layout_around,
)
from ailab.services.inference.model_links import check_links
from ailab.services.inference.network import DECODER, VISION
from ailab.services.inference.prompted_pair import prompted_pair
from ailab.services.inference.refused_weights import refused_folder, refused_weights
from ailab.services.inference.tensor_files import tensor_files
from ailab.services.inference.torch_alone import runs_on_torch_alone

_TWO = 2
_CHOOSE = "Choose an .onnx file, or a folder with config.json and .onnx or .safetensors files."
_IMMICH = {("visual", "model.onnx"), ("textual", "model.onnx")}
_DESCRIBING = (".json", ".jinja", ".model", ".safetensors", ".txt")


def find_model(
    path: Path, variant: str | None, described: Collection[str] = ()
) -> tuple[Path, ModelLayout]:
    """The folder of the model that a path means, and which of its files are the model's.

    Args:
        path: an `.onnx` file, or a folder in Hugging Face layout.
        variant: which of a folder's weights; None for those that run best.
        described: the folder's `.onnx` files that have a sheet elsewhere.

    Raises:
        ModelFileError: nothing runnable there, or a file leads out of the folder.
    """
    path = path.absolute()
    try:
        root, layout = (
            (path, _layout_of_folder(path, variant, described))
            if path.is_dir()
            else _layout_of_file(path)
        )
        layout = _with_partner(root, layout)
        # Which of the texts beside a sheet holds the labels, the sheet says.
        check_links(root, (file for file in layout.files if file not in layout.labels))
        if layout.engine == TORCH:  # transformers looks for more files by itself
            check_links(root, (file for file in _files(root) if file.endswith(_DESCRIBING)))
        return root, layout
    except OSError as error:
        raise ModelFileError(
            f"{path.name:.200} cannot be read.",
            "Check that you may read it, or choose another model.",
            detail=str(error),
        ) from error


def _layout_of_folder(folder: Path, variant: str | None, described: Collection[str]) -> ModelLayout:
    paths = _files(folder)
    variant = variant or described_variant(paths, described)
    config = folder / "config.json"
    has_safetensors = any(path.endswith(".safetensors") for path in paths)
    is_alone = (
        has_safetensors
        and config.is_file()
        and runs_on_torch_alone(architectures_of(read_json_object(config)))
    )
    layout = find_layout(paths, variant, is_torch_alone=is_alone)
    if layout is not None:
        return layout
    if variant is not None and (layouts := find_layouts(paths)):
        there = ", ".join(each.variant for each in layouts)
        raise ModelFileError(
            f"The folder {folder.name} holds no weights called {variant}.",
            f"Choose one of these: {there}.",
        )
    several = [path for path in paths if path.endswith(".onnx")]
    pair = prompted_pair(folder / several[0]) if len(several) == _TWO else None
    if pair is not None:
        return layout_around(pair.encoder.relative_to(folder).as_posix(), paths)
    if several:
        raise ModelFileError(
            f"The folder {folder.name} holds no model.onnx, but {several[0].rpartition('/')[2]}"
            f"{' and others' if len(several) > 1 else ''}.",
            "Choose the .onnx file itself instead of the folder.",
        )
    raise refused_folder(folder.name, paths) or ModelFileError(
        f"There is no .onnx file and no model.safetensors in the folder {folder.name}.", _CHOOSE
    )


def _with_partner(root: Path, layout: ModelLayout) -> ModelLayout:
    """With the other file of a pair that makes masks together, where nothing describes one."""
    if layout.engine != ONNX or layout.parts or layout.config or layout.sheet:
        return layout
    pair = prompted_pair(root / layout.weights)
    if pair is None:
        return layout
    files = [path.relative_to(root).as_posix() for path in (pair.encoder, pair.decoder)]
    parts = tuple(zip((VISION, DECODER), files, strict=True))
    data = tensor_files(files, set(_files(root)))
    return replace(layout, weights=files[0], parts=parts).with_data(data)


def _layout_of_file(path: Path) -> tuple[Path, ModelLayout]:
    if not path.exists():
        raise ModelFileError(f"There is no file or folder {path}.", _CHOOSE)
    if path.suffix.lower() != ".onnx":
        other = ModelFileError(f"{path.name} is not an .onnx file.", _CHOOSE)
        raise refused_weights(path) or other
    is_inner = path.parent.name == "onnx" or _is_of_immich(path)
    root = path.parent.parent if is_inner else path.parent
    weights = path.relative_to(root).as_posix()
    return root, layout_around(weights, _files(root))


def _is_of_immich(path: Path) -> bool:
    """True for `visual/model.onnx`, with or without the half that reads, in OpenCLIP's layout."""
    names = path.parent.name, path.name
    return names in _IMMICH and (path.parent.parent / "config.json").is_file()


def _files(folder: Path) -> list[str]:
    """The files at a folder's root and in those that a run reads; POSIX paths, links followed."""
    found: list[str] = []
    for prefix in ("", *(f"{inner}/" for inner in INNER_FOLDERS)):
        place = folder / prefix
        if place.is_dir():
            with os.scandir(place) as entries:
                found += sorted(prefix + entry.name for entry in entries if entry.is_file())
    return found
