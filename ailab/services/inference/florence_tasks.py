"""What Florence-2 reads in place of a task's name.

Source: `Florence2Processor` of transformers 5, its sentences for each task.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

_CAPTION = "<CAPTION>"
_ALONE: Mapping[str, str] = MappingProxyType(
    {
        _CAPTION: "What does the image describe?",
        "<DETAILED_CAPTION>": "Describe in detail what is shown in the image.",
        "<MORE_DETAILED_CAPTION>": "Describe with a paragraph what is shown in the image.",
        "<OCR>": "What is the text in the image?",
        "<OCR_WITH_REGION>": "What is the text in the image, with regions?",
        "<OD>": "Locate the objects with category name in the image.",
        "<DENSE_REGION_CAPTION>": "Locate the objects in the image, with their descriptions.",
        "<REGION_PROPOSAL>": "Locate the region proposals in the image.",
    }
)
_WITH_WORDS: Mapping[str, str] = MappingProxyType(
    {
        "<CAPTION_TO_PHRASE_GROUNDING>": "Locate the phrases in the caption: {}",
        "<REFERRING_EXPRESSION_SEGMENTATION>": "Locate {} in the image with mask",
        "<REGION_TO_SEGMENTATION>": "What is the polygon mask of region {}",
        "<OPEN_VOCABULARY_DETECTION>": "Locate {} in the image.",
        "<REGION_TO_CATEGORY>": "What is the region {}?",
        "<REGION_TO_DESCRIPTION>": "What does the region {} describe?",
        "<REGION_TO_OCR>": "What text is in the region {}?",
    }
)


def florence_task(asked: str) -> tuple[str, str]:
    """A task's name, and the words beside it; the name is empty where no task is asked for.

    Args:
        asked: as `florence_sentence` takes it; a task's own sentence stands for it, too.
    """
    asked = asked.strip()
    task = next((name for name in _WITH_WORDS if name in asked), None)
    if task is not None:
        return task, asked.replace(task, "").strip()
    if not asked:
        return _CAPTION, ""
    return next((name for name, said in _ALONE.items() if asked in {name, said}), ""), ""


def florence_sentence(asked: str) -> str:
    """The sentence for a task, with the words that stand beside its name where it takes any.

    Args:
        asked: a task, alone or with words; any other text, which is read as it is; or nothing, for
            a caption.
    """
    task, words = florence_task(asked)
    if task in _WITH_WORDS:
        return _WITH_WORDS[task].replace("{}", words, 1)
    return _ALONE.get(asked or _CAPTION, asked)
