"""Cards as other programs read them."""

from __future__ import annotations

from ailab.demo.card_text import card_body, write_card
from ailab.demo.front_matter import read_front_matter
from ailab.demo.sample_weights import zero_weights

_CARD = """---
license: mit
title: "a: b"
count: 2
language: "no"
tags:
- one
- two words
widget:
- src: samples/a.jpg
  example_title: A
fields:
  Name: text
---

# Title
"""


def test_that_metadata_is_written_in_block_style() -> None:
    metadata = {
        "license": "mit",
        "title": "a: b",
        "count": 2,
        "language": "no",
        "tags": ["one", "two words"],
        "widget": [{"src": "samples/a.jpg", "example_title": "A"}],
        "fields": {"Name": "text"},
    }
    assert write_card(metadata, "# Title").decode() == _CARD
    assert read_front_matter(_CARD)["tags"] == ["one", "two words"]


def test_that_a_card_is_parted_from_its_metadata() -> None:
    assert card_body(_CARD) == "# Title"
    assert card_body("# No metadata") == "# No metadata"


def test_that_zero_weights_have_the_size_that_their_header_says() -> None:
    weights = zero_weights(2, 8)
    length = int.from_bytes(weights.head[:8], "little")
    assert weights.head[8:9] == b"{"
    assert len(weights.head) == 8 + length
    # Two blocks of 12 * 8² + 9 * 8 numbers, and the embedding of 16 by 16 patches.
    assert weights.size - len(weights.head) == 4 * (2 * (12 * 64 + 9 * 8) + 8 * 3 * 256 + 8)
