"""The networks of transformers that read one line of text at a glance, character by character."""

from __future__ import annotations

TEXT_READERS = frozenset(
    {
        "PPOCRV5MobileRecForTextRecognition",
        "PPOCRV5ServerRecForTextRecognition",
        "PPOCRV6SmallRecForTextRecognition",
        "PPOCRV6TinyRecForTextRecognition",
    }
)
"""Their architectures, as they stand in `config.json`."""

TEXT_LINE = "text-line"
"""The decoder of what they answer."""
