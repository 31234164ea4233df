"""Pictures found in a model's card."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from ailab.services.model_card.card_addresses import CardAddresses
from ailab.services.previews.card_images import card_images

MODEL = "acme/nuclei"
THUMBNAIL = "https://i.test/t.png"


@pytest.mark.parametrize(
    ("card", "found"),
    [
        ("![x](a.png)", ["{base}/a.png"]),
        ('<p><img width="5" src="https://i.test/b.jpg"></p>', ["https://i.test/b.jpg"]),
        ("---\nthumbnail: 'https://i.test/t.png'\n---\n![x](a.png)", [THUMBNAIL, "{base}/a.png"]),
        ("---\nwidget:\n  - output:\n      url: images/o.png\n---\n", ["{base}/images/o.png"]),
        ("---\nthumbnail: null\n---", []),
        ("![x](https://img.shields.io/badge/x.png) ![y](logo.svg) ![z](drawing.svg)", []),
        ("![x](file:///etc/passwd.png) ![y](javascript:alert(1).png) ![z](data:image/png,x)", []),
        ("![x](https://user:secret@i.test/a.png)", []),
        ("<img " * 5000 + "![" * 5000 + "-" * 50_000, []),
    ],
)  # fmt: skip
def test_that_the_pictures_of_a_card_are_found(card: str, found: list[str]) -> None:
    base = "https://hub.test/acme/nuclei/resolve/main"
    images = card_images(card, CardAddresses("https://hub.test", MODEL, "main"))
    assert list(images) == [each.format(base=base) for each in found]


def test_that_the_examples_of_recorded_cards_are_found(shared_dir: Path) -> None:
    lines = next(shared_dir.glob("hub/recorded/cards__*.jsonl")).read_text("utf-8").splitlines()
    addresses = CardAddresses("https://huggingface.co", "a/b", "main")
    found = 0
    for line in lines:
        examples = [each.get("src") for each in json.loads(line)["meta"].get("widget") or ()]
        rows = "".join(f"- src: {src}\n  example_title: x\n" for src in examples)
        images = card_images(f"---\nlicense: mit\nwidget:\n{rows}---\n# A model\n", addresses)
        assert all(image.startswith("https://") for image in images)
        found += bool(images)
    assert found > 50
