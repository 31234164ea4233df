"""The Hub's JSON made into values: any JSON in, values or `HubFormatError` out.

A value that the Hub does not know is an absent key. A wrong value costs that field alone, a row
without a usable id that row alone; only an answer of a wholly different kind is refused.
"""

from __future__ import annotations

import re
from dataclasses import replace

from ailab.services.hub.card_json import (
    dataset_names,
    evaluations_in,
    gate_text,
    license_link,
    names_in,
    space_ids,
)
from ailab.services.hub.hub_errors import HubFormatError
from ailab.services.hub.json_values import (
    count_of,
    fields_of,
    number_of,
    rows_of,
    text_of,
    texts_of,
    time_of,
)
from ailab.services.hub.model_id import is_model_id
from ailab.services.hub.model_info import Gated, ModelDetails, ModelInfo, RepoFile
from ailab.services.hub.model_refs import ModelRefs
from ailab.services.hub.preview_candidates import preview_candidates
from ailab.services.hub.repo_path import is_safe_repo_path
from ailab.services.hub.safetensors_json import parameters_by_dtype, size_of
from ailab.services.inference.architecture_of_type import architecture_of_type

_COMMIT = re.compile(r"[0-9a-f]{40}")
_SHA256 = re.compile(r"[0-9a-f]{64}")
_GATES: dict[object, Gated] = {"auto": "auto", "manual": "manual", True: "manual"}
_MOST_PATHS = 3000  # a row of the list is judged by its files; some data dumps have 100,000
_BASE_MODEL_TAG = "base_model:"


def parse_models(data: object) -> tuple[ModelInfo, ...]:
    """The rows of `GET /api/models`, each model once.

    Raises:
        HubFormatError: the answer is not a list, or there is no model in it.
    """
    if not isinstance(data, list):
        raise _not_as_promised("a list of models", data)
    rows = [model for row in data if (model := parse_model(row)) is not None]
    if data and not rows:
        raise _not_as_promised("a list of models", data[0])
    return tuple({row.key: row for row in rows}.values())


def parse_model(data: object) -> ModelInfo | None:
    """One row; None where it has no usable id."""
    fields = fields_of(data)
    # `expand=` leaves `modelId` out; very old answers have nothing else.
    model_id = text_of(fields.get("id")) or text_of(fields.get("modelId"))
    if model_id is None or not is_model_id(model_id):
        return None
    tags = texts_of(fields.get("tags"))
    config = fields_of(fields.get("config"))
    named = texts_of(config.get("architectures"))
    counts = parameters_by_dtype(fields.get("safetensors"))
    return ModelInfo(
        key=text_of(fields.get("_id")) or model_id,
        id=model_id,
        author=text_of(fields.get("author")) or model_id.rpartition("/")[0] or None,
        task=text_of(fields.get("pipeline_tag")),
        library=text_of(fields.get("library_name")),
        license=_license(tags, fields_of(fields.get("cardData"))),
        downloads=count_of(fields.get("downloads")),
        likes=count_of(fields.get("likes")),
        last_modified=time_of(fields.get("lastModified")),
        tags=tags,
        gated=_gated(fields.get("gated")),
        parameters=_parameters(fields),
        created=time_of(fields.get("createdAt")),
        trending=number_of(fields.get("trendingScore")),
        size=size_of(counts),
        files=_paths(fields.get("siblings")),
        architectures=named or architecture_of_type(config.get("model_type")),
        needs_remote_code=bool(config.get("auto_map")) or "custom_code" in tags,
        is_private=fields.get("private") is True,
    )


def parse_details(data: object, endpoint: str, ref: str = "main") -> ModelDetails:
    """The answer of `GET /api/models/{id}?blobs=true`.

    Args:
        data: the answer.
        endpoint: address of the Hub that gave it.
        ref: the branch, tag or commit that was asked for.

    Raises:
        HubFormatError: the answer is not an object, or has no usable id.
    """
    info = parse_model(data)
    if info is None:
        raise _not_as_promised("a model's details", data)
    fields = fields_of(data)
    card = fields_of(fields.get("cardData"))
    config = fields_of(fields.get("config"))
    page = f"{endpoint}/{info.id}"
    details = ModelDetails(
        info=info,
        revision=commit_of(fields.get("sha")),
        files=_files(fields.get("siblings")),
        architectures=info.architectures,
        model_type=text_of(config.get("model_type")),
        needs_remote_code=info.needs_remote_code,
        disabled=fields.get("disabled") is True,
        base_models=_base_models(fields, info.tags),
        url=page,
        ref=ref,
        license_name=text_of(card.get("license_name")),
        license_link=license_link(card, page, ref),
        languages=names_in(card.get("language")),
        datasets=dataset_names(card, info.tags),
        evaluations=evaluations_in(fields.get("model-index") or card.get("model-index")),
        spaces=space_ids(fields.get("spaces")),
        parameters_by_dtype=parameters_by_dtype(fields.get("safetensors")),
        images=preview_candidates(fields, info.files, endpoint, info.id),
        gate_text=gate_text(card),
    )
    size = details.size_on_disk
    return details if size is None else replace(details, info=replace(info, size=size))


def parse_refs(data: object) -> ModelRefs:
    """The answer of `GET /api/models/{id}/refs`: `{"branches": [{"name": "main", …}], …}`.

    Raises:
        HubFormatError: the answer is not an object.
    """
    if not isinstance(data, dict):
        raise _not_as_promised("a model's branches", data)
    return ModelRefs(_names(data.get("branches")) or ("main",), _names(data.get("tags")))


def commit_of(value: object) -> str | None:
    """A full git commit or blob id (40 hexadecimal digits); None for anything else."""
    text = text_of(value)
    return text if text and _COMMIT.fullmatch(text) else None


def sha256_of(value: object) -> str | None:
    """A sha256 (64 hexadecimal digits), also as `sha256:<digits>`; None for anything else."""
    text = (text_of(value) or "").removeprefix("sha256:")
    return text if _SHA256.fullmatch(text) else None


def _names(refs: object) -> tuple[str, ...]:
    names = (text_of(fields_of(ref).get("name")) for ref in rows_of(refs))
    return tuple(dict.fromkeys(name for name in names if name and name.isprintable()))


def _license(tags: tuple[str, ...], card: dict[str, object]) -> str | None:
    """The tag is the Hub's normalised form; the card holds what the author wrote."""
    tagged = [tag.removeprefix("license:") for tag in tags if tag.startswith("license:")]
    return next(filter(None, (*tagged, *texts_of(card.get("license")))), None)


def _gated(value: object) -> Gated:
    # `True` was never seen, but a gate of an unknown kind is better shown than hidden.
    return _GATES.get(value, "") if isinstance(value, str | bool) else ""


def _parameters(fields: dict[str, object]) -> int | None:
    safetensors = fields_of(fields.get("safetensors"))
    total = count_of(safetensors.get("total"))
    if total is None:
        total = count_of(fields_of(fields.get("gguf")).get("total"))
    return total


def _paths(siblings: object) -> tuple[str, ...]:
    rows = rows_of(siblings)[:_MOST_PATHS]
    paths = (text_of(fields_of(row).get("rfilename")) for row in rows)
    return tuple(dict.fromkeys(path for path in paths if path and is_safe_repo_path(path)))


def _files(siblings: object) -> tuple[RepoFile, ...]:
    files = (_file(fields_of(sibling)) for sibling in rows_of(siblings))
    return tuple({file.path: file for file in files if file is not None}.values())


def _file(fields: dict[str, object]) -> RepoFile | None:
    path = text_of(fields.get("rfilename"))
    if path is None or not is_safe_repo_path(path):
        return None
    lfs = fields_of(fields.get("lfs"))
    size = count_of(lfs.get("size"))
    return RepoFile(
        path=path,
        size=count_of(fields.get("size")) if size is None else size,
        sha256=sha256_of(lfs.get("sha256")) or sha256_of(lfs.get("oid")),
        # Of a large file this would be the pointer's, which says nothing about the content.
        git_sha1=None if lfs else commit_of(fields.get("blobId")),
    )


def _base_models(fields: dict[str, object], tags: tuple[str, ...]) -> tuple[str, ...]:
    """From `baseModels` where asked for (both of its shapes), else from the tags or the card."""
    given = fields.get("baseModels")
    entries = rows_of(fields_of(given).get("models")) or rows_of(given)
    ids = [text_of(fields_of(entry).get("id")) or text_of(entry) for entry in entries]
    if not ids:
        # `base_model:owner/name`, and again with its relation: `base_model:finetune:owner/name`.
        ids = [tag.rpartition(":")[2] for tag in tags if tag.startswith(_BASE_MODEL_TAG)]
    if not ids:
        ids = list(texts_of(fields_of(fields.get("cardData")).get("base_model")))
    return tuple(dict.fromkeys(name for name in ids if name and is_model_id(name)))


def _not_as_promised(what: str, data: object) -> HubFormatError:
    reason = text_of(fields_of(data).get("error"))
    return HubFormatError(
        f"The Hub did not answer with {what}.",
        "Try again; if it stays so, check that HF_ENDPOINT names a Hugging Face Hub.",
        detail=f"got {type(data).__name__}{f', error: {reason[:300]}' if reason else ''}",
    )
