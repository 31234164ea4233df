"""The networks of transformers that find text, and what they need beside their engine."""

from __future__ import annotations

TEXT_DETECTORS = frozenset(
    {
        "PPOCRV5MobileDetForObjectDetection",
        "PPOCRV5ServerDetForObjectDetection",
        "PPOCRV6MediumDetForObjectDetection",
        "PPOCRV6SmallDetForObjectDetection",
    }
)
"""Architectures that map where text is, as they stand in `config.json`."""

TEXT_MAP = "text-map"
"""The decoder of what they answer."""

TEXT_LABEL = "text"
"""What is found, where the model's files name no class."""

TEXT_EXTRA = "text"
"""The extra that brings OpenCV, by which the map is made into boxes."""

OPENCV = "cv2"
"""The package's name where it is imported."""
