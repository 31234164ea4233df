"""The documentation, a page at a time."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace

from ailab.services.documentation.doc_page import PAGES
from ailab.services.documentation.doc_reader import page_of, read_doc
from ailab.services.documentation.documentation_error import DocumentationError
from ailab.services.model_card.model_card import ModelCard
from ailab.services.problem import Problem
from ailab.viewmodels.latest import Latest
from ailab.viewmodels.view_model import ViewModel


@dataclass(frozen=True, slots=True)
class DocumentationState:
    """What is shown of it.

    Attributes:
        page: one of `PAGES`; empty before the first.
        text: the page; None while it is read.
        problem: why it cannot be shown.
    """

    page: str = ""
    text: ModelCard | None = None
    problem: Problem | None = None


class DocumentationViewModel(ViewModel[DocumentationState]):
    """Reads pages and follows their links.

    Args:
        read: reads a page.
    """

    def __init__(self, read: Callable[[str], Awaitable[ModelCard]] = read_doc) -> None:
        super().__init__(DocumentationState())
        self._read = read
        self._reading = Latest("page of the documentation")

    def open(self) -> None:
        """Show the page shown last, or the first."""
        self.show_page(self.state.page or next(iter(PAGES)))

    def show_page(self, page: str) -> None:
        """Show a page."""
        if page != self.state.page or self.state.text is None:
            self._become(DocumentationState(page))
            self._reading.start(self._run(page))

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

    async def wait(self) -> None:
        """Wait until the page is read."""
        await self._reading.wait()

    async def _run(self, page: str) -> None:
        try:
            text = await self._read(page)
        except DocumentationError as error:
            self._become(replace(self.state, problem=Problem.of(error)))
        else:
            self._become(replace(self.state, text=text))
