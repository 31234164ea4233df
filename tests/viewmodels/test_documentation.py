"""Reading the documentation, and finding words in it."""

from __future__ import annotations

import asyncio

import pytest

from ailab.services.documentation.doc_hit import DocHit
from ailab.services.documentation.documentation_error import DocumentationError
from ailab.services.model_card.model_card import ModelCard
from ailab.viewmodels.documentation import MOST_HITS, DocumentationViewModel
from fakes import Gate

TEXTS = {
    "finding": "<h1>Finding</h1><p>Masks, and a mask.</p><ul><li>A <b>ma</b>sk again</li></ul>",
    "sheet": "<pre>mask: 1\nbox: 2\n</pre><p>Nothing else</p>",
}


class Pages:
    """Some pages, read once each; one is not installed."""

    def __init__(self) -> None:
        self.gate = Gate()
        self.read: list[str] = []

    async def __call__(self, page: str) -> ModelCard:
        self.read.append(page)
        await self.gate.passage()
        if page == "ray":
            raise DocumentationError("The page ray is not installed.", "Install it.")
        return ModelCard((TEXTS.get(page, "<p>About it</p>"),))


@pytest.fixture
def pages() -> Pages:
    return Pages()


@pytest.fixture
def documentation(pages: Pages) -> DocumentationViewModel:
    return DocumentationViewModel(pages)


async def test_that_words_are_found_on_all_pages_with_what_is_around_them(
    documentation: DocumentationViewModel, pages: Pages
) -> None:
    documentation.find("Mask")
    assert documentation.state.is_finding
    await documentation.wait()
    assert documentation.state.hits == (
        DocHit("finding", "Masks, and a mask.", 0),
        DocHit("finding", "A mask again", 2),
        DocHit("sheet", "mask: 1", 0),
    )
    assert not documentation.state.is_finding
    count = len(pages.read)
    documentation.find("box: 2")
    await documentation.wait()
    assert [hit.page for hit in documentation.state.hits] == ["sheet"]
    assert len(pages.read) == count  # each page was read once


async def test_that_a_hit_leads_to_its_page_and_place(
    documentation: DocumentationViewModel,
) -> None:
    documentation.open()
    documentation.find("mask")
    await documentation.wait()
    documentation.show_hit(documentation.state.hits[1])
    assert (documentation.state.page, documentation.state.place) == ("finding", 2)
    assert documentation.state.hits
    await documentation.wait()
    assert documentation.state.text is not None
    documentation.show_hit(documentation.state.hits[0])
    assert documentation.state.place == 0
    documentation.show_page("sheet")
    assert documentation.state.place is None
    await documentation.wait()


async def test_that_a_late_older_answer_is_never_shown_and_a_letter_is_not_looked_for(
    documentation: DocumentationViewModel, pages: Pages
) -> None:
    pages.gate.shut()
    documentation.find("nothing")
    await asyncio.sleep(0)
    documentation.find("again")
    pages.gate.open()
    await documentation.wait()
    assert [hit.line for hit in documentation.state.hits] == ["A mask again"]
    documentation.find("a ")
    assert (documentation.state.words, documentation.state.hits) == ("", ())
    documentation.find("zebra")
    await documentation.wait()
    assert documentation.state.hits == ()
    assert not documentation.state.is_finding


async def test_that_no_more_is_listed_than_a_person_reads(
    documentation: DocumentationViewModel, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(TEXTS, "safety", "<p>zebra</p>" * (2 * MOST_HITS))
    documentation.find("zebra")
    await documentation.wait()
    assert len(documentation.state.hits) == MOST_HITS
