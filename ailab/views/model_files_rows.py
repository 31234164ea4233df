"""A model's files as rows: folders, sizes, and why a file is downloaded."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import PurePosixPath

from ailab.services.byte_size import format_bytes
from ailab.services.hub.model_info import RepoFile
from ailab.views.model_details_tree import TreeRow

TITLES = ("File", "Size", "Needed")

_MOST_DEPTH = 30
_REASONS = {
    "config.json": "configuration",
    "preprocessor_config.json": "preprocessing",
    "processor_config.json": "preprocessing",
    "image_processor_config.json": "preprocessing",
    "README.md": "the card",
    "model_index.json": "configuration",
}
_WEIGHTS = frozenset({".onnx", ".safetensors", ".bin", ".pt", ".pth", ".tflite", ".gguf", ".ckpt"})
_EXTERNAL = (".onnx_data", ".onnx.data", ".data")
_LABELS = frozenset({".txt", ".names", ".csv"})


def reason_of(path: str) -> str:
    """What a file is downloaded for, in a word or two."""
    name = PurePosixPath(path).name
    if name in _REASONS:
        return _REASONS[name]
    if name.endswith(_EXTERNAL) or ".onnx_data" in name:
        return "external data"
    suffix = PurePosixPath(path).suffix.lower()
    if suffix in _WEIGHTS or name.endswith(".safetensors.index.json"):
        return "weights"
    if suffix in _LABELS:
        return "labels"
    return "configuration" if suffix in {".json", ".yaml", ".yml"} else "running it"


def file_rows(
    files: Sequence[RepoFile], needed: Sequence[str], *, is_narrow: bool = False
) -> tuple[TreeRow, ...]:
    """Folders first, each with its whole size; needed files are marked.

    Args:
        files: all files.
        needed: paths of those that a run needs.
        is_narrow: there is no room for a column of reasons: the name is marked, the tip tells why.
    """
    wanted = frozenset(needed)
    named = [(tuple(file.path.split("/")), file) for file in files]
    return _rows(named, wanted, is_narrow, 0)


def total_of(files: Sequence[RepoFile], paths: Sequence[str]) -> str:
    """`3 files, 12.3 MB`; a size that is not known is said so."""
    wanted = frozenset(paths)
    sizes = [file.size for file in files if file.path in wanted]
    known = sum(size for size in sizes if size is not None)
    count = "1 file" if len(sizes) == 1 else f"{len(sizes):,} files"
    if None in sizes:
        return f"{count}, {format_bytes(known)} and what the Hub does not tell"
    return f"{count}, {format_bytes(known)}"


def _rows(
    named: list[tuple[tuple[str, ...], RepoFile]],
    needed: frozenset[str],
    is_narrow: bool,
    depth: int,
) -> tuple[TreeRow, ...]:
    folders: dict[str, list[tuple[tuple[str, ...], RepoFile]]] = {}
    own: list[tuple[str, RepoFile]] = []
    for parts, file in named:
        if len(parts) > depth + 1 and depth < _MOST_DEPTH:
            folders.setdefault(parts[depth], []).append((parts, file))
        else:
            own.append(("/".join(parts[depth:]), file))
    rows = [
        _folder(name, folders[name], needed, is_narrow, depth)
        for name in sorted(folders, key=str.casefold)
    ]
    rows += [_file(name, file, needed, is_narrow) for name, file in sorted(own, key=_by_name)]
    return tuple(rows)


def _folder(
    name: str,
    inside: list[tuple[tuple[str, ...], RepoFile]],
    needed: frozenset[str],
    is_narrow: bool,
    depth: int,
) -> TreeRow:
    sizes = [file.size for _, file in inside]
    known = sum(size for size in sizes if size is not None)
    size = format_bytes(known) if None not in sizes else "?"
    count = sum(file.path in needed for _, file in inside)
    why = f"✓ {count}" if count and not is_narrow else ""
    rows = _rows(inside, needed, is_narrow, depth + 1)
    return TreeRow((f"{name}/", size, why), rows, is_muted=not count)


def _file(name: str, file: RepoFile, needed: frozenset[str], is_narrow: bool) -> TreeRow:
    size = format_bytes(file.size) if file.size is not None else "?"
    is_needed = file.path in needed
    reason = f"✓ {reason_of(file.path)}" if is_needed else ""
    size_told = f"{file.size:,} bytes" if file.size is not None else "size unknown"
    tip = "\n".join(filter(None, (file.path, size_told, reason)))
    texts = (f"✓ {name}", size, "") if is_needed and is_narrow else (name, size, reason)
    return TreeRow(texts, (), tip, is_muted=not is_needed, name=file.path)


def _by_name(each: tuple[str, RepoFile]) -> str:
    return each[0].casefold()
