"""A model that a person names in the search bar, instead of a text to look for."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import unquote, urlsplit

from ailab.services.hub.hub_errors import InvalidModelIdError
from ailab.services.hub.model_id import parse_model_id
from ailab.services.hub.model_reference import parse_reference

_PASTED = 4
"""So many letters at once were not typed."""

_PLACE_OF_REVISION = 3
_WITH_REVISION = frozenset({"tree", "blob", "raw", "resolve", "blame", "commits", "commit"})


@dataclass(frozen=True, slots=True)
class NamedModel:
    """The model that a text names.

    Attributes:
        model_id: `owner/name`.
        revision: branch, tag or commit; None for the default one.
        is_address: the text is a page's address, which can be no text to look for.
    """

    model_id: str
    revision: str | None = None
    is_address: bool = False


def find_named(text: str, endpoint: str) -> NamedModel | None:
    """The model that an address, `owner/name` or `owner/name@revision` names; None for a text.

    Args:
        text: what stands in the search bar.
        endpoint: origin of the Hub, whose pages are understood.

    Raises:
        InvalidModelIdError: the text is an address, but not that of a model's page.
    """
    reference = parse_reference(text)
    if "/" not in reference.model:
        return None
    try:
        model_id = parse_model_id(reference.model, endpoint)
    except InvalidModelIdError:
        if "://" in text:
            raise
        return None
    if model_id == reference.model:
        return NamedModel(model_id, _given(reference.revision))
    path = urlsplit(text if "://" in text else f"https://{text}").path
    parts = [part for part in path.removeprefix(urlsplit(endpoint).path).split("/") if part]
    has_revision = len(parts) > _PLACE_OF_REVISION and parts[2] in _WITH_REVISION
    revision = unquote(parts[_PLACE_OF_REVISION]) if has_revision else reference.revision
    return NamedModel(model_id, _given(revision), is_address=True)


def is_pasted(old: str, new: str) -> bool:
    """True where a text came into a field at once, in place of another one or of a part of it."""
    start = 0
    for before, after in zip(old, new, strict=False):
        if before != after:
            break
        start += 1
    end = 0
    for before, after in zip(reversed(old[start:]), reversed(new[start:]), strict=False):
        if before != after:
            break
        end += 1
    return len(new) - start - end >= _PASTED


def _given(revision: str | None) -> str | None:
    return None if revision == "main" else revision
