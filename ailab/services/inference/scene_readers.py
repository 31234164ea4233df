"""What reads the answer of MGP-STR: a list of characters, and the tokenizers that are here."""

from __future__ import annotations

from pathlib import Path

from ailab.services.inference.bounded_file import AGAIN
from ailab.services.inference.companions import COMPANIONS, companion_names
from ailab.services.inference.found_companions import companion_files
from ailab.services.inference.inference_errors import ModelFileError
from ailab.services.inference.model_layout import ModelLayout
from ailab.services.inference.sandbox.model_places import snapshot_repo
from ailab.services.inference.text_readers import CHARACTERS
from ailab.services.listed import listed

Files = tuple[tuple[str, Path], ...]
"""Names, and the files that belong to them."""


def scene_readers(root: Path, layout: ModelLayout) -> Files:
    """The outputs that can be read with what is on this disk, the characters first.

    Args:
        root: the model's folder.
        layout: its files.

    Returns:
        Names of the network's outputs, and the files that name their pieces.

    Raises:
        ModelFileError: nothing lists the characters.
    """
    if layout.characters is None:
        raise ModelFileError(
            "The model's files do not say which characters its network tells apart: there is no "
            "vocab.json.",
            AGAIN,
        )
    found = ((each.output, companion_files(each, root, layout)) for each in COMPANIONS)
    pieces = tuple((output, files[0]) for output, files in found if files)
    return ((CHARACTERS, root / layout.characters), *pieces)


def files_beside(root: Path, layout: ModelLayout) -> Files:
    """The files of other repositories that are read, by the names that they would have here.

    Args:
        root: the model's folder.
        layout: its files.
    """
    return tuple(
        (f"{each.folder}/{path.name}", path)
        for each in COMPANIONS
        for path in companion_files(each, root, layout)
        if not path.is_relative_to(root)
    )


def lacking_readers(root: Path, readers: Files) -> str:
    """What to know where tokenizers are missing; empty where none is.

    Args:
        root: the model's folder.
        readers: as `scene_readers` gives them.
    """
    there = dict(readers)
    missing = [each for each in COMPANIONS if each.output not in there]
    if not missing:
        return ""
    names, folders = companion_names(missing), listed(each.folder for each in missing)
    how = (
        "Download the model again to have them too."
        if snapshot_repo(root) is not None
        else f"Put each one's tokenizer.json into a folder of this name beside config.json: "
        f"{folders}."
    )
    kinds = "its characters and one kind of pieces" if len(readers) > 1 else "its characters alone"
    which = "the tokenizer" if len(missing) == 1 else "the tokenizers"
    are = "is" if len(missing) == 1 else "are"
    return f"The text is read by {kinds}, as {which} of {names} {are} not on this disk. {how}"
