"""A model that was turned into ONNX on this machine."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path, PurePath

from ailab.services.inference.exported_files import FIRST_FILES

CONVERTED = "converted"
"""The variant that these weights are called by."""


@dataclass(frozen=True, slots=True)
class ConversionRecord:
    """What is known of a conversion; `conversion.json` beside the outcome.

    Attributes:
        model_id: the Hub's id, or the absolute path of a local folder.
        revision: the full commit whose weights were converted, or what `weights_stamp` said of a
            local folder; they do not count for another.
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

    @property
    def is_local(self) -> bool:
        """True for what was made of a local folder."""
        return PurePath(self.model_id).is_absolute()


@dataclass(frozen=True, slots=True)
class ConvertedModel:
    """One of them.

    Attributes:
        folder: laid out as a repository of the Hub, with the network's parts in `onnx/`.
        record: how it came about.
    """

    folder: Path
    record: ConversionRecord = field(repr=False)

    @property
    def weights(self) -> Path:
        """The `.onnx` file, or that of the first part."""
        names = {name for name, _ in self.record.files}
        first = next((name for name in FIRST_FILES if f"onnx/{name}" in names), FIRST_FILES[0])
        return self.folder / "onnx" / first

    @property
    def size(self) -> int:
        """Bytes on the disk."""
        return sum(size for _, size in self.record.files)
