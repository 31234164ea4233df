"""The store of contents that several repositories of the cache share.

The layout is that of `huggingface_hub` (`utils/_shared_blobs.py`, version 2.4):
`blobs/<2 digits>/<64 digits>` beside the repositories' folders, a text file `….refs` that names
the links to it, and a lock. The names are hints: each is looked at before it is believed.
"""

from __future__ import annotations

import logging
import os
import re
from collections.abc import Set
from pathlib import Path

from ailab.services.library.cache_layout import kind_and_id, link_target

_log = logging.getLogger(__name__)
_MARKER = ".huggingface-shared-blobs"
_VERSION = "1\n"
_HASH = re.compile(r"[0-9a-f]{64}")


class SharedStore:
    """The shared contents of a cache; every method touches the disk and belongs in a thread.

    Args:
        cache: the cache's folder.
    """

    def __init__(self, cache: Path) -> None:
        self._cache = Path(os.path.abspath(cache))  # noqa: PTH100 - links keep their names
        self._folder = self._cache / "blobs"

    @property
    def is_there(self) -> bool:
        """True where the cache has a store of the version that is understood."""
        marker = self._folder / _MARKER
        try:
            return (
                not self._folder.is_symlink()
                and not marker.is_symlink()
                and marker.read_text("utf-8") == _VERSION
            )
        except (OSError, UnicodeError):
            return False

    def content_of(self, blob: Path) -> Path | None:
        """The shared content that a repository's blob is a link to; None for any other blob."""
        try:
            if not blob.is_symlink():
                return None
            target = link_target(blob)
            parts = target.relative_to(self._folder).parts
        except (OSError, ValueError):
            return None
        if len(parts) != 2 or not _HASH.fullmatch(parts[1]) or parts[0] != parts[1][:2]:
            return None
        return target

    def freed(self, content: Path, deleted: Set[Path]) -> int:
        """Bytes that become free once the blobs `deleted` are gone: all, or none."""
        users = self._users(content)
        if not users or not users <= deleted:
            return 0
        try:
            return content.lstat().st_size
        except OSError:
            return 0

    def release(self, content: Path) -> None:
        """Delete a content that nothing links to any more; in doubt it stays."""
        from filelock import FileLock, Timeout  # noqa: PLC0415 - not before the first deletion

        if not self.is_there or content.is_symlink():
            return
        try:
            with FileLock(content.with_name(f"{content.name}.lock"), timeout=10, mode=0o666):
                users = self._users(content)
                names = content.with_name(f"{content.name}.refs")
                if users is None:
                    return
                if users:
                    self._write_users(names, users)
                    return
                content.unlink(missing_ok=True)
                names.unlink(missing_ok=True)
        except (OSError, NotImplementedError, Timeout) as error:
            _log.info("the shared content %s stays: %r", content, error)

    def _users(self, content: Path) -> set[Path] | None:
        """The blobs that link to a content; None where nobody can say."""
        names = content.with_name(f"{content.name}.refs")
        if names.is_symlink():
            return None
        try:
            lines = names.read_text("utf-8").splitlines()
        except (OSError, UnicodeError):
            return None
        users = set()
        for line in lines:
            parts = line.split("/")
            if len(parts) != 3 or parts[1] != "blobs" or kind_and_id(parts[0]) is None:
                continue
            if parts[2] in {"", ".", ".."}:
                continue
            blob = self._cache.joinpath(*parts)
            if self.content_of(blob) == content:
                users.add(blob)
        return users

    def _write_users(self, names: Path, users: Set[Path]) -> None:
        beside = names.with_name(f"{names.name}.{os.getpid():08x}.tmp")
        lines = sorted(user.relative_to(self._cache).as_posix() for user in users)
        try:
            beside.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
            beside.replace(names)
        finally:
            beside.unlink(missing_ok=True)
