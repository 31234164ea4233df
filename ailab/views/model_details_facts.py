"""What the details pane tells of a model, as lines of text."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from urllib.parse import quote

from ailab.services.byte_size import format_bytes
from ailab.services.hub import library_name, license_name, pipeline_tag
from ailab.services.hub.model_info import ModelDetails, ModelInfo
from ailab.viewmodels.day_text import day_text
from ailab.views.model_details_link_text import Line
from ailab.views.model_text import short_count

Fact = tuple[str, tuple[Line, ...]]
"""A label, and the lines of its value; none where the Hub does not tell."""

_ACCESS = {
    "": "Open to everyone",
    "auto": "Gated: granted at once, after its conditions are accepted",
    "manual": "Gated: granted by its author, after a request",
}
_MOST_LINES = 12
_MOST_LANGUAGES = 40

LABELS = (
    "Author",
    "Task",
    "Library",
    "Licence",
    "Downloads",
    "Likes",
    "Last modified",
    "Parameters",
    "Size on disk",
    "Access",
    "Languages",
    "Made from",
    "Trained on",
    "Used by",
)
OPTIONAL = frozenset({"Languages", "Trained on", "Used by"})
"""Labels that are left out where nothing is told: most models of pictures have no language."""


def facts_of(info: ModelInfo, details: ModelDetails | None, now: datetime) -> tuple[Fact, ...]:
    """One fact per label of `LABELS`, in their order.

    Args:
        info: the model; the details' own, where there are details.
        details: None while they are not known.
        now: the present time, aware.
    """
    size = details.size_on_disk if details else None
    files = len(details.files) if details else 0
    downloads = f"{info.downloads:,} in 30 days" if info.downloads is not None else None
    hub = _hub_of(details)
    languages = details.languages if details else ()
    values = (
        _line(info.author),
        _line(pipeline_tag.display_name(info.task) if info.task else None),
        _line(library_name.display_name(info.library) if info.library else None),
        _licence(info, details),
        _line(downloads),
        _line(f"{info.likes:,}" if info.likes is not None else None),
        _line(day_text(info.last_modified, now) if info.last_modified else None),
        _line(short_count(info.parameters, " ") if info.parameters is not None else None),
        _line(f"{format_bytes(size)} in {_counted(files)}" if size is not None else None),
        _line(_ACCESS[info.gated]),
        _line(", ".join(languages[:_MOST_LANGUAGES]) or None),
        _links(details.base_models if details else (), hub, ""),
        _links(details.datasets if details else (), hub, "datasets/"),
        _links(details.spaces if details else (), hub, "spaces/"),
    )
    return tuple(zip(LABELS, values, strict=True))


def _hub_of(details: ModelDetails | None) -> str:
    """The Hub's origin, from the address of the model's page; empty where that is not known."""
    if details is None or not details.url.endswith(f"/{details.info.id}"):
        return ""
    return details.url.removesuffix(f"/{details.info.id}")


def _licence(info: ModelInfo, details: ModelDetails | None) -> tuple[Line, ...]:
    """The licence's name, or the one that its author gave it, and where its text is."""
    name = license_name.display_name(info.license) if info.license else None
    own = details.license_name if details else None
    link = (details.license_link if details else None) or ""
    if own and (name is None or (info.license or "").lower() == "other"):
        name = own
    return ((name or "its text", link),) if name or link else ()


def _links(names: Sequence[str], hub: str, kind: str) -> tuple[Line, ...]:
    lines = [
        (name, f"{hub}/{kind}{quote(name, safe='/')}" if hub else "")
        for name in names[:_MOST_LINES]
    ]
    left_out = len(names) - _MOST_LINES
    if left_out > 0:
        lines.append((f"and {left_out} more", ""))
    return tuple(lines)


def _line(text: str | None) -> tuple[Line, ...]:
    return ((text, ""),) if text else ()


def _counted(files: int) -> str:
    return "1 file" if files == 1 else f"{files:,} files"
