"""A model's configuration from the Hub."""

from __future__ import annotations

import asyncio

from ailab.services.architecture.architecture_error import ArchitectureError
from ailab.services.architecture.config_sheet import ConfigSheet, read_sheet
from ailab.services.hub.model_hub import ModelHub
from ailab.services.hub.model_info import ModelDetails

_CONFIG, _PREPROCESSOR = "config.json", "preprocessor_config.json"
_LARGEST = 8_000_000  # 21,843 labels, twice, take 1.5 MB


_WITH_CLASSES = frozenset({"image-classification", "image-segmentation", "object-detection"})
"""Tasks of networks that know their classes by themselves."""


def tells_classes(details: ModelDetails) -> bool:
    """True where the model's configuration may name what it tells apart.

    The Hub's own words on a model leave these names out.
    """
    names = {file.path for file in details.files}
    return details.info.task in _WITH_CLASSES and _CONFIG in names


async def read_config(hub: ModelHub, details: ModelDetails) -> ConfigSheet | None:
    """What the model's configuration says; None where it has none.

    Raises:
        HubError: a file could not be read.
        ArchitectureError: `config.json` is no JSON object, or is larger than 8 MB.
    """
    there = {file.path for file in details.files}
    config, preprocessor = [
        await _read(hub, details, name) if name in there else None
        for name in (_CONFIG, _PREPROCESSOR)
    ]
    if config is None and preprocessor is None:
        return None
    try:
        return await asyncio.to_thread(read_sheet, config, preprocessor)
    except ValueError as error:
        raise ArchitectureError(
            f"The {_CONFIG} of {details.info.id} cannot be read: it is damaged, or too large.",
            "Look at it on the model's page, under Files.",
            detail=f"{details.info.id}: {error}",
        ) from error


async def _read(hub: ModelHub, details: ModelDetails, name: str) -> bytes:
    return await hub.read_file(
        details.info.id, details.revision or details.ref, name, most=_LARGEST
    )
