"""The tasks that ailab runs."""

from __future__ import annotations

RUNNABLE_TASKS = (
    "image-classification",
    "object-detection",
    "image-segmentation",
    "depth-estimation",
    "image-to-image",
    "mask-generation",
    "keypoint-detection",
    "image-feature-extraction",
    "zero-shot-image-classification",
    "zero-shot-object-detection",
    "image-to-text",
)
"""Pipeline tags, in the order in which people see them."""
