"""The Hub's pipeline tags (what a model is for) with the names that people see.

The tags, their order and their names are those of the Hub's own list, `packages/tasks` of
`huggingface.js`. The Hub gives out tags beyond it, so a tag is an open set.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

VISION_TASKS: Mapping[str, str] = MappingProxyType(
    {
        "depth-estimation": "Depth Estimation",
        "image-classification": "Image Classification",
        "object-detection": "Object Detection",
        "image-segmentation": "Image Segmentation",
        "text-to-image": "Text-to-Image",
        "image-to-text": "Image-to-Text",
        "image-to-image": "Image-to-Image",
        "image-to-video": "Image-to-Video",
        "unconditional-image-generation": "Unconditional Image Generation",
        "video-classification": "Video Classification",
        "text-to-video": "Text-to-Video",
        "zero-shot-image-classification": "Zero-Shot Image Classification",
        "mask-generation": "Mask Generation",
        "zero-shot-object-detection": "Zero-Shot Object Detection",
        "text-to-3d": "Text-to-3D",
        "image-to-3d": "Image-to-3D",
        "image-feature-extraction": "Image Feature Extraction",
        "keypoint-detection": "Keypoint Detection",
        "video-to-video": "Video-to-Video",
    }
)
"""The computer-vision tags and their names, in the Hub's order."""

_OTHER_TASKS = MappingProxyType(
    {
        "text-classification": "Text Classification",
        "token-classification": "Token Classification",
        "table-question-answering": "Table Question Answering",
        "question-answering": "Question Answering",
        "zero-shot-classification": "Zero-Shot Classification",
        "translation": "Translation",
        "summarization": "Summarization",
        "feature-extraction": "Feature Extraction",
        "text-generation": "Text Generation",
        "fill-mask": "Fill-Mask",
        "sentence-similarity": "Sentence Similarity",
        "text-to-speech": "Text-to-Speech",
        "text-to-audio": "Text-to-Audio",
        "automatic-speech-recognition": "Automatic Speech Recognition",
        "audio-to-audio": "Audio-to-Audio",
        "audio-classification": "Audio Classification",
        "audio-text-to-text": "Audio-Text-to-Text",
        "voice-activity-detection": "Voice Activity Detection",
        "reinforcement-learning": "Reinforcement Learning",
        "robotics": "Robotics",
        "tabular-classification": "Tabular Classification",
        "tabular-regression": "Tabular Regression",
        "tabular-to-text": "Tabular to Text",
        "table-to-text": "Table to Text",
        "multiple-choice": "Multiple Choice",
        "text-ranking": "Text Ranking",
        "text-retrieval": "Text Retrieval",
        "time-series-forecasting": "Time Series Forecasting",
        "image-text-to-text": "Image-Text-to-Text",
        "image-text-to-image": "Image-Text-to-Image",
        "image-text-to-video": "Image-Text-to-Video",
        "visual-question-answering": "Visual Question Answering",
        "document-question-answering": "Document Question Answering",
        "graph-ml": "Graph Machine Learning",
        "video-text-to-text": "Video-Text-to-Text",
        "visual-document-retrieval": "Visual Document Retrieval",
        "any-to-any": "Any-to-Any",
        "other": "Other",
    }
)


def display_name(tag: str) -> str:
    """The name of a pipeline tag; one that is not in the Hub's list is made readable."""
    return VISION_TASKS.get(tag) or _OTHER_TASKS.get(tag) or _readable(tag)


def is_listed(tag: str) -> bool:
    """True for a tag of the Hub's own list."""
    return tag in VISION_TASKS or tag in _OTHER_TASKS


def _readable(tag: str) -> str:
    words = tag.replace("_", "-").split("-")
    return " ".join(word[:1].upper() + word[1:] for word in words if word) or tag
