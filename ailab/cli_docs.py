"""The command that shows the documentation."""

from __future__ import annotations

import argparse

from ailab.cli_lines import print_line, tell_line
from ailab.cli_words import print_table
from ailab.exit_status import FAILED, OK
from ailab.services.documentation.doc_hit import DocHit, hits_in
from ailab.services.documentation.doc_page import PAGES
from ailab.services.documentation.doc_reader import read_doc
from ailab.services.documentation.installed_docs import read_page
from ailab.services.documentation.page_text import paragraphs


async def show_docs(options: argparse.Namespace) -> int:
    """Write a page's text or the lines that have some words, or list the pages.

    Raises:
        DocumentationError: there is no such page, or it is not installed.
    """
    if options.find is not None:
        return await _find(options.find.strip(), options.page)
    if options.page is None:
        print_table(("PAGE", "TITLE"), list(PAGES.items()))
    else:
        print_line(read_page(options.page).rstrip())
    return OK


async def _find(words: str, page: str | None) -> int:
    hits = await _hits(words, tuple(PAGES) if page is None else (page,))
    if not hits:
        tell_line(f"No line of the documentation has the words “{words}”.")
        return FAILED
    print_table(("PAGE", "LINE"), [(hit.page, hit.line) for hit in hits])
    return OK


async def _hits(words: str, pages: tuple[str, ...]) -> list[DocHit]:
    found: list[DocHit] = []
    for page in pages if words else ():
        found += hits_in(page, paragraphs(await read_doc(page)), words)
    return found
