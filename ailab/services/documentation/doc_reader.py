"""A page of the documentation, ready to be shown."""

from __future__ import annotations

import asyncio
import re
from pathlib import PurePosixPath
from urllib.parse import urlsplit

from ailab.services.documentation.doc_page import PAGES
from ailab.services.documentation.installed_docs import read_page
from ailab.services.model_card.card_addresses import CardAddresses
from ailab.services.model_card.model_card import ModelCard

# A host that cannot be: it stands for the pages themselves.
_ADDRESSES = CardAddresses("https://documentation.invalid", "ailab", "docs")
_PICTURE = re.compile(r"!\[[^\]]*\]\([^)]*\)\n?")


async def read_doc(page: str) -> ModelCard:
    """A page as cleaned HTML, without its pictures, which are not installed.

    Raises:
        DocumentationError: there is no such page, or its file is missing.
    """
    return await asyncio.to_thread(_render, page)


def page_of(address: str) -> str | None:
    """The page that a link of a page leads to; empty for one not installed, None for elsewhere."""
    if not address.startswith(f"{_ADDRESSES.endpoint}/"):
        return None
    page = PurePosixPath(urlsplit(address).path).stem
    return page if page in PAGES else ""


def _render(page: str) -> ModelCard:
    from ailab.services.model_card.card_html import render_card  # noqa: PLC0415 - seldom wanted

    return render_card(_PICTURE.sub("", read_page(page)), _ADDRESSES)
