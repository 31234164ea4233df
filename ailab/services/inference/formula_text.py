"""LaTeX as PP-FormulaNet's tokens spell it, without the spaces between them.

Source: `PPFormulaNetProcessor.post_process_generation` of transformers 5, as it is where the
package ftfy is not installed.
"""

from __future__ import annotations

import re

_SIGN, _LETTER = r"([\W\d_])", "([a-zA-Z])"
# A backslash and a space are a space that is meant.
_GAPS = tuple(
    re.compile(pattern)
    for pattern in (
        rf"(?!\\ ){_SIGN}\s+?{_SIGN}",
        rf"(?!\\ ){_SIGN}\s+?{_LETTER}",
        rf"{_LETTER}\s+?{_SIGN}",
    )
)
_WORDS = re.compile(r"\\text\s*{([^{}]*)}")
_CHINESE = re.compile("[\u4e00-\u9fff]")
_UPRIGHT = re.compile(r"\\(?:operatorname|mathrm|text|mathbf)\s?\*? {.*?}")
_BEFORE_WORDS = re.compile(r"(\\[a-zA-Z]+)\s(?=\w)")
_UPRIGHTS = frozenset({r"\operatorname", r"\mathrm", r"\text", r"\mathbf"})
_KEPT = "\ue000"
"""Stands for a space that stays; of no alphabet."""


def formula_text(written: str) -> str:
    r"""LaTeX without the spaces that only part tokens.

    Quotation marks go, and so does `\text` around Chinese. A space stays between letters, and
    after a backslash. Where a command stands before a word within upright text, one space is left
    behind that command wherever it stands, and no other anywhere.

    Args:
        written: what the network wrote.
    """
    text = _WORDS.sub(_without_wrapping, written).replace('"', "")
    commands = [
        command
        for upright in _UPRIGHT.findall(text)
        for command in _BEFORE_WORDS.findall(upright)
        if command not in _UPRIGHTS
    ]
    for command in commands:
        text = text.replace(command, command + _KEPT).replace(" ", "")
    before = None
    while text != before:
        before = text
        for gap in _GAPS:
            text = gap.sub(r"\1\2", text)
    return text.replace(_KEPT, " ")


def _without_wrapping(found: re.Match[str]) -> str:
    return found[1] if _CHINESE.search(found[1]) else found[0]
