"""Repositories in the Hub's own JSON: rows of the list, details, files.

A value that is not there is a missing key, never null, as the Hub has it; `model-index` is its
one exception.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from ailab.demo.demo_repo import DemoRepo
from ailab.demo.repo_facts import RepoFacts
from ailab.demo.repo_snapshot import Blob, RepoSnapshot

ROW_FIELDS = (
    "likes", "trendingScore", "private", "downloads", "tags", "pipeline_tag", "library_name",
    "createdAt", "modelId",
)  # fmt: skip
FULL_FIELDS = ("author", "gated", "lastModified", "sha", "siblings")
DETAIL_FIELDS = (
    "private", "pipeline_tag", "library_name", "tags", "downloads", "likes", "modelId", "author",
    "sha", "lastModified", "gated", "disabled", "widgetData", "model-index", "config",
    "cardData", "siblings", "spaces", "createdAt", "safetensors", "usedStorage",
)  # fmt: skip
LIST_EXPANSIONS = (
    "author", "baseModels", "cardData", "config", "createdAt", "disabled", "downloads",
    "downloadsAllTime", "evalResults", "gated", "inference", "inferenceProviderMapping",
    "lastModified", "library_name", "likes", "mask_token", "model-index", "pipeline_tag",
    "private", "safetensors", "sha", "siblings", "spaces", "tags", "transformersInfo",
    "trendingScore", "widgetData", "gguf", "resourceGroup", "xetEnabled",
)  # fmt: skip
DETAIL_EXPANSIONS = (*LIST_EXPANSIONS, "childrenModelCount", "usedStorage")

_FROM_FACTS = frozenset({"config", "safetensors"})
_FROM_SNAPSHOT = frozenset({"sha", "usedStorage"})


def needs_facts(fields: tuple[str, ...]) -> bool:
    """True where a field can be told only after configuration and weights were looked into."""
    return not _FROM_FACTS.isdisjoint(fields)


def needs_snapshot(fields: tuple[str, ...]) -> bool:
    """True where a field can be told only after all files were hashed."""
    return not _FROM_SNAPSHOT.isdisjoint(fields)


def repo_json(
    repo: DemoRepo,
    fields: tuple[str, ...],
    snapshot: RepoSnapshot | None = None,
    facts: RepoFacts | None = None,
    *,
    with_blobs: bool = False,
) -> dict[str, Any]:
    """One repository with the named fields, after the `_id` and `id` that are always there."""
    values = _plain_values(repo)
    facts = snapshot.facts if snapshot else facts
    if facts is not None:
        values |= _facts_values(facts)
    if snapshot is not None:
        values |= _snapshot_values(snapshot, with_blobs=with_blobs)
    chosen = {name: values[name] for name in fields if name in values}
    return {"_id": repo.key, "id": repo.id, **chosen}


def tree_json(snapshot: RepoSnapshot, folder: str, *, recursive: bool) -> list[dict[str, Any]]:
    """The entries below a folder (empty: the root), folders included."""
    prefix = f"{folder}/" if folder else ""
    entries: list[dict[str, Any]] = [
        {"type": "directory", "oid": oid, "size": 0, "path": path}
        for path, oid in snapshot.folders.items()
    ]
    entries += [_file_json(path, blob) for path, blob in snapshot.blobs.items()]
    inside = [entry for entry in entries if entry["path"].startswith(prefix)]
    return [entry for entry in inside if recursive or "/" not in entry["path"][len(prefix) :]]


def refs_json(commits: Mapping[str, str], tags: frozenset[str]) -> dict[str, Any]:
    """What `GET /api/models/{id}/refs` answers.

    Args:
        commits: the commit of each branch and tag, by its name.
        tags: which of the names are tags.
    """

    def entries(folder: str, names: list[str]) -> list[dict[str, str]]:
        return [
            {"name": name, "ref": f"refs/{folder}/{name}", "targetCommit": commits[name]}
            for name in names
        ]

    return {
        "tags": entries("tags", [name for name in commits if name in tags]),
        "branches": entries("heads", [name for name in commits if name not in tags]),
        "converts": [],
    }


def hub_time(moment: datetime) -> str:
    """The Hub's spelling of a time: ISO 8601 with milliseconds and `Z`."""
    return moment.strftime("%Y-%m-%dT%H:%M:%S.000Z")


def _plain_values(repo: DemoRepo) -> dict[str, Any]:
    values: dict[str, Any] = {
        "author": repo.author,
        "createdAt": hub_time(repo.created),
        "disabled": repo.disabled,
        "downloads": repo.downloads,
        "gated": repo.gated or False,
        "lastModified": hub_time(repo.modified),
        "likes": repo.likes,
        "model-index": repo.card.get("model-index"),
        "modelId": repo.id,
        "private": repo.is_private,
        "siblings": [
            {"rfilename": file.path} for file in sorted(repo.files, key=lambda file: file.path)
        ],
        "spaces": list(repo.spaces),
        "tags": list(repo.all_tags),
        "trendingScore": repo.trending,
    }
    optional = {
        "cardData": dict(repo.card),
        "widgetData": repo.card.get("widget"),
        "library_name": repo.library,
        "pipeline_tag": repo.task,
    }
    return values | {name: value for name, value in optional.items() if value}


def _facts_values(facts: RepoFacts) -> dict[str, Any]:
    values: dict[str, Any] = {"config": dict(_config_json(facts.config))}
    if facts.parameters:
        counts = dict(facts.parameters)
        values["safetensors"] = {"parameters": counts, "total": facts.parameter_count}
    return values


def _snapshot_values(snapshot: RepoSnapshot, *, with_blobs: bool) -> dict[str, Any]:
    return {
        "sha": snapshot.commit,
        "siblings": [_sibling_json(blob, with_blobs) for blob in snapshot.blobs.values()],
        "usedStorage": sum(blob.size for blob in snapshot.blobs.values()),
    }


def _config_json(config: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    # The Hub passes on a few keys of config.json, not the file.
    for name in ("architectures", "model_type", "quantization_config", "auto_map"):
        if name in config:
            yield name, config[name]


def _sibling_json(blob: Blob, with_blobs: bool) -> dict[str, Any]:
    entry: dict[str, Any] = {"rfilename": blob.file.path}
    if with_blobs:
        entry |= {"blobId": blob.git_sha1, "size": blob.size}
        if blob.sha256:
            entry["lfs"] = {
                "sha256": blob.sha256,
                "size": blob.size,
                "pointerSize": blob.pointer_size,
            }
    return entry


def _file_json(path: str, blob: Blob) -> dict[str, Any]:
    entry: dict[str, Any] = {"type": "file", "oid": blob.git_sha1, "size": blob.size, "path": path}
    if blob.sha256:
        lfs = {"oid": blob.sha256, "size": blob.size, "pointerSize": blob.pointer_size}
        entry |= {"lfs": lfs, "xetHash": blob.xet_hash}
    return entry
