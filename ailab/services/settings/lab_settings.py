"""What a person has set for the whole lab."""

from __future__ import annotations

from dataclasses import dataclass

from ailab.services.inference.device import AUTO


@dataclass(frozen=True, slots=True)
class LabSettings:
    """Settings; an environment variable of the same meaning wins over each.

    Attributes:
        cache_folder: folder of downloaded models; empty for the standard Hugging Face cache.
        endpoint: address of the Hub or of a mirror; empty for the real one.
        proxy: address of a proxy for all requests; empty for the system's own.
        shows_previews: pictures of models are fetched and shown.
        is_offline: the Hub is not asked; the browser searches the catalogue on this disk.
        device: what models run on; one of `device.CHOICES`, anything else counts as `AUTO`.
    """

    cache_folder: str = ""
    endpoint: str = ""
    proxy: str = ""
    shows_previews: bool = True
    is_offline: bool = False
    device: str = AUTO
