"""The documentation, a page at a time, and what is found in all of it."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import chain, islice

from ailab.services.documentation.doc_hit import DocHit, hits_in
from ailab.services.documentation.doc_page import PAGES
from ailab.services.documentation.doc_reader import page_of, read_doc
from ailab.services.documentation.documentation_error import DocumentationError
from ailab.services.documentation.page_text import paragraphs
from ailab.services.model_card.model_card import ModelCard
from ailab.services.problem import Problem
from ailab.viewmodels.latest import Latest
from ailab.viewmodels.view_model import ViewModel

MOST_HITS = 300
"""That are listed; who sees more types further letters."""
_LEAST = 2


@dataclass(frozen=True, slots=True)
class DocumentationState:
    """What is shown of it.

    Attributes:
        page: one of `PAGES`; empty before the first.
        text: the page; None while it is read.
        problem: why it cannot be shown.
        place: which place of the words looked for was chosen on it, from 0; None for none.
        words: what is looked for on all pages; empty for nothing.
        hits: what was found; while other words are looked for, that of the words before.
        is_finding: the pages are being looked through.
    """

    page: str = ""
    text: ModelCard | None = None
    problem: Problem | None = None
    place: int | None = None
    words: str = ""
    hits: tuple[DocHit, ...] = ()
    is_finding: bool = False


class DocumentationViewModel(ViewModel[DocumentationState]):
    """Reads pages and follows their links.

    Args:
        read: reads a page.
    """

    def __init__(self, read: Callable[[str], Awaitable[ModelCard]] = read_doc) -> None:
        super().__init__(DocumentationState())
        self._read = read
        self._reading = Latest("page of the documentation")
        self._finding = Latest("words in the documentation")
        self._paragraphs: dict[str, tuple[str, ...]] = {}

    def open(self) -> None:
        """Show the page shown last, or the first."""
        self.show_page(self.state.page or next(iter(PAGES)))

    def show_page(self, page: str, place: int | None = None) -> None:
        """Show a page, from its beginning or where words were found."""
        if page == self.state.page and self.state.text is not None:
            self._become(replace(self.state, place=place))
            return
        self._become(replace(self.state, page=page, text=None, problem=None, place=place))
        self._reading.start(self._run(page))

    def find(self, words: str) -> None:
        """Look for words on all pages; a single letter is everywhere, and is not looked for."""
        if len(words.strip()) < _LEAST:
            self._finding.cancel()
            self._become(replace(self.state, words="", hits=(), is_finding=False))
        elif words != self.state.words:
            self._become(replace(self.state, words=words, is_finding=True))
            self._finding.start(self._run_find(words))

    def show_hit(self, hit: DocHit) -> None:
        """Show what was found, on its page."""
        self.show_page(hit.page, hit.place)

    def follow(self, address: str) -> str:
        """Follow a link of the page shown; the address to open elsewhere, or an empty text."""
        page = page_of(address)
        if page is None:
            return address
        if page:
            self.show_page(page)
        return ""

    async def close(self) -> None:
        """Stop reading and wait for its end."""
        await self._reading.close()
        await self._finding.close()

    async def wait(self) -> None:
        """Wait until the page is read, and all are looked through."""
        await self._reading.wait()
        await self._finding.wait()

    async def _run(self, page: str) -> None:
        try:
            text = await self._read(page)
        except DocumentationError as error:
            self._become(replace(self.state, problem=Problem.of(error)))
        else:
            self._become(replace(self.state, text=text))

    async def _run_find(self, words: str) -> None:
        for page in PAGES:
            if page not in self._paragraphs:  # read once: it takes a second for all
                self._paragraphs[page] = await self._read_paragraphs(page)
        hits = await asyncio.to_thread(_found, dict(self._paragraphs), words)
        self._become(replace(self.state, hits=hits, is_finding=False))

    async def _read_paragraphs(self, page: str) -> tuple[str, ...]:
        try:
            return await asyncio.to_thread(paragraphs, await self._read(page))
        except DocumentationError:
            return ()  # to open it tells why


def _found(pages: Mapping[str, Sequence[str]], words: str) -> tuple[DocHit, ...]:
    hits = (hits_in(page, pages[page], words) for page in PAGES)
    return tuple(islice(chain.from_iterable(hits), MOST_HITS))
