"""The documentation's files."""

from __future__ import annotations

from importlib import metadata
from pathlib import Path

import ailab
from ailab.services.documentation.doc_page import PAGES
from ailab.services.documentation.documentation_error import DocumentationError

_FOLDER = "share/doc/ailab/"


def read_page(page: str, installed: metadata.PathDistribution | None = None) -> str:
    """A page's text, in Markdown; belongs in a thread.

    It lies where the package's installer put it, or beside the package in a source tree.

    Args:
        page: one of `PAGES`.
        installed: the package as it was installed; None to look for it.

    Raises:
        DocumentationError: there is no such page, or its file is missing.
    """
    if page not in PAGES:
        raise DocumentationError(
            f"There is no page {page} in the documentation.", f"Choose one of: {', '.join(PAGES)}."
        )
    for place in _places(page, installed):
        try:
            return place.read_text("utf-8")
        except OSError:
            continue
    raise DocumentationError(
        f"The page {page} of the documentation is not installed.",
        "Install ailab by pip, which brings its documentation along.",
    )


def _places(page: str, installed: metadata.Distribution | None) -> list[Path]:
    name = f"{page}.md"
    source = Path(ailab.__file__).parents[1]
    places = [source / name if page == "README" else source / "docs" / name]
    try:
        found = installed or metadata.distribution("ailab")
    except metadata.PackageNotFoundError:
        return places
    for file in found.files or ():
        if file.as_posix().endswith(f"{_FOLDER}{name}"):
            places.insert(0, Path(str(file.locate())))
    return places
