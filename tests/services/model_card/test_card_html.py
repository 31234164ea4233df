"""Cards become HTML that loses no text and can do no harm."""

from __future__ import annotations

import re
from time import perf_counter

import pytest

from ailab.services.model_card.card_addresses import CardAddresses
from ailab.services.model_card.card_html import render_card
from ailab.services.model_card.front_matter import without_front_matter
from ailab.services.model_card.model_card import ModelCard

HUB = CardAddresses("https://hub.test", "acme/nuclei", "v1/a")
_TAG = re.compile(r"<(/?)([a-z0-9]+)((?:\s+[a-z]+=\"[^\"<>]*\")*)\s*>")


def html_of(text: str) -> str:
    return "".join(render_card(text, HUB).pieces)


def words_of(text: str) -> str:
    return " ".join(re.sub(r"<[^>]*>", " ", html_of(text)).split())


def links_of(text: str) -> list[str]:
    return re.findall(r'href="([^"]*)"', html_of(text))


def check_harmless(card: ModelCard) -> None:
    """Every angle bracket belongs to an allowed tag with allowed attributes alone."""
    html = "".join(card.pieces)
    rest = _TAG.sub("", html)
    assert "<" not in rest
    assert ">" not in rest.replace("&gt;", "")
    allowed = {"href", "name", "align", "border", "cellspacing", "cellpadding"}
    allowed |= {"colspan", "rowspan", "start"}
    for _, tag, attributes in _TAG.findall(html):
        assert tag not in {"script", "style", "iframe", "img", "link", "meta", "object", "input"}
        assert set(re.findall(r"([a-z]+)=", re.sub(r'"[^"]*"', "", attributes))) <= allowed
    for address in re.findall(r'href="([^"]*)"', html):
        assert address.startswith(("https://", "#", "mailto:"))
    for picture in card.pictures:
        assert picture.url.startswith("https://")


def test_that_front_matter_is_hidden_and_nothing_else() -> None:
    assert without_front_matter("---\nlicense: mit\n---\n# Hi") == "# Hi"
    assert without_front_matter("\ufeff---\r\na: b\r\n---\r\nHi") == "Hi"
    assert without_front_matter("---\n---\nHi") == "Hi"
    assert without_front_matter("# Hi\n\n---\n\nmore\n\n---\n") == "# Hi\n\n---\n\nmore\n\n---\n"
    assert without_front_matter("---\nnever closed") == "---\nnever closed"


def test_that_unclosed_tags_and_folded_parts_lose_no_text() -> None:
    text = (
        "first <br> second <hr> third\n\n<details><summary>Fold</summary>\n\n"
        "| a | b |\n|---|---|\n| x | <b>y |\n\n</details>\n\n"
        "<p align=center><img src=a.png><br>\n\n<center>middle\n\nlast"
    )
    assert words_of(text) == "first second third Fold a b x y middle last"


def test_that_tables_code_and_struck_words_come_out() -> None:
    html = html_of("| a |\n|---|\n| x |\n\n```python\nprint('<b>')\n```\n\n~~gone~~ `code`")
    assert "<table border=" in html
    assert "<pre><code>print('&lt;b&gt;')</code></pre>" in html
    assert "<s>gone</s>" in html


@pytest.mark.parametrize(
    ("cell", "written"),
    [
        ("", "&nbsp;"),
        ("<b></b>", "<b></b>&nbsp;"),
        ("x", "x"),
        ("<br>", "<br>"),
        ("![a](a.png)", ""),
    ],
)
def test_that_an_empty_cell_holds_a_space_for_qt(cell: str, written: str) -> None:
    html = html_of(f"| a |\n|---|\n| 1 |\n| {cell} |\n")
    assert f"<td>1</td>\n</tr>\n<tr>\n<td>{written}</td>" in html


def test_that_links_and_pictures_lead_to_the_model_s_own_files() -> None:
    text = "[a](docs/use.md) [b](#use-it) [c](https://x.test/y) ![d](pics/d.png)\n\n## Use *it*!"
    card = render_card(text, HUB)
    assert links_of(text) == [
        "https://hub.test/acme/nuclei/blob/v1%2Fa/docs/use.md",
        "#use-it",
        "https://x.test/y",
    ]
    assert '<a name="use-it">' in "".join(card.pieces)
    assert card.pictures[0].url == "https://hub.test/acme/nuclei/resolve/v1%2Fa/pics/d.png"
    assert card.pictures[0].alt == "d"
    assert card.pictures[0].host == "hub.test"


def test_that_headings_of_one_name_are_told_apart() -> None:
    assert re.findall(r'name="([^"]*)"', html_of("# A b\n\n# A b\n\n# A-b")) == [
        "a-b",
        "a-b-1",
        "a-b-2",
    ]


def test_that_a_picture_in_a_link_is_known_as_such() -> None:
    card = render_card("[![badge](https://b.test/x.svg)](https://x.test) ![y](y.png)", HUB)
    assert [picture.is_in_link for picture in card.pictures] == [True, False]


@pytest.mark.parametrize(
    "text",
    [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "<img src='file:///etc/passwd'>",
        "<img src='//evil.test/x.png' style='background:url(http://evil.test)'>",
        "<a href='javascript:alert(1)'>x</a>",
        "<a href=' java\nscript:alert(1)'>x</a>",
        "[x](javascript:alert(1)) [y](data:text/html,<script>) [z](file:///etc/passwd)",
        "![x](data:image/png;base64,AAAA) ![y](file:///etc/passwd) ![z](\\\\evil\\share)",
        "<iframe src='https://evil.test'></iframe><object data=x></object><embed src=x>",
        "<meta http-equiv=refresh content='0;url=https://evil.test'><base href='https://e.test'>",
        "<link rel=stylesheet href='https://evil.test/x.css'><style>@import url(//e)</style>",
        "<div style='background:url(https://evil.test)' class=x onclick=y id='a\"b'>t</div>",
        "<svg><script>1</script><a href='javascript:1'></a></svg><math><mi>x</mi></math>",
        "<a href='https://user:pass@evil.test/'>x</a> <a href='https://[bad'>y</a>",
        "<table background='https://evil.test/x.png'><tr><td background=x>t</td></tr></table>",
        "<a name='&quot;><script>' href='#&quot;><b>'>x</a>",
        "<!-- <script> --><![CDATA[<script>]]><?php x ?><!DOCTYPE x>",
        "<noscript><p title='</noscript><img src=x onerror=1>'></noscript>",
        "<p/onclick=1>a</p><b\x00>c</b>",
        "<form action=https://evil.test><input name=x><button>b</button></form>",
        "<a href='http://evil.test/'>plain</a> ![p](http://evil.test/p.png)",
    ],
)
def test_that_hostile_cards_are_harmless(text: str) -> None:
    check_harmless(render_card(text, HUB))


def test_that_an_absolute_path_is_one_on_the_hub_and_not_on_this_disk() -> None:
    card = render_card("![x](/etc/passwd) [y](/etc/passwd)", HUB)
    assert [picture.url for picture in card.pictures] == ["https://hub.test/etc/passwd"]
    assert links_of("[y](/etc/passwd)") == ["https://hub.test/etc/passwd"]


@pytest.mark.parametrize(
    "text",
    [
        ">" * 100_000,
        "[" * 20_000,
        "![" * 20_000,
        "<div>" * 50_000,
        "<div>\n\n" * 20_000,
        "<table><tr><td>" * 20_000,
        "<table><tr>" + "<td colspan=99999 rowspan=99999>x" * 20_000,
        "<b>" * 30_000 + "x",
        "<blockquote><ul><li>" * 10_000,
        "*a " * 30_000,
        "".join("  " * depth + "- a\n" for depth in range(300)),
        "|a|b|\n|-|-|\n" + "|x|y|\n" * 10_000,
        "# a\n" * 20_000,
        "![a](b.png)\n" * 20_000,
        "<a href=x>" * 20_000,
        "&" * 100_000,
        "\x00\ufffd\u202e" * 10_000,
    ],
    ids=range(17),
)
def test_that_endless_nesting_and_repetition_end_soon_and_small(text: str) -> None:
    start = perf_counter()
    card = render_card(text, HUB)
    assert perf_counter() - start < 20  # a second or two; a loaded machine takes longer
    check_harmless(card)
    assert sum(map(len, card.pieces)) < 500_000
    assert len(card.pictures) <= 100
    html = "".join(card.pieces)
    depth = deepest = 0
    for closing, tag, _ in _TAG.findall(html):
        if tag not in {"br", "hr"}:
            depth += -1 if closing else 1
            deepest = max(deepest, depth)
    assert depth == 0
    assert deepest < 60


def test_that_a_long_card_is_cut_and_says_so() -> None:
    card = render_card("Some *words* of a line.\n\n" * 20_000, HUB)
    assert card.is_cut
    assert not render_card("Some *words* of a line.\n\n" * 100, HUB).is_cut


def test_that_an_endless_paragraph_keeps_its_words() -> None:
    assert words_of("*word* " * 4000).count("word") == 4000


def test_that_a_card_of_front_matter_alone_is_empty() -> None:
    assert render_card("---\nlicense: mit\n---\n", HUB).is_empty
