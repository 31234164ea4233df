"""What the sheet editor asks of sheets and the files that they describe."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Protocol

from ailab.services.architecture.network_outline import NetworkOutline
from ailab.services.inference.runnable_model import RunnableModel
from ailab.services.inference.sheet_draft import SheetDraft
from ailab.services.inference.usual_names import UsualNames
from ailab.services.problem import Problem


@dataclass(frozen=True, slots=True)
class LabelFile:
    """A text file beside the model that may hold its classes' names."""

    name: str
    count: int


@dataclass(frozen=True, slots=True)
class OpenedSheet:
    """A bare `.onnx` file, and the sheet to edit.

    Attributes:
        path: of the `.onnx` file.
        sheet: name of the sheet beside it, whether it is there or not.
        is_there: it is.
        draft: what it says, or what the file suggests.
        outline: the network, without its weights.
        notes: what was read and what was guessed, in sentences.
        problems: what is wrong with the sheet that is there, in sentences.
        obstacle: why no sheet can make the network run; None where one can.
        label_files: the text files beside it.
        usual: sets of names that its classes may be of.
    """

    path: str
    sheet: str
    is_there: bool
    draft: SheetDraft
    outline: NetworkOutline = field(repr=False)
    notes: tuple[str, ...] = ()
    problems: tuple[str, ...] = ()
    obstacle: Problem | None = None
    label_files: tuple[LabelFile, ...] = ()
    usual: tuple[UsualNames, ...] = ()


@dataclass(frozen=True, slots=True)
class SheetChanges:
    """What saving would change.

    Attributes:
        found: bytes of the sheet that lies there now; None where none does.
        lines: what is different, a line per field; empty where nothing is, or nothing lies there.
    """

    found: bytes | None = field(repr=False)
    lines: tuple[str, ...] = ()


class Sheets(Protocol):
    """Sheets on this disk."""

    async def open(self, path: str) -> OpenedSheet:
        """Read an `.onnx` file's outline and the sheet beside it; weights are not read.

        Raises:
            ModelFileError: there is no such file, or it is no ONNX model.
        """
        ...

    async def describe(self, path: str, draft: SheetDraft) -> RunnableModel:
        """The model that a draft describes, ready for the worker; nothing is written.

        Raises:
            ModelFileError: the draft says something wrong, or too little.
        """
        ...

    async def compare(self, path: str, draft: SheetDraft) -> SheetChanges:
        """What saving a draft would change on the disk.

        Raises:
            ModelFileError: the sheet there cannot be read.
        """
        ...

    async def names(self, file: str, *, are_characters: bool = False) -> tuple[str, ...]:
        """The names of classes in a text file anywhere on this disk, one a line.

        Args:
            file: its path.
            are_characters: True for the characters of a line of text, each as it stands.

        Raises:
            ModelFileError: it cannot be read as such.
        """
        ...

    async def save(self, path: str, draft: SheetDraft, found: bytes | None) -> None:
        """Write a draft beside the `.onnx` file, whole or not at all.

        Args:
            path: the `.onnx` file's.
            draft: what is written.
            found: what the person knows to lie there; None for nothing.

        Raises:
            SheetChangedError: something else lies there by now; nothing was written.
            ModelFileError: the folder cannot be written to.
        """
        ...
