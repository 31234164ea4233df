"""The documentation, as it is installed."""

from __future__ import annotations

import tomllib
from importlib import metadata
from pathlib import Path

import pytest

from ailab.services.documentation.doc_page import PAGES, led_to
from ailab.services.documentation.doc_reader import page_of, read_doc
from ailab.services.documentation.documentation_error import DocumentationError
from ailab.services.documentation.installed_docs import read_page

ROOT = Path(__file__).parents[3]


def test_that_each_page_is_there_and_goes_along_with_the_package() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    installed = project["tool"]["setuptools"]["data-files"]["share/doc/ailab"]
    assert {Path(name).stem for name in installed} == set(PAGES)
    assert {path.stem for path in (ROOT / "docs").glob("*.md")} == set(PAGES) - {"README"}
    assert {page: read_page(page).splitlines()[0] for page in PAGES} == {
        page: f"# {title}" for page, title in PAGES.items()
    }


def test_that_it_is_read_where_it_was_installed(tmp_path: Path) -> None:
    info = tmp_path / "site-packages" / "ailab-1.dist-info"
    page = tmp_path / "share" / "doc" / "ailab" / "sheet.md"
    for folder in (info, page.parent):
        folder.mkdir(parents=True)
    page.write_text("# As installed\n", "utf-8")
    (info / "METADATA").write_text("Name: ailab\nVersion: 1\n", "utf-8")
    (info / "RECORD").write_text("../share/doc/ailab/sheet.md,,\n", "utf-8")
    assert read_page("sheet", metadata.PathDistribution(info)) == "# As installed\n"


async def test_that_a_page_is_made_ready_and_its_links_lead_to_others() -> None:
    for page in PAGES:
        doc = await read_doc(page)
        assert not doc.is_cut
        assert doc.pictures == ()
    overview = "".join((await read_doc("README")).pieces)
    assert 'href="https://documentation.invalid/ailab/blob/docs/docs/sheet.md"' in overview
    assert page_of("https://documentation.invalid/ailab/blob/docs/docs/sheet.md") == "sheet"
    assert page_of("https://documentation.invalid/ailab/blob/docs/CHANGELOG.md") == ""
    assert page_of("https://docs.ray.io") is None


def test_that_another_page_is_told_of() -> None:
    with pytest.raises(DocumentationError, match="no page other"):
        read_page("other")
    assert led_to("sheet") == (
        "“Sheets for bare .onnx files” (in the menu Help, or by ailab docs sheet)"
    )
