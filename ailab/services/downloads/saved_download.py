"""A download as it is kept on the disk, so that it outlives the lab."""

from __future__ import annotations

import json
from collections.abc import Sequence

from ailab.services.hub.hub_json import commit_of, sha256_of
from ailab.services.hub.json_values import count_of, fields_of, rows_of, text_of
from ailab.services.hub.model_id import is_model_id
from ailab.services.hub.model_info import ModelDetails, ModelInfo, RepoFile
from ailab.services.hub.repo_path import is_safe_repo_path

_VERSION = 1


def write_download(details: ModelDetails, files: Sequence[RepoFile]) -> str:
    """JSON that `read_download` reads: which files of which model are wanted."""
    rows = [
        {"path": f.path, "size": f.size, "sha256": f.sha256, "git_sha1": f.git_sha1} for f in files
    ]
    told = {
        "version": _VERSION,
        "model": details.info.id,
        "ref": details.ref,
        "revision": details.revision,
        "files": rows,
    }
    return json.dumps(told, indent=1)


def read_download(text: str | bytes) -> ModelDetails:
    """The model, with the files that are wanted and no others.

    Raises:
        ValueError: it is damaged, from another lab's version, or names what no model has.
    """
    fields = fields_of(json.loads(text))
    model, ref = text_of(fields.get("model")), text_of(fields.get("ref"))
    revision = text_of(fields.get("revision"))
    rows = rows_of(fields.get("files"))
    files = tuple(_read_file(fields_of(row)) for row in rows)
    if (
        fields.get("version") != _VERSION
        or not files
        or not model
        or not is_model_id(model)
        or not ref
        or not is_safe_repo_path(ref)
        or (revision is not None and commit_of(revision) is None)
    ):
        raise ValueError("not a download of this lab")
    return ModelDetails(ModelInfo(model, model), revision, files, ref=ref)


def _read_file(fields: dict[str, object]) -> RepoFile:
    path = text_of(fields.get("path"))
    if path is None or not is_safe_repo_path(path):
        raise ValueError("a file without a safe path")
    return RepoFile(
        path,
        count_of(fields.get("size")),
        sha256_of(fields.get("sha256")),
        commit_of(fields.get("git_sha1")),
    )
