"""The text of a page of the documentation, paragraph by paragraph."""

from __future__ import annotations

from html.parser import HTMLParser

from ailab.services.model_card.model_card import ModelCard

_WITHIN = frozenset(
    {
        *("a", "b", "code", "del", "em", "i", "img", "kbd", "s", "small", "span", "strong"),
        *("sub", "sup", "tt", "u"),
    }
)
"""Tags that begin no paragraph of their own."""


def paragraphs(card: ModelCard) -> tuple[str, ...]:
    """The paragraphs, headings, items, cells and lines of code, in the order of reading.

    They are cut where a page as it is shown cuts them, so that what is found in them is found there
    as often.
    """
    reader = _Reader()
    reader.feed("".join(card.pieces))
    reader.close()
    reader.end_paragraph()
    return tuple(reader.found)


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[str] = []
        self._words: list[str] = []
        self._is_code = False

    def end_paragraph(self) -> None:
        text = "".join(self._words)
        self._words = []
        lines = text.split("\n") if self._is_code else [" ".join(text.split())]
        self.found += [line for line in lines if line.strip()]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in _WITHIN:
            self.end_paragraph()
            self._is_code = self._is_code or tag == "pre"

    def handle_endtag(self, tag: str) -> None:
        if tag not in _WITHIN:
            self.end_paragraph()
            self._is_code = self._is_code and tag != "pre"

    def handle_data(self, data: str) -> None:
        self._words.append(data)
