"""The model cards, with the measured quality filled in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

_CARD = """---
license: apache-2.0
library_name: {library}
pipeline_tag: {task}
tags:
{tags}
---

# {title}

{purpose}

## Quality

Measured with ONNX Runtime on {held_out} that the network never saw:

| measure | value |
|---|---|
{quality}

## How it was made

{making} The pictures were drawn by rule, with known truth, by a script of the
project that this model belongs to; it trained for {minutes} on a processor without a graphics
card. The network has {parameters} parameters.

## Limits

{limits}
"""


def write_card(
    folder: Path,
    *,
    library: str,
    task: str,
    tags: Sequence[str],
    title: str,
    purpose: str,
    held_out: str,
    quality: Mapping[str, str],
    making: str,
    seconds: float,
    parameters: int,
    limits: str,
) -> None:
    """Write `README.md`."""
    minutes = f"{seconds / 60:.0f} minutes" if seconds >= 90 else f"{seconds:.0f} seconds"
    text = _CARD.format(
        library=library,
        task=task,
        tags="\n".join(f"- {tag}" for tag in tags),
        title=title,
        purpose=purpose,
        held_out=held_out,
        quality="\n".join(f"| {measure} | {value} |" for measure, value in quality.items()),
        making=making,
        minutes=minutes,
        parameters=f"{parameters:,}",
        limits=limits,
    )
    (folder / "README.md").write_text(text, "utf-8", newline="\n")
