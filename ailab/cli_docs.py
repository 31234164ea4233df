"""The command that shows the documentation."""

from __future__ import annotations

import argparse

from ailab.cli import OK
from ailab.cli_lines import print_line
from ailab.cli_words import print_table
from ailab.services.documentation.doc_page import PAGES
from ailab.services.documentation.installed_docs import read_page


def show_docs(options: argparse.Namespace) -> int:
    """Write a page's text, or list the pages.

    Raises:
        DocumentationError: there is no such page, or it is not installed.
    """
    if options.page is None:
        print_table(("PAGE", "TITLE"), list(PAGES.items()))
    else:
        print_line(read_page(options.page).rstrip())
    return OK
