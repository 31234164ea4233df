"""The standard Hugging Face cache on this disk.

The layout is that of `huggingface_hub` (`constants.py`, `file_download.py`, version 2.4):
`models--owner--name/{blobs,refs,snapshots}`, where a snapshot's files are relative links to
blobs named by their checksum. So `huggingface_hub` and `transformers` find what lies here.
"""

from __future__ import annotations

import os
import secrets
import shutil
import time
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from ailab.services.downloads.make_folder import make_folder
from ailab.services.downloads.staged_file import StagedFile
from ailab.services.hub.access_token import hf_home

_PASSING = ".passing.ailab.incomplete"
"""Ends the name of a file that lives for a moment, until it is moved to its own name."""
_SECONDS_PASSING = 7 * 86400.0
_TAG_TEXT = (
    # The first line is fixed by https://bford.info/cachedir/
    "Signature: 8a477f597d28d172789f06886806bc55\n"
    "# This folder is a cache of models; backups may leave it out.\n"
)


def find_cache(environ: Mapping[str, str] = os.environ) -> Path:
    """The cache's folder: `HF_HUB_CACHE`, `HUGGINGFACE_HUB_CACHE`, or `hub` in `HF_HOME`."""
    named = environ.get("HF_HUB_CACHE") or environ.get("HUGGINGFACE_HUB_CACHE")
    if named:
        return Path(os.path.expandvars(named)).expanduser()
    return hf_home(environ) / "hub"


class HubCache:
    """One model's place in the cache; every method touches the disk and belongs in a thread.

    Args:
        folder: the cache's folder.
        model_id: `owner/name`, or a bare `name`.
        uses_links: False to put the files themselves into snapshots, as is done where links are
            not allowed.
    """

    def __init__(self, folder: Path, model_id: str, *, uses_links: bool = True) -> None:
        self.folder = folder
        self._name = "--".join(["models", *model_id.split("/")])
        self._repo = folder / self._name
        self._blobs = self._repo / "blobs"
        self._aside = folder / ".locks" / self._name
        self._uses_links = uses_links

    def snapshot(self, commit: str) -> Path:
        """The folder of a commit's files."""
        return self._repo / "snapshots" / commit

    def commit_at(self, ref: str) -> str | None:
        """The commit that a branch or tag was when it was last asked for; None where unknown."""
        try:
            return (self._repo / "refs" / ref).read_text("utf-8").strip()
        except (OSError, ValueError):
            return None

    def lock_path(self, checksum: str) -> Path:
        """The file that is locked while a blob is fetched."""
        return self._aside / f"{checksum}.lock"

    def holds(self, commit: str, path: str, size: int | None) -> bool:
        """True where a commit's file is there with its full size."""
        return _has_size(self.snapshot(commit) / path, size)

    def has_blob(self, checksum: str, size: int | None) -> bool:
        """True where a blob is there with its full size."""
        return _has_size(self._blobs / checksum, size)

    def arrived_content(self, commit: str | None, path: str, checksum: str | None) -> Path:
        """Where a file's content is, once it has arrived, whether it is shown yet or not."""
        places = [self._blobs / checksum, self.partial(checksum)] if checksum else []
        shown = [self.snapshot(commit) / path] if commit else []
        return next((place for place in (*shown, *places) if place.is_file()), Path(path))

    def free_bytes(self) -> int:
        """Bytes that the cache's disk has left."""
        folder = self.folder.absolute()
        existing = next((path for path in (folder, *folder.parents) if path.exists()), folder)
        return shutil.disk_usage(existing).free

    def prepare(self) -> None:
        """Make the folders that a download needs."""
        make_folder(self._blobs)
        # Without it, `scan_cache_dir` would call the model's folder corrupted meanwhile.
        make_folder(self._repo / "snapshots")
        tag = self.folder / "CACHEDIR.TAG"
        if not tag.exists():
            tag.write_text(_TAG_TEXT, encoding="utf-8")
        self._sweep()
        self._uses_links = self._uses_links and self._can_link()

    def stage(self, checksum: str, *, is_alone: bool = True) -> StagedFile:
        """The file for a blob that is not verified yet, with what has arrived of it before.

        Args:
            checksum: the blob's.
            is_alone: False where somebody else may write the same blob: a file of its own.
        """
        path = self.partial(checksum) if is_alone else self._beside(checksum)
        return StagedFile(path, checksum)

    def partial(self, checksum: str) -> Path:
        """Where what has arrived of a blob is kept, over restarts too.

        `scan_cache_dir` counts `blobs/*.incomplete` as unfinished, not as damage.
        """
        return self._blobs / f"{checksum}.ailab.incomplete"

    def arrived(self, checksum: str) -> int:
        """Bytes that have arrived of a blob that is not whole yet."""
        try:
            return self.partial(checksum).stat().st_size
        except OSError:
            return 0

    def publish(
        self, commit: str, files: Mapping[str, str], staged: Mapping[str, StagedFile]
    ) -> None:
        """Put verified blobs in place and show them as a commit's files; all, or none.

        Args:
            commit: the full commit.
            files: the checksum of the blob by the file's path.
            staged: the verified blobs by checksum; others are in the cache already.
        """
        moved: list[tuple[Path, Path]] = []
        made: list[Path] = []
        contents = {checksum: file.path for checksum, file in staged.items()}
        try:
            for path, checksum in files.items():
                pointer = self.snapshot(commit) / path
                make_folder(pointer.parent)
                blob = self._blobs / checksum
                if self._uses_links:
                    if content := contents.pop(checksum, None):
                        content.replace(blob)
                        moved.append((blob, content))
                    self._link(blob, pointer)
                    made.append(pointer)
                elif content := contents.get(checksum):
                    if content.parent == self._blobs:
                        content.replace(pointer)
                        moved.append((pointer, content))
                    else:
                        self._copy(content, pointer)
                        made.append(pointer)
                    contents[checksum] = pointer
                else:
                    self._copy(blob, pointer)
                    made.append(pointer)
        except OSError:
            for pointer in made:
                pointer.unlink(missing_ok=True)
            for now, before in reversed(moved):  # not to be fetched again
                now.replace(before)
            raise

    def content(self, commit: str, path: str, checksum: str) -> Path:
        """Where the content of a commit's file lies, once it is published."""
        return self._blobs / checksum if self._uses_links else self.snapshot(commit) / path

    def set_ref(self, ref: str, commit: str) -> None:
        """Remember which commit a branch or tag is; a commit needs no remembering."""
        path = self._repo / "refs" / ref
        if ref == commit or (path.is_file() and path.read_text("utf-8") == commit):
            return
        make_folder(path.parent)
        beside = self._out_of_sight("ref")
        beside.write_text(commit, encoding="utf-8")
        beside.replace(path)

    def tidy(self, commit: str | None) -> None:
        """Remove the model's folders where nothing lies in them."""
        nested = sorted(self.snapshot(commit).rglob("*/"), reverse=True) if commit else []
        snapshots = [self.snapshot(commit)] if commit else []
        for folder in (*nested, *snapshots, self._blobs):
            with suppress(OSError):  # something lies in it
                folder.rmdir()
        if self._blobs.exists():
            return  # with no `snapshots` beside them, `scan_cache_dir` calls the folder corrupted
        for folder in (self._repo / "snapshots", self._repo):
            with suppress(OSError):
                folder.rmdir()

    def _beside(self, name: str) -> Path:
        # The name is like no other's, so that two downloads never write to the same file.
        return self._blobs / f"{name}.{secrets.token_hex(4)}{_PASSING}"

    def _out_of_sight(self, name: str) -> Path:
        """A place for what must not be seen halfway, not even after a kill.

        `scan_cache_dir` stumbles over a link among the blobs that leads nowhere.
        """
        make_folder(self._aside)
        return self._aside / f"{name}.{secrets.token_hex(4)}{_PASSING}"

    def _sweep(self) -> None:
        """Remove what a lab that was killed left halfway between two names."""
        for path in (*self._blobs.glob(f"*{_PASSING}"), *self._aside.glob(f"*{_PASSING}")):
            with suppress(OSError):
                if time.time() - path.lstat().st_mtime > _SECONDS_PASSING:
                    path.unlink()

    def _can_link(self) -> bool:
        if os.environ.get("HF_HUB_DISABLE_SYMLINKS", "").upper() in {"1", "ON", "YES", "TRUE"}:
            return False
        probe = self._out_of_sight("link")
        try:
            probe.symlink_to("nothing")
        except (OSError, NotImplementedError):
            return False
        probe.unlink()
        return True

    def _link(self, blob: Path, pointer: Path) -> None:
        beside = self._out_of_sight(blob.name)
        # A link cannot be made over a file, but it can be moved over one.
        beside.symlink_to(os.path.relpath(blob, pointer.parent))
        beside.replace(pointer)

    def _copy(self, content: Path, pointer: Path) -> None:
        beside = self._beside("copy")
        try:
            shutil.copyfile(content, beside)
            beside.replace(pointer)
        finally:
            beside.unlink(missing_ok=True)


def _has_size(path: Path, size: int | None) -> bool:
    try:
        return path.is_file() and (size is None or path.stat().st_size == size)
    except OSError:
        return False
