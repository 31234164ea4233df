"""A saved network turned into ONNX as the lab does it, by the same three steps."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from ailab.services.images.image_reader import read_picture
from ailab.services.inference.converter import Converter
from ailab.services.inference.json_fields import Fields
from ailab.services.inference.model_layout import SAFETENSORS
from ailab.services.inference.open_model import open_model


def convert(folder: Path, picture: Path | None = None) -> list[dict[str, Any]]:
    """Write `onnx/` into a folder with safetensors, and compare both; the figures compared.

    Args:
        folder: where a network was saved.
        picture: what it is traced with and compared on; None for ailab's own.

    Raises:
        ModelFileError: it is not converted, or answers otherwise.
    """
    target = folder / "onnx"
    target.mkdir()
    converter = Converter(read_picture)
    shown = {} if picture is None else {"picture": str(picture)}
    fields = Fields({"save_to": str(target), **shown})
    model = open_model(folder, variant=SAFETENSORS)
    converter.step("load", model, fields)
    converter.step("export", model, fields)
    figures: list[dict[str, Any]] = converter.step("check", model, fields)["figures"]
    return figures
