"""A card's cleaned pieces as one page in the lab's colours."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape

from ailab.services.images.picture import Picture
from ailab.services.model_card.model_card import CardPicture, ModelCard
from ailab.services.problem import Problem
from ailab.views.theme_colors import ThemeColors

PICTURE_SCHEME = "picture"
"""The scheme of the pictures that the lab fetched itself: `picture:3`."""

_LONGEST_ALT = 60


def card_style(colors: ThemeColors) -> str:
    """The style sheet of a card's page; Qt knows a few properties of CSS 2.1."""
    c = colors
    return f"""
body {{ color: {c.text}; }}
p, li, td, th {{ line-height: 115%; }}
h1 {{ font-size: x-large; font-weight: 600; margin-top: 8px; margin-bottom: 8px; }}
h2 {{ font-size: large; font-weight: 600; margin-top: 18px; margin-bottom: 6px; }}
h3, h4, h5, h6 {{ font-size: medium; font-weight: 600; margin-top: 14px; margin-bottom: 4px; }}
a {{ color: {c.link}; text-decoration: none; }}
code {{ font-family: monospace; background-color: {c.hover}; }}
pre {{ font-family: monospace; background-color: {c.hover}; white-space: pre-wrap;
    margin-top: 6px; margin-bottom: 6px; margin-left: 6px; }}
blockquote {{ color: {c.muted}; margin-left: 14px; }}
table {{ border-collapse: collapse; border-style: solid; border-color: {c.border}; }}
th {{ background-color: {c.hover}; font-weight: 600; }}
.gap {{ color: {c.muted}; }}
"""


def card_page(card: ModelCard, pictures: Mapping[int, Picture | Problem], widest: int) -> str:
    """The card's HTML with each picture, or with words in its place.

    Args:
        card: the card.
        pictures: those fetched, or why one is not shown, by their place in the card.
        widest: pixels of room from left to right.
    """
    html = [card.pieces[0]]
    for place, piece in enumerate(card.pieces[1:]):
        html.append(_in_gap(place, card.pictures[place], pictures.get(place), widest))
        html.append(piece)
    if card.is_cut:
        html.append('<hr><p class="gap"><i>The rest of the card is on the model\'s page.</i></p>')
    return f"<body>{''.join(html)}</body>"


def _in_gap(place: int, picture: CardPicture, found: Picture | Problem | None, widest: int) -> str:
    alt = picture.alt[:_LONGEST_ALT] + ("…" if len(picture.alt) > _LONGEST_ALT else "")
    if isinstance(found, Picture):
        width = min(picture.width or found.width, found.width, widest)
        return f'<img src="{PICTURE_SCHEME}:{place}" width="{max(width, 1)}">'
    if isinstance(found, Problem):
        words = f"Picture{f': {alt}' if alt else ''} (not shown: {found.message})"
        return f'<span class="gap">{escape(words)}</span>'
    words = escape(f"▢ Picture{f': {alt}' if alt else ''} ({picture.host})")
    if picture.is_in_link:  # a click follows the link; the button above shows the picture
        return words
    return f'<a href="{PICTURE_SCHEME}:{place}">{words} — show</a>'
