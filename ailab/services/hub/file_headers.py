"""What the Hub's headers say about a file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from ailab.services.hub.hub_json import commit_of, sha256_of
from ailab.services.hub.json_values import count_of

HUB_FILE_HEADERS = ("X-Repo-Commit", "X-Linked-Size", "X-Linked-ETag")
"""The headers that are read on every answer of the Hub itself, redirects included."""


@dataclass(frozen=True, slots=True)
class FileHeaders:
    """A file's commit, checksum and the size of the whole; None for what the Hub does not tell."""

    commit: str | None
    size: int | None
    sha256: str | None
    git_sha1: str | None


def read_file_headers(
    told: Mapping[str, str], last: Mapping[str, str], *, is_hub: bool
) -> FileHeaders:
    """Read the headers of the answers that led to a file.

    Args:
        told: `HUB_FILE_HEADERS` as the Hub's own answers gave them.
        last: headers of the answer that carries the content.
        is_hub: whether that is the Hub's own answer. Elsewhere the ETag is the storage's, and
            says nothing about the content.
    """
    etag = told.get("X-Linked-ETag") or (last.get("ETag") if is_hub else None) or ""
    etag = etag.removeprefix("W/").strip('"')
    size = told.get("X-Linked-Size")
    if size is None and "Content-Range" in last:
        size = last["Content-Range"].rpartition("/")[2]
    elif size is None and "Content-Encoding" not in last:
        size = last.get("Content-Length")
    return FileHeaders(
        commit=commit_of(told.get("X-Repo-Commit")),
        size=number_in(size),
        sha256=sha256_of(etag),
        git_sha1=commit_of(etag),
    )


def number_in(text: str | None) -> int | None:
    """The number that a header's value is; None for anything else."""
    is_number = text is not None and text.isascii() and text.isdecimal() and len(text) < 20
    return count_of(int(text)) if text and is_number else None
