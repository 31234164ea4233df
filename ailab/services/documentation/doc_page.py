"""The pages of the documentation, where they lie, and how a person is led to one."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

PAGES: Mapping[str, str] = MappingProxyType(
    {
        "README": "ailab – AI Image Lab",
        "finding": "Finding a model",
        "runs-here": "What runs here",
        "pictures": "Pictures and TIFFs",
        "prompts": "Labels, points, boxes and questions",
        "sheet": "Sheets for bare .onnx files",
        "results": "Saved results",
        "engines": "Engines",
        "safety": "Safety",
        "account-and-settings": "Account and settings",
        "served-models": "Models on a server",
        "providers": "Inference Providers",
        "ray": "Folders on Ray",
        "fidelity": "Fidelity",
    }
)
"""The pages by the names of their files, without `.md`, and their first headings."""


def led_to(page: str) -> str:
    """Where a person finds a page, as the subject of a sentence.

    Args:
        page: one of `PAGES`.

    Raises:
        KeyError: there is no such page.
    """
    return f"“{PAGES[page]}” (in the menu Help, or by ailab docs {page})"
