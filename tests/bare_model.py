"""A tiny model that nothing describes, as a repository of the embedded Hub."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from PIL import Image

from ailab.demo.demo_file import DemoFile
from ailab.services.inference.predictions import Classification
from kept_model import write_bare

COLOURS = "acme/colours"
NAMES = ("red", "green", "blue")


def colours(tmp_path: Path, *, more: bytes = b"") -> DemoFile:
    """A tiny network that nothing describes."""
    return DemoFile("colours.onnx", write_bare(tmp_path / "colours.onnx").read_bytes() + more)


def red_picture(tmp_path: Path) -> Path:
    path = tmp_path / "red.png"
    Image.new("RGB", (32, 24), (250, 10, 10)).save(path)
    return path


def check_colours(prediction: Any) -> None:
    assert isinstance(prediction, Classification)
    assert prediction.scores[0].label == "red"
