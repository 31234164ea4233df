"""Pictures that may stand for a model, by what its details name."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import PurePosixPath

from ailab.services.hub.hub_endpoint import DEFAULT_ENDPOINT
from ailab.services.hub.json_values import fields_of, rows_of, text_of
from ailab.services.hub.repo_path import is_safe_repo_path

_MOST = 12
_PICTURES = frozenset({".jpg", ".jpeg", ".png", ".webp", ".bmp", ".gif", ".tif", ".tiff"})
_TELLING = ("thumbnail", "preview", "teaser", "sample", "example", "demo", "result", "output")
_SOCIAL_CARDS = "https://cdn-thumbnails.huggingface.co/social-thumbnails/models"


def preview_candidates(
    fields: dict[str, object], paths: tuple[str, ...], endpoint: str, model_id: str
) -> tuple[str, ...]:
    """Https addresses or paths of the repository, best first; at most 12.

    First what the author chose as the thumbnail, then the card's widget examples, then pictures
    among the files, and last the card that the Hub itself draws for each model.

    Args:
        fields: the details, as the Hub's JSON has them.
        paths: the repository's files.
        endpoint: address of the Hub; a mirror draws no cards.
        model_id: `owner/name`.
    """
    card = fields_of(fields.get("cardData"))
    named = (
        text_of(card.get("thumbnail")),
        *_widget_pictures(fields.get("widgetData")),
        *_widget_pictures(card.get("widget")),
    )
    candidates = [place for name in named if name and (place := _place(name.strip()))]
    candidates += preview_paths(paths)
    candidates = list(dict.fromkeys(candidates))[: _MOST - 1]
    if endpoint == DEFAULT_ENDPOINT:
        candidates.append(f"{_SOCIAL_CARDS}/{model_id}.png")
    return tuple(candidates)


def preview_paths(paths: tuple[str, ...]) -> tuple[str, ...]:
    """The pictures among a repository's files, those first whose names promise a preview."""
    pictures = [path for path in paths if PurePosixPath(path).suffix.lower() in _PICTURES]
    return tuple(sorted(pictures, key=_rank)[:_MOST])


def _rank(path: str) -> tuple[int, int, str]:
    name = path.lower()
    telling = next((n for n, word in enumerate(_TELLING) if word in name), len(_TELLING))
    return telling, path.count("/"), path


def _widget_pictures(widgets: object) -> Iterator[str | None]:
    """`src` is what goes into a model, `output.url` what it made."""
    for widget in map(fields_of, rows_of(widgets)):
        yield text_of(fields_of(widget.get("output")).get("url"))
        yield text_of(widget.get("src"))


def _place(name: str) -> str | None:
    """A candidate's https address or path; None for what is neither, or no picture."""
    is_url = name.startswith("https://") and name.isprintable() and " " not in name
    path = name.partition("?")[0].partition("#")[0] if is_url else name.removeprefix("./")
    suffix = PurePosixPath(path).suffix.lower()
    if is_url:
        return name if suffix in _PICTURES or "." not in path.rpartition("/")[2] else None
    is_path = ":" not in path and is_safe_repo_path(path) and suffix in _PICTURES
    return path if is_path else None
