"""A model that was turned into ONNX on this machine."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

CONVERTED = "converted"
"""The variant that these weights are called by."""

CONVERTIBLE_TASKS = frozenset(
    {
        "image-classification",
        "object-detection",
        "image-segmentation",
        "depth-estimation",
        "image-to-image",
        "image-feature-extraction",
        "zero-shot-image-classification",
        "zero-shot-object-detection",
    }
)
"""Pipeline tags of what takes a picture, and labels at most, and answers with what can be compared.
"""


@dataclass(frozen=True, slots=True)
class ConversionRecord:
    """What is known of a conversion; `conversion.json` beside the outcome.

    Attributes:
        model_id: the Hub's id.
        revision: the full commit whose weights were converted; they do not count for another.
        task: the pipeline tag.
        converted: UTC, ISO 8601.
        source_files: name and sha256 of each file that it was made of.
        files: name and size in bytes of each file that it consists of; POSIX paths.
        versions: name and version of what took part.
        figures: what was compared, the number measured and its limit.
        is_size_free: pictures of any size go in.
        reason: why not, where the model itself takes any; else empty.
        picture: name of the picture that both were compared on; empty for ailab's own.
    """

    model_id: str
    revision: str
    task: str
    converted: str
    source_files: tuple[tuple[str, str], ...] = ()
    files: tuple[tuple[str, int], ...] = ()
    versions: tuple[tuple[str, str], ...] = ()
    figures: tuple[tuple[str, float, float], ...] = ()
    is_size_free: bool = True
    reason: str = ""
    picture: str = ""


@dataclass(frozen=True, slots=True)
class ConvertedModel:
    """One of them.

    Attributes:
        folder: laid out as a repository of the Hub, with `onnx/model.onnx` in it.
        record: how it came about.
    """

    folder: Path
    record: ConversionRecord = field(repr=False)

    @property
    def weights(self) -> Path:
        """The `.onnx` file."""
        return self.folder / "onnx" / "model.onnx"

    @property
    def size(self) -> int:
        """Bytes on the disk."""
        return sum(size for _, size in self.record.files)
