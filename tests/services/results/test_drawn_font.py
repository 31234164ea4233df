"""Letters on copies of pictures, English ones and others."""

from __future__ import annotations

from pathlib import Path

import pytest
from PIL import ImageFont

from ailab.services.results import drawn_font
from ailab.services.results.drawn_font import (
    Font,
    built_in_font,
    can_be_drawn,
    font_for,
    system_fonts,
)

HAS_FONTS = next(system_fonts(), None) is not None


def test_that_english_is_drawn_with_the_font_that_every_installation_has() -> None:
    assert font_for("2 foxes, 91%", 20) is built_in_font(20)
    assert can_be_drawn("2 foxes, 91%", built_in_font(20))
    assert can_be_drawn("", built_in_font(20))


def test_that_other_letters_are_asked_of_the_systems_fonts_in_turn(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    full = ImageFont.load_default(21)
    asked: list[str] = []

    def load(path: Path, size: int) -> Font | None:
        asked.append(path.name)
        return {"gone.ttf": None, "poor.ttf": built_in_font(size), "full.ttf": full}[path.name]

    names = ("gone.ttf", "poor.ttf", "full.ttf", "never.ttf")
    monkeypatch.setattr(drawn_font, "system_fonts", lambda: map(Path, names))
    monkeypatch.setattr(drawn_font, "_loaded", load)
    monkeypatch.setattr(drawn_font, "can_be_drawn", lambda _text, font: font is full)
    assert font_for("Füchse", 20) is full
    assert asked == ["gone.ttf", "poor.ttf", "full.ttf"]


def test_that_a_damaged_font_is_passed_by(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    damaged = tmp_path / "a.ttf"
    damaged.write_bytes(b"\0\1\0\0 no font")
    monkeypatch.setattr(drawn_font, "system_fonts", lambda: [damaged, tmp_path / "gone.ttf"])
    assert font_for("Füchse", 20) is built_in_font(20)
    assert not can_be_drawn("Füchse", built_in_font(20))


@pytest.mark.skipif(not HAS_FONTS, reason="no font of the system's is there")
@pytest.mark.parametrize("text", ["Füchse", "£250 – Œuvre", "čšž", "лиса"])
def test_that_a_font_of_the_system_has_letters_of_other_languages(text: str) -> None:
    assert can_be_drawn(text, font_for(text, 20))


@pytest.mark.parametrize("text", ["שועל", "ثعلب", "e\N{COMBINING ACUTE ACCENT}", "लोमड़ी"])
def test_that_letters_which_depend_on_others_are_never_drawn(text: str) -> None:
    assert not can_be_drawn(text, font_for(text, 20))
