"""LaTeX as PP-FormulaNet's tokens spell it, tidied; the answers are those of transformers 5.24."""

from __future__ import annotations

import pytest

from ailab.services.inference.formula_text import formula_text


@pytest.mark.parametrize(
    ("written", "tidied"),
    [
        (r"\frac { a } { b } + 1 2", r"\frac{a}{b}+12"),
        (r"\alpha x \ y", r"\alpha x\ y"),
        (r"a \quad b", r"a\quad b"),
        (r"\mathrm { \foo a b } + \foo c d", r"\mathrm{\foo ab}+\foo cd"),
        (r"\mathrm { s i n } x", r"\mathrm{s i n}x"),
        (r"\operatorname* { \bar a } \bar b", r"\operatorname*{\bar a}\bar b"),
        ("\\text { 面积 } = \\text { area }", " 面积 =\\text{area}"),
        ('a "b" c', "a b c"),
        ("", ""),
    ],
)
def test_that_spaces_that_only_part_tokens_go(written: str, tidied: str) -> None:
    assert formula_text(written) == tidied
