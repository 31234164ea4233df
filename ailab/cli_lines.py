"""Lines that the command line writes, which a terminal takes for nothing but words.

Names of files, labels, tags and what a network wrote come from strangers. Control characters in
them could change what stands on a terminal, its title or its clipboard, and marks of direction
show a name as another one (https://trojansource.codes).
"""

from __future__ import annotations

import logging
import re
import sys

_CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]")
_BREAKS = re.compile(r"[\t\n]")


def print_line(text: str) -> None:
    """Write a line, or several, to standard output."""
    sys.stdout.write(f"{shown(text)}\n")


def tell_line(text: str) -> None:
    """Write a line, or several, to standard error."""
    sys.stderr.write(f"{shown(text)}\n")


def shown(text: str) -> str:
    """A text whose control characters are told by their numbers, as JSON writes them."""
    return _CONTROLS.sub(_escaped, text)


def in_a_line(text: str) -> str:
    """The same of a name within a line: it has no line breaks and tabs either."""
    return _BREAKS.sub(_escaped, shown(text))


class ShownFormatter(logging.Formatter):
    """Formats lines of the log, of which libraries write some, as all others."""

    def format(self, record: logging.LogRecord) -> str:
        """The line of a record."""
        return shown(super().format(record))


def _escaped(found: re.Match[str]) -> str:
    return f"\\u{ord(found[0]):04x}"
