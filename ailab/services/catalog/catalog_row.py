"""How a model lies in the catalogue: where it stands, what is searched, what it is filtered by.

A model's place (`rank`) is made of its downloads and its own number, so that counting ranks up
goes through the models from the most to the least downloaded, in the tables and in the index of
trigrams alike. A model whose downloads change moves to another place and keeps its number.
"""

from __future__ import annotations

import json
import math
import zlib
from datetime import UTC, datetime
from typing import NamedTuple

from ailab.services.hub.license_group import LicenseGroup, group_of
from ailab.services.hub.model_info import ModelInfo
from ailab.services.value_json import from_plain, to_plain

NUMBER_BITS = 27
_MOST_DOWNLOADS = 2**35 - 1
_UNKNOWN_LAST = 1
"""Stands for an unknown value in a column of negated values, which are 0 at most."""

# What most rows have in common, so that each of them is a few hundred bytes on the disk.
_COMMON = (
    b'"files":[".gitattributes","README.md","config.json","model.safetensors",'
    b'"preprocessor_config.json","pytorch_model.bin","onnx/model.onnx","tokenizer.json"],'
    b'"architectures":["ForImageClassification"],"trending":0.0,"likes":0,"downloads":'
    b'"license":"apache-2.0","library":"transformers","task":"image-classification",'
    b'"last_modified":"2026-01-01T00:00:00+00:00","created":"2025-01-01T00:00:00+00:00",'
    b'"tags":["transformers","safetensors","endpoints_compatible","region:us",'
    b'"license:apache-2.0","license:mit","base_model:finetune:","dataset:","arxiv:2"],'
    b'"parameters":,"size":,"gated":"manual","author":"","key":"6","id":"'
)


class Facets(NamedTuple):
    """What a model is filtered by, each as the number of a word; 0 where it has none."""

    task: int
    license: int
    license_group: int
    author: int


class CatalogRow(NamedTuple):
    """A row of the table `models`, and its text in the table `texts`.

    The `by_…` columns are negated: counting up is descending.

    Attributes:
        rank: its place, see above.
        task: number of the word `task:…`.
        license: number of the word `license:…`.
        license_group: number of the word `group:…`.
        author: number of the word `author:…`.
        is_gated: 1 or 0.
        size: bytes; None for unknown.
        by_trending: trending score; an unknown one is 0.
        by_likes: likes.
        by_created: seconds since 1970, UTC.
        by_updated: likewise.
        by_parameters: number of parameters.
        words: what is searched, in lower case: the id, then each tag on a line of its own.
    """

    rank: int
    task: int
    license: int
    license_group: int
    author: int
    is_gated: int
    size: int | None
    by_trending: float
    by_likes: int
    by_created: int
    by_updated: int
    by_parameters: int
    words: str


FOUND_COLUMNS = "words, task, license, license_group, author, is_gated, parameters, size, month"
"""The columns of the trigram index."""


def facet_names(info: ModelInfo) -> tuple[str, str, str, str]:
    """The words that a model's facets stand for, in the order of `Facets`."""
    return (
        task_name(info.task),
        license_name(info.license),
        group_name(group_of(info.license)),
        author_name(info.author),
    )


def task_name(task: str | None) -> str:
    """The word of a pipeline tag."""
    return f"task:{task or ''}"


def license_name(license_id: str | None) -> str:
    """The word of a licence."""
    return f"license:{(license_id or '').lower()}"


def group_name(group: LicenseGroup) -> str:
    """The word of a kind of licence."""
    return f"group:{group.name}"


def author_name(author: str | None) -> str:
    """The word of an owner."""
    return f"author:{(author or '').lower()}"


def rank_of(downloads: int | None, number: int) -> int:
    """The place of a model with this number; models of unknown downloads come last."""
    known = -1 if downloads is None else min(downloads, _MOST_DOWNLOADS)
    return (_MOST_DOWNLOADS - known) << NUMBER_BITS | number


def number_of(rank: int) -> int:
    """The number of the model at a place."""
    return rank & (1 << NUMBER_BITS) - 1


def row_of(info: ModelInfo, number: int, facets: Facets) -> CatalogRow:
    """A model as a row."""
    return CatalogRow(
        rank_of(info.downloads, number),
        *facets,
        is_gated=int(bool(info.gated)),
        size=info.size,
        by_trending=min(_negated(info.trending), 0),
        by_likes=int(_negated(info.likes)),
        by_created=int(_negated(_seconds(info.created))),
        by_updated=int(_negated(_seconds(info.last_modified))),
        by_parameters=int(_negated(info.parameters)),
        words=words_of(info),
    )


def words_of(info: ModelInfo) -> str:
    """What is searched of a model; two line ends follow, so that trigrams begin everywhere."""
    owner = info.author or ""
    first = info.id if info.id.lower().startswith(f"{owner}/".lower()) else f"{info.id} {owner}"
    lines = dict.fromkeys((first, info.library or "", *info.tags))
    text = "\n".join(" ".join(line.replace("\0", " ").splitlines()) for line in lines if line)
    return f"{text.lower()}\n\n"


def found_values(row: CatalogRow) -> tuple[object, ...]:
    """What the trigram index holds of a row; made from the row alone, so that it can be undone."""
    month = datetime.fromtimestamp(-row.by_updated, UTC) if row.by_updated <= 0 else None
    return (
        row.rank,
        row.words,
        token(row.task),
        token(row.license),
        token(row.license_group),
        token(row.author),
        GATED if row.is_gated else "",
        parameters_token(magnitude(-row.by_parameters)) if row.by_parameters <= 0 else "",
        size_token(magnitude(row.size)) if row.size is not None else "",
        month_token(12 * month.year + month.month) if month else "",
    )


def token(number: int) -> str:
    """A number as one trigram of characters that no text has (Unicode's private use area)."""
    return chr(0xE000 + number // 4096) + chr(0xE000 + number % 4096) + "\uf8ff"


GATED = "\uf000\uf000\uf8fe"


def parameters_token(step: int) -> str:
    """The trigram of a magnitude of parameters."""
    return f"\uf001{chr(0xE000 + step)}\uf8fe"


def size_token(step: int) -> str:
    """The trigram of a magnitude of bytes."""
    return f"\uf002{chr(0xE000 + step)}\uf8fe"


def month_token(month: int) -> str:
    """The trigram of a month, counted from the year 0."""
    return f"\uf003{chr(0xE000 - 12 * 1970 + month)}\uf8fe"


def magnitude(value: int) -> int:
    """Half powers of two: 0 for 0 and 1, then 2 for 2, 3 from 2.83 on, 4 for 4 and so on."""
    return int(2 * math.log2(max(value, 1)))


def pack(info: ModelInfo) -> bytes:
    """A model as a few hundred bytes."""
    text = json.dumps(to_plain(info), separators=(",", ":"))
    packer = zlib.compressobj(1, zdict=_COMMON)
    return packer.compress(text.encode()) + packer.flush()


def unpack(data: bytes) -> ModelInfo | None:
    """The model that was packed; None where it cannot be read."""
    try:
        text = zlib.decompressobj(zdict=_COMMON).decompress(data)
        return from_plain(ModelInfo, json.loads(text))
    except (ValueError, zlib.error, RecursionError):
        return None


def _negated(value: float | None) -> float:
    return _UNKNOWN_LAST if value is None or value < 0 else -value


def _seconds(time: datetime | None) -> int | None:
    return None if time is None else int(time.timestamp())
