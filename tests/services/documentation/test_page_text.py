"""The text of pages, and lines of it."""

from __future__ import annotations

import pytest

from ailab.services.documentation.doc_hit import hits_in
from ailab.services.documentation.doc_page import PAGES
from ailab.services.documentation.doc_reader import read_doc
from ailab.services.documentation.page_text import paragraphs
from ailab.services.model_card.model_card import ModelCard


def test_that_a_page_is_cut_into_what_stands_by_itself() -> None:
    html = (
        "<h1>A &amp; B</h1>\n<p>Some <b>bold</b>\n words<br>below</p>"
        "<table><tr><th>x</th><td><code>y z</code></td></tr></table>"
        "<pre><code>a  =  1\n\n b\n</code></pre>"
    )
    found = paragraphs(ModelCard((html,)))
    assert found == ("A & B", "Some bold words", "below", "x", "y z", "a  =  1", " b")


@pytest.mark.parametrize(
    ("paragraph", "line"),
    [
        ("The threshold", "The threshold"),
        (f"{'before ' * 20}the threshold{' after' * 30}", None),
        (f"{'x' * 100}threshold{'y' * 100}", f"…{'x' * 40}threshold{'y' * 80} …"),
    ],
)
def test_that_a_line_holds_the_words_and_whole_ones_around_them(
    paragraph: str, line: str | None
) -> None:
    (hit,) = hits_in("results", ("first", paragraph), "Threshold")
    if line is None:
        line = f"…{'before ' * 5}the threshold{' after' * 13} …"
    assert hit.line == line
    assert hit.place == 0


async def test_that_every_page_has_text() -> None:
    for page in PAGES:
        found = paragraphs(await read_doc(page))
        assert found[0] == PAGES[page]
        assert len(found) > 5
