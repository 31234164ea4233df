"""Cleaned HTML written anew for Qt, with gaps where pictures stand.

What comes in is well formed and of allowed tags alone. Qt's rich text
(https://doc.qt.io/qt-6/richtext-html-subset.html) knows fewer tags, and it lays out tables in
tables without a limit; so both are reduced here, and no text is lost by it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import escape
from html.parser import HTMLParser
from urllib.parse import urlsplit

from ailab.services.model_card.card_addresses import CardAddresses
from ailab.services.model_card.heading_slugs import HeadingSlugs
from ailab.services.model_card.model_card import CardPicture

_MOST_PICTURES = 100
_MOST_COLUMNS = 40
_WIDEST_CELL = 20
_DEEPEST = 10
"""Tables, lists and quotations in one another."""
_MOST_OPEN = 50
"""Tags of any kind in one another."""
_WIDEST = 2000

_HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
_NESTING = frozenset({"table", "ul", "ol", "blockquote", "dl"})
_PARTS = {"thead": "table", "tbody": "table", "tfoot": "table", "tr": "table", "caption": "table"}
_CELLS = frozenset({"td", "th"})
# What Qt calls it; what is not named here it calls the same.
_NAMES = {
    **dict.fromkeys(("center", "details", "section", "article", "figure"), "div"),
    **dict.fromkeys(("figcaption", "summary", "caption"), "p"),
    **dict.fromkeys(("samp", "kbd", "tt", "var"), "code"),
    **dict.fromkeys(("del", "strike"), "s"),
    **dict.fromkeys(("mark", "dfn"), "span"),
    "ins": "u",
}
_INSIDE = {"summary": "b", "figcaption": "i", "caption": "i"}
_NUMBER = re.compile(r"\s*(\d{1,5})")


class CardWriter(HTMLParser):
    """Feed it cleaned HTML, then close it.

    Args:
        addresses: what links and pictures are relative to.
        most: characters that are written; what follows them is left out.

    Attributes:
        pictures: those that the HTML names.
        is_full: something was left out.
    """

    def __init__(self, addresses: CardAddresses, most: int) -> None:
        super().__init__(convert_charrefs=True)
        self._addresses = addresses
        self._most = most
        self._length = 0
        self._out: list[str] = []
        self._gaps: list[int] = []
        self._open: list[tuple[str, str]] = []  # the tag, and what closes it in the output
        self._links = 0
        self._depth = 0
        self._columns: list[int] = []
        self._shown = 0  # pieces of text, breaks and pictures so far
        self._cells: list[int] = []  # how many there were where each open cell began
        self._slugs = HeadingSlugs()
        self._heading: tuple[int, list[str]] | None = None
        self.pictures: list[CardPicture] = []
        self.is_full = False

    def pieces(self) -> Iterator[str]:
        """The HTML before, between and after the pictures."""
        start = 0
        for end in (*self._gaps, len(self._out)):
            yield "".join(self._out[start:end])
            start = end

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Open a tag as Qt knows it."""
        if self.is_full:
            return
        values = {name: value or "" for name, value in attrs}
        if place := values.get("id") or values.get("name"):
            self._write(f'<a name="{escape(place)}"></a>')
        if tag == "img":
            self._shown += 1
            self._leave_gap(values)
        elif tag in {"br", "hr"}:
            self._shown += 1
            self._write(f"<{tag}>")
        else:
            opening, closing = self._tags(tag, values)
            self._write(opening)
            self._open.append((tag, closing))
            if tag in _CELLS:
                self._cells.append(self._shown)
            if tag in _HEADINGS:
                self._heading = (len(self._out), [])
                self._out.append("")  # the heading's name goes here once it is known

    def handle_endtag(self, tag: str) -> None:
        """Close what was opened."""
        if not self._open or self._open[-1][0] != tag:
            return
        _, closing = self._open.pop()
        if tag == "code":  # a block of code ends in an empty line else
            self._out[-1] = self._out[-1].rstrip("\n")
        if tag in _CELLS and self._cells.pop() == self._shown:
            # Behind a table that ends in an empty cell Qt leaves no space.
            self._write("&nbsp;")
        self._out.append(closing)
        if tag == "a":
            self._links -= 1
        if tag in _NESTING:
            self._depth -= 1
        if tag == "table":
            self._columns.pop()
        if tag in _HEADINGS and self._heading is not None:
            place, words = self._heading
            self._out[place] = f'<a name="{escape(self._slugs.slug("".join(words)))}"></a>'
            self._length += len(self._out[place])
            self._heading = None

    def handle_data(self, data: str) -> None:
        """Write text, never as markup."""
        if self.is_full:
            return
        self._shown += bool(data.strip())
        if self._heading is not None:
            self._heading[1].append(data)
        room = self._most - self._length
        if len(data) > room:
            self.is_full = True
            data = f"{data[: max(room, 0)]} …"
        self._write(escape(data, quote=False))

    def close(self) -> None:
        """Close what is open still."""
        super().close()
        while self._open:
            self.handle_endtag(self._open[-1][0])

    def _write(self, text: str) -> None:
        self._out.append(text)
        self._length += len(text)
        if self._length > self._most:
            self.is_full = True

    def _tags(self, tag: str, values: dict[str, str]) -> tuple[str, str]:
        if tag == "a":
            self._links += 1
            address = self._addresses.link(values.get("href", ""))
            return (f'<a href="{escape(address)}">', "</a>") if address else ("", "")
        if tag in _NESTING:
            self._depth += 1
        if tag == "table":
            self._columns.append(0)
        if tag == "tr" and self._columns:
            self._columns[-1] = 0
        if len(self._open) > _MOST_OPEN or self._is_too_deep(tag):
            return "", "" if tag not in _CELLS and tag != "tr" else " "
        name = _NAMES.get(tag, tag)
        inner = _INSIDE.get(tag, "")
        closing = f"</{inner}></{name}>" if inner else f"</{name}>"
        written = "".join(f' {key}="{value}"' for key, value in self._attributes(tag, values))
        return f"<{name}{written}>" + (f"<{inner}>" if inner else ""), closing

    def _is_too_deep(self, tag: str) -> bool:
        if tag in _CELLS and self._columns:
            self._columns[-1] += 1
            if self._columns[-1] > _MOST_COLUMNS:
                return True
        return self._depth > _DEEPEST and (
            tag in _NESTING or tag in _PARTS or tag in _CELLS or tag in {"li", "dt", "dd"}
        )

    def _attributes(self, tag: str, values: dict[str, str]) -> Iterator[tuple[str, str]]:
        if tag == "center":
            yield "align", "center"
        elif (align := values.get("align", "").lower()) in {"left", "right", "center"}:
            yield "align", align
        if tag == "table":
            yield from (("border", "1"), ("cellspacing", "0"), ("cellpadding", "4"))
        for name in ("colspan", "rowspan"):
            if tag in _CELLS and (span := _number(values.get(name, ""), _WIDEST_CELL)):
                yield name, str(span)
        if tag == "ol" and (start := _number(values.get("start", ""), 99_999)):
            yield "start", str(start)

    def _leave_gap(self, values: dict[str, str]) -> None:
        alt = " ".join(values.get("alt", "").split())[:200]
        url = self._addresses.picture(values.get("src", ""))
        if url is None or len(self.pictures) >= _MOST_PICTURES:
            self._write(escape(alt, quote=False))
            return
        self._gaps.append(len(self._out))
        width = _number(values.get("width", ""), _WIDEST)
        if "%" in values.get("width", ""):
            width = None
        host = urlsplit(url).hostname or ""
        self.pictures.append(CardPicture(url, alt, host, width, self._links > 0))


def _number(text: str, most: int) -> int | None:
    found = _NUMBER.match(text)
    return min(int(found[1]), most) or None if found else None
