"""Pictures that a model's card names."""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import urlsplit

from ailab.services.model_card.card_addresses import CardAddresses

_HEAD = re.compile(r"\A\s*---[ \t]*\r?\n(.*?)^---[ \t]*$", re.DOTALL | re.MULTILINE)
# `thumbnail`, and in `widget` the model's input (`src`) and output (`url`), one to a line.
_FIELD = re.compile(r"^[ \t-]*(?:thumbnail|src|url):[ \t]*([^\s#][^\r\n]*)$", re.MULTILINE)
# A Markdown picture, or an HTML one.
_PICTURE = re.compile(
    r"!\[[^\]\n]{0,500}\]\(\s*<?([^\s)>]{1,2000})"
    r"|<img\b[^>]{0,500}?\bsrc\s*=\s*[\"']?([^\"'\s>]{1,2000})",
    re.IGNORECASE,
)
_SUFFIXES = (".png", ".jpg", ".jpeg", ".webp", ".gif", ".bmp")
_BADGES = re.compile(
    r"badge|shields\.io|colab|open-in-|visitor|komarev|star-history|travis|circleci|codecov|zenodo"
    r"|licen[sc]e|/emoji|logo|favicon|icon",
    re.IGNORECASE,
)


def card_images(text: str, addresses: CardAddresses) -> tuple[str, ...]:
    """Addresses of the card's pictures, best first: what its head names, then its text's own.

    Badges, logos, drawings (SVG) and animations of pages are left out.

    Args:
        text: the card or its beginning, metadata included.
        addresses: makes them absolute.
    """
    head = _HEAD.match(text.removeprefix("\ufeff"))
    found = (addresses.picture(address) for address in _named(text, head))
    return tuple(dict.fromkeys(each for each in found if each and _is_telling(each)))


def _named(text: str, head: re.Match[str] | None) -> Iterator[str]:
    if head is not None:
        for field in _FIELD.finditer(head[1]):
            yield field[1].strip().strip("\"'")
    for picture in _PICTURE.finditer(text, head.end() if head else 0):
        yield picture[1] or picture[2]


def _is_telling(address: str) -> bool:
    parts = urlsplit(address)
    path = parts.path.lower()
    if _BADGES.search(f"{parts.hostname}{path}"):
        return False
    # Pictures that were pasted into discussions elsewhere have no suffix.
    has_none = "/resolve/" not in path and "." not in path.rpartition("/")[2]
    return path.endswith(_SUFFIXES) or has_none
