"""Cells of tables that no spreadsheet takes for a formula."""

from __future__ import annotations

import re

# What a spreadsheet would reckon out (https://owasp.org/www-community/attacks/CSV_Injection). What
# begins with a sign is none as long as it calls nothing and leads nowhere, such as “-5 °C”.
_FORMULA = re.compile(r"[=@\t\r]|[+-].*[^\w\s.,:%°€$-]", re.DOTALL)


def plain_cell(cell: object) -> object:
    """The cell, with an apostrophe before what would else be a formula.

    Words come from strangers' models and pictures, and formulas may start programs and send what
    other cells hold.
    """
    return f"'{cell}" if isinstance(cell, str) and _FORMULA.match(cell) else cell
