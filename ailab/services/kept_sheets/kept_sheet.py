"""A sheet that a person gave a model of the Hub."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType


@dataclass(frozen=True, slots=True)
class KeptSheet:
    """A sheet of one `.onnx` file of one repository; it counts at every revision.

    Attributes:
        model_id: the Hub's id.
        file: the `.onnx` file's path inside the repository.
        place: where the sheet lies.
        content: checksum of the file that it was written for; empty where that is not known.
        task: the pipeline tag that it names; empty where the sheet cannot be read.
        decoder: what it reads the network's outputs by; empty likewise.
    """

    model_id: str
    file: str
    place: Path
    content: str = ""
    task: str = ""
    decoder: str = ""

    def is_of_other(self, content: str) -> bool:
        """True where it was written for another file than the one with this checksum."""
        return bool(self.content and content) and content != self.content


NO_SHEETS: Mapping[str, KeptSheet] = MappingProxyType({})


def of_other_file(file: str) -> str:
    """What is told where a file is not the one that its sheet was written for.

    Args:
        file: its path inside the repository.
    """
    name = file.rpartition("/")[2]
    return (
        f"{name} has changed on the Hub since you described it: look whether its sheet still fits, "
        "and save it again."
    )
