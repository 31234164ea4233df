"""Searches as JSON, and back from JSON of any shape."""

from __future__ import annotations

import json
from dataclasses import replace

from ailab.services.hub.model_info import ModelInfo
from ailab.services.searches.searches import MOST_RECENT, Searches
from ailab.services.value_json import from_plain, to_plain

_MOST_TAGS = 100
_MOST_FILES = 300


def write_searches(searches: Searches) -> bytes:
    """The document; long lists of a model are cut."""
    short = replace(
        searches,
        favourites=tuple(map(_shortened, searches.favourites)),
        recent=tuple(map(_shortened, searches.recent)),
    )
    return json.dumps(to_plain(short), indent=1).encode()


def read_searches(data: bytes) -> Searches:
    """What a document holds; parts that make no sense are left out.

    Raises:
        ValueError: it is no JSON document, or not one of this kind.
    """
    try:
        searches = from_plain(Searches, json.loads(data))
    except RecursionError as error:
        raise ValueError("nested too deeply") from error
    if searches is None:
        raise ValueError("not an object")
    return replace(
        searches,
        saved=tuple({each.name: each for each in searches.saved}.values()),
        favourites=_once(searches.favourites),
        recent=_once(searches.recent)[:MOST_RECENT],
    )


def _shortened(model: ModelInfo) -> ModelInfo:
    return replace(model, tags=model.tags[:_MOST_TAGS], files=model.files[:_MOST_FILES])


def _once(models: tuple[ModelInfo, ...]) -> tuple[ModelInfo, ...]:
    return tuple({model.id: model for model in models}.values())
