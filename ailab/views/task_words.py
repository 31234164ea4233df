"""What models of a task do, for people who do not know its name."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from ailab.services.compatibility.runnable_tasks import ASKED, FEATURES, SEGMENTATION
from ailab.services.inference.answer_models import ANSWERS

TASK_WORDS: Mapping[str, str] = MappingProxyType(
    {
        "image-classification": "Say what a picture shows as a whole, the surest class first",
        "object-detection": "Find things, each with its name and a box around it: to count them",
        SEGMENTATION: "Tell what each pixel belongs to; some cut out the foreground",
        "depth-estimation": "Tell how near or far each pixel is",
        "image-to-image": "Make a picture of a picture: larger, sharper or cleaner",
        "mask-generation": "Outline what you point at or draw a box around, or everything",
        "keypoint-detection": "Find points, such as joints of a body or corners of a face",
        FEATURES: "Make numbers of a picture that tell which pictures are alike",
        "zero-shot-image-classification": "Say which of the labels that you type suits a picture",
        "zero-shot-object-detection": "Find the things that you name, each with a box around it",
        ANSWERS: "Answer a question about a picture",
        "image-to-text": "Describe a picture in words, or read the text in it",
        ASKED: "Write what you ask for: descriptions, answers, text that is read",
    }
)
"""By pipeline tag, of each task that ailab runs."""
