"""Markdown that strangers wrote, as HTML that can do no harm.

Markdown (CommonMark with tables and strikethrough) becomes HTML by markdown-it-py; nh3 (the
library ammonia) then parses all of it as a web browser would and keeps an allow-list; `CardWriter`
writes the rest for Qt, whose HTML knows fewer tags.
"""

from __future__ import annotations

import nh3
from markdown_it import MarkdownIt
from markdown_it.token import Token

from ailab.services.model_card.card_addresses import CardAddresses
from ailab.services.model_card.card_writer import CardWriter
from ailab.services.model_card.front_matter import without_front_matter
from ailab.services.model_card.model_card import ModelCard

_MOST_MARKDOWN = 250_000
"""Characters that are read; half a second in a thread, a few seconds at worst."""
_MOST_HTML = 160_000
"""Characters that are shown; Qt lays out so many without a freeze."""
_DEEPEST = 20
"""Quotations, lists and their items in one another; what lies deeper is left out."""
_PART = 40_000
"""Characters that are cleaned at once: the time for tags within tags grows as their square."""

_TAGS = {
    *("a", "b", "blockquote", "br", "center", "code", "dd", "del", "details", "dfn", "div", "dl"),
    *("dt", "em", "h1", "h2", "h3", "h4", "h5", "h6", "hr", "i", "img", "ins", "kbd", "li"),
    *("mark", "ol", "p", "pre", "s", "samp", "small", "span", "strike", "strong", "sub"),
    *("summary", "sup", "table", "tbody", "td", "tfoot", "th", "thead", "tr", "tt", "u", "ul"),
    *("var", "caption", "figure", "figcaption", "section", "article"),
}
_DROPPED_WITH_CONTENT = {
    *("script", "style", "iframe", "object", "embed", "template", "noscript", "title", "svg"),
    *("math", "textarea", "select"),
}
_ATTRIBUTES = {
    **{tag: {"id"} for tag in ("h1", "h2", "h3", "h4", "h5", "h6", "div", "p", "span")},
    "a": {"href", "name", "id"},
    "img": {"src", "alt", "width"},
    "td": {"align", "colspan", "rowspan"},
    "th": {"align", "colspan", "rowspan"},
    "ol": {"start"},
}
for _tag in ("p", "div", "h1", "h2", "h3", "h4", "h5", "h6"):
    _ATTRIBUTES[_tag] = {*_ATTRIBUTES[_tag], "align"}


def render_card(text: str, addresses: CardAddresses) -> ModelCard:
    """A card's HTML; takes up to some seconds, so call it in a thread.

    Args:
        text: the README, front matter included.
        addresses: what its links and pictures are relative to.
    """
    parts, is_cut = _html_parts(without_front_matter(text))
    writer = CardWriter(addresses, _MOST_HTML)
    for part in parts:
        if not writer.is_full:
            writer.feed(_clean(part))
    writer.close()
    return ModelCard(tuple(writer.pieces()), tuple(writer.pictures), is_cut or writer.is_full)


def _clean(html: str) -> str:
    return nh3.clean(
        html,
        tags=_TAGS,
        clean_content_tags=_DROPPED_WITH_CONTENT,
        attributes=_ATTRIBUTES,
        # Relative addresses pass; the writer judges every one of them again.
        url_schemes={"https", "http", "mailto"},
        link_rel=None,
        strip_comments=True,
    )


def _html_parts(text: str) -> tuple[list[str], bool]:
    """HTML of whole paragraphs, tables and so on, some of them at a time; True: not of all."""
    markdown = MarkdownIt("commonmark", {"html": True, "maxNesting": _DEEPEST})
    markdown.enable(["table", "strikethrough"])
    environment: dict[str, object] = {}
    is_cut = len(text) > _MOST_MARKDOWN
    parts: list[str] = []
    length = _PART
    for block in _blocks(markdown.parse(text[:_MOST_MARKDOWN], environment)):
        html = markdown.renderer.render(block, markdown.options, environment)
        most = _PART if block[0].type == "html_block" else _MOST_HTML
        if len(html) > most:
            html, is_cut = html[:most], True
        if length + len(html) > _PART:
            parts.append("")
            length = 0
        parts[-1] += html
        length += len(html)
    return parts, is_cut


def _blocks(tokens: list[Token]) -> list[list[Token]]:
    """The tokens of each block that stands in no other."""
    blocks: list[list[Token]] = []
    depth = 0
    for token in tokens:
        if depth == 0:
            blocks.append([])
        blocks[-1].append(token)
        depth += token.nesting
    return blocks
