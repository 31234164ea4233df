"""What the details pane tells of a model, as lines of text."""

from __future__ import annotations

from datetime import datetime

from ailab.services.byte_size import format_bytes
from ailab.services.hub import library_name, license_name, pipeline_tag
from ailab.services.hub.model_info import ModelDetails, ModelInfo
from ailab.views.model_text import day_text, short_count

Fact = tuple[str, str | None]
"""A label and a value; None where the Hub does not tell."""

_ACCESS = {
    "": "Open to everyone",
    "auto": "Gated: granted at once, after its conditions are accepted",
    "manual": "Gated: granted by its author, after a request",
}

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
    "Made from",
)


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
    values = (
        info.author,
        pipeline_tag.display_name(info.task) if info.task else None,
        library_name.display_name(info.library) if info.library else None,
        license_name.display_name(info.license) if info.license else None,
        downloads,
        f"{info.likes:,}" if info.likes is not None else None,
        day_text(info.last_modified, now) if info.last_modified else None,
        short_count(info.parameters, " ") if info.parameters is not None else None,
        f"{format_bytes(size)} in {_counted(files)}" if size is not None else None,
        _ACCESS[info.gated],
        "\n".join(details.base_models) if details and details.base_models else None,
    )
    return tuple(zip(LABELS, values, strict=True))


def _counted(files: int) -> str:
    return "1 file" if files == 1 else f"{files:,} files"
