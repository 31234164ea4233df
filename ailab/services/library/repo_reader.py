"""Reads one repository's place in the cache."""

from __future__ import annotations

import os
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path

from ailab.services.library.cache_layout import (
    INCOMPLETE,
    SYSTEM_FILES,
    content_key,
    kind_and_id,
    link_target,
)
from ailab.services.library.cached_repo import CachedFile, CachedRepo, CachedRevision, RepoKind


def read_repo(folder: Path) -> CachedRepo | None:
    """What lies in a repository's folder; None where its name is not that of one.

    Whatever is odd is told as a fault of the repository, so that it can be seen and deleted;
    `huggingface_hub` leaves such a repository out.
    """
    named = kind_and_id(folder.name)
    if named is None or not folder.is_dir():
        return None
    return _RepoReader(folder, *named).read()


class _RepoReader:
    """Collects what one repository's folder holds."""

    def __init__(self, folder: Path, kind: RepoKind, repo_id: str) -> None:
        # Compared with where links lead, which is absolute but not resolved.
        self._folder = Path(os.path.abspath(folder))  # noqa: PTH100
        self._kind = kind
        self._id = repo_id
        self._stats: dict[Path, os.stat_result] = {}
        self._faults: list[str] = []

    def read(self) -> CachedRepo:
        refs = self._read_refs()
        revisions = [
            self._read_revision(folder, tuple(sorted(refs.pop(folder.name, ()))))
            for folder in self._folders_of(self._folder / "snapshots")
        ]
        revisions.sort(key=lambda each: (each.modified or _EPOCH, each.commit), reverse=True)
        self._tell_faults(revisions, refs)
        incomplete, unused = self._read_leftovers()
        contents = {file.content: file.size for each in revisions for file in each.files}
        times = [*self._stats.values()] or [self._folder.stat()]
        return CachedRepo(
            id=self._id,
            kind=self._kind,
            folder=self._folder,
            revisions=tuple(revisions),
            size=sum(contents.values()),
            file_count=len(contents),
            last_used=_moment(max(each.st_atime for each in times)),
            modified=_moment(max(each.st_mtime for each in times)),
            incomplete=incomplete,
            unused=unused,
            faults=tuple(self._faults),
        )

    def _read_refs(self) -> dict[str, set[str]]:
        """Branches and tags by the commit they name."""
        folder, refs = self._folder / "refs", dict[str, set[str]]()
        for path in _files_below(folder):
            if path.name in SYSTEM_FILES:
                continue
            try:
                commit = path.read_text("utf-8").strip()
            except (OSError, UnicodeError):
                self._faults.append(f"The branch or tag {path.name} can't be read.")
                continue
            refs.setdefault(commit, set()).add(path.relative_to(folder).as_posix())
        return refs

    def _folders_of(self, folder: Path) -> list[Path]:
        try:
            entries = [each for each in folder.iterdir() if each.name not in SYSTEM_FILES]
        except FileNotFoundError:
            self._faults.append("No revision of it is whole: its download did not end.")
            return []
        except OSError:
            self._faults.append("Its revisions can't be read.")
            return []
        folders = [each for each in entries if each.is_dir() and not each.is_symlink()]
        if len(folders) < len(entries):
            self._faults.append("Something that is no revision lies among its revisions.")
        return folders

    def _read_revision(self, folder: Path, refs: tuple[str, ...]) -> CachedRevision:
        files, missing = [], []
        for path in sorted(_files_below(folder)):
            name = path.relative_to(folder).as_posix()
            file = self._read_file(name, path)
            if file is None:
                missing.append(name)
            else:
                files.append(file)
        times = [self._stats[file.blob].st_mtime for file in files]
        modified = max(times) if times else folder.stat().st_mtime
        return CachedRevision(
            commit=folder.name,
            folder=folder,
            refs=refs,
            files=tuple(files),
            missing=tuple(missing),
            size=sum({file.content: file.size for file in files}.values()),
            modified=_moment(modified),
        )

    def _read_file(self, name: str, path: Path) -> CachedFile | None:
        try:
            blob = link_target(path) if path.is_symlink() else path
            if self._folder not in blob.parents:  # it leads out of the repository
                return None
            if blob not in self._stats:
                self._stats[blob] = blob.stat()
        except OSError:
            return None
        status = self._stats[blob]
        return CachedFile(name, blob, content_key(blob, status), status.st_size, status.st_nlink)

    def _tell_faults(self, revisions: Iterable[CachedRevision], refs: Iterable[str]) -> None:
        missing = sorted({path for each in revisions for path in each.missing})
        if missing:
            more = f" and {len(missing) - 2} more" if len(missing) > 2 else ""
            self._faults.append(f"Files of it are gone: {', '.join(missing[:2])}{more}.")
        if any(refs):
            self._faults.append("A branch or tag names a revision that is not here.")

    def _read_leftovers(self) -> tuple[int, int]:
        """Bytes of downloads that were not ended, and of blobs that no revision shows."""
        incomplete = unused = 0
        try:
            blobs = [*(self._folder / "blobs").iterdir()]
        except OSError:
            return 0, 0
        for blob in blobs:
            if blob in self._stats or blob.is_symlink() or not blob.is_file():
                continue
            try:
                size = blob.stat().st_size
            except OSError:
                continue
            if blob.name.endswith(INCOMPLETE):
                incomplete += size
            else:
                unused += size
        return incomplete, unused


_EPOCH = datetime.fromtimestamp(0, UTC)


def _files_below(folder: Path) -> list[Path]:
    """All files and links to files; a link to a folder is not followed."""
    return [Path(parent, name) for parent, _, names in os.walk(folder) for name in names]


def _moment(seconds: float) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)
