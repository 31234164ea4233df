"""The parser of the command line, which tells names from options."""

from __future__ import annotations

import argparse
import os
import re
import sys
from collections.abc import Sequence
from typing import Any, NoReturn

from ailab.cli_lines import in_a_line, shown

_FILE = re.compile(r"-[^-].*\.[A-Za-z]\w*")


class CommandParser(argparse.ArgumentParser):
    """Says of a file whose name begins with a dash how it is named.

    Such a name is taken for an option, and what is told then, that an argument lacks, helps nobody
    who let the shell write the names of a whole folder.
    """

    _given: Sequence[str] = ()

    def parse_known_args(  # type: ignore[override]  # argparse has overloads for kinds of namespaces
        self, args: Sequence[str] | None = None, namespace: Any = None
    ) -> tuple[Any, list[str]]:
        """Parse, and take note of what was given."""
        self._given = sys.argv[1:] if args is None else list(args)
        return super().parse_known_args(args, namespace)

    def error(self, message: str) -> NoReturn:
        """Tell what is wrong, and of names that were taken for options."""
        names = self._names_like_options()
        if names:
            first = in_a_line(names[0])
            message += (
                f"\nWhat begins with a dash is taken for an option: write .{os.sep}{first} for the "
                "file, or -- before all names."
            )
        super().error(shown(message))

    def _names_like_options(self) -> list[str]:
        given = list(self._given)
        before = given[: given.index("--")] if "--" in given else given
        return [each for each in before if each.startswith("-") and self._is_file(each)]

    def _is_file(self, text: str) -> bool:
        is_option = text.partition("=")[0] in self._option_string_actions
        return not is_option and (bool(_FILE.fullmatch(text)) or os.path.lexists(text))
