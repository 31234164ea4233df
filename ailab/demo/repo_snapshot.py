r"""A repository's files with the hashes that the Hub names them by.

Small files are git blobs, named `sha1(b"blob <size>\0" + content)`. Large ones are kept outside
git and named by the SHA-256 of their content; git holds a pointer in their place
(https://github.com/git-lfs/git-lfs/blob/main/docs/spec.md). Trees and the commit are hashed as
git does (https://git-scm.com/book/en/v2/Git-Internals-Git-Objects), so a changed byte changes
the commit.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass

from ailab.demo.demo_file import DemoFile
from ailab.demo.demo_repo import DemoRepo
from ailab.demo.repo_facts import RepoFacts, read_facts

_CHUNK = 1 << 20


@dataclass(frozen=True, slots=True)
class Blob:
    """A file and its names.

    Attributes:
        file: the file.
        size: bytes.
        git_sha1: of the content, or of the pointer where the file is large.
        sha256: of the content of a large file; None for a small one.
        xet_hash: the CDN's own name of a large file, unlike its SHA-256; None for a small one.
        pointer_size: bytes of the pointer; None for a small file.
    """

    file: DemoFile
    size: int
    git_sha1: str
    sha256: str | None = None
    xet_hash: str | None = None
    pointer_size: int | None = None


@dataclass(frozen=True, slots=True)
class RepoSnapshot:
    """A repository at one commit.

    Attributes:
        commit: 40 hexadecimal digits.
        blobs: the files by path, sorted.
        folders: SHA-1 of each folder's git tree, by path, sorted.
        facts: what its configuration and weights say.
    """

    commit: str
    blobs: Mapping[str, Blob]
    folders: Mapping[str, str]
    facts: RepoFacts


def take_snapshot(repo: DemoRepo, ref: str = "main") -> RepoSnapshot:
    """Read and hash all files of a branch or tag of a repository; call it in a thread."""
    files = repo.files_at(ref)
    blobs = {file.path: _hash(file) for file in sorted(files, key=lambda file: file.path)}
    folders: dict[str, str] = {}
    tree = _hash_tree("", blobs, folders)
    when = f"{int(repo.modified.timestamp())} +0000"
    person = f"{repo.author} <{repo.author}@example.org> {when}"
    text = f"tree {tree}\nauthor {person}\ncommitter {person}\n\nUpload model\n"
    return RepoSnapshot(
        commit=_git_object("commit", text.encode()),
        blobs=blobs,
        folders=dict(sorted(folders.items())),
        facts=read_facts(files),
    )


def _hash(file: DemoFile) -> Blob:
    size = file.size
    if not file.is_large:
        return Blob(file, size, _git_object("blob", file.read()))
    digest = hashlib.sha256()
    for start in range(0, size, _CHUNK):
        digest.update(file.read(start, _CHUNK))
    sha256 = digest.hexdigest()
    pointer = f"version https://git-lfs.github.com/spec/v1\noid sha256:{sha256}\nsize {size}\n"
    xet_hash = hashlib.sha256(b"xet" + digest.digest()).hexdigest()
    git_sha1 = _git_object("blob", pointer.encode())
    return Blob(file, size, git_sha1, sha256, xet_hash, len(pointer))


def _hash_tree(folder: str, blobs: Mapping[str, Blob], folders: dict[str, str]) -> str:
    prefix = f"{folder}/" if folder else ""
    inside = [path for path in blobs if path.startswith(prefix)]
    names = {path[len(prefix) :].partition("/")[0] for path in inside}
    entries: list[tuple[str, bytes]] = []
    for name in names:
        path = prefix + name
        if path in blobs:
            entries.append((name, _entry("100644", name, blobs[path].git_sha1)))
        else:
            folders[path] = _hash_tree(path, blobs, folders)
            # Git sorts a folder as if its name ended in a slash.
            entries.append((f"{name}/", _entry("40000", name, folders[path])))
    return _git_object("tree", b"".join(entry for _, entry in sorted(entries)))


def _entry(mode: str, name: str, sha1: str) -> bytes:
    return f"{mode} {name}\0".encode() + bytes.fromhex(sha1)


def _git_object(kind: str, content: bytes) -> str:
    head = f"{kind} {len(content)}\0".encode()
    return hashlib.sha1(head + content, usedforsecurity=False).hexdigest()
