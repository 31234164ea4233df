"""What people call the tasks: purposes that are typed where names of models are searched."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from ailab.services.hub.pipeline_tag import VISION_TASKS, display_name

_WORDS: Mapping[str, str] = MappingProxyType(
    {
        "depth-estimation": "depth, depth map, depth estimator, distance map, monocular depth",
        "image-classification": "classification, classify, classifier, classes, image tagging",
        "object-detection": (
            "detect, detection, detector, detect objects, find objects, bounding box, count, "
            "count objects, counting, text detection, layout detection"
        ),
        "image-segmentation": (
            "segment, segmentation, segmenting, segmenter, semantic segmentation, "
            "instance segmentation, panoptic segmentation, background, remove background, "
            "background removal, background remover, cut out, cutout, matte, matting, mask"
        ),
        "mask-generation": "segment anything, segment everything, mask generator, generate mask",
        "image-to-text": (
            "caption, captioning, captioner, image caption, describe, description, ocr, "
            "read text, text recognition, handwriting, handwriting recognition, formula, latex"
        ),
        "image-to-image": (
            "upscale, upscaler, upscaling, super resolution, superresolution, enlarge, enhance, "
            "denoise, denoiser, denoising, deblur, deblurring, restore, restoration, sharpen"
        ),
        "image-feature-extraction": (
            "embedding, embed, embedder, feature, feature extractor, vector, similar, similarity, "
            "similar picture, similar image, image similarity, nearest, duplicate"
        ),
        "keypoint-detection": "keypoint, pose, pose estimation, landmark, skeleton, face landmark",
        "zero-shot-image-classification": "zero shot, zero shot classification, own classes",
        "zero-shot-object-detection": (
            "zero shot detection, open vocabulary, open vocabulary detection, detect anything"
        ),
        "visual-question-answering": "question, question answering, vqa, answer, answer question",
        "image-text-to-text": "chat, vlm, vision language, vision language model, conversation",
        "text-to-image": "generate image, image generation, generate picture, stable diffusion",
    }
)
"""Words for a task, the singular, with commas between; its tag and its name count as well."""

_AROUND = frozenset(
    {"a", "ai", "an", "and", "for", "from", "image", "in", "model", "my", "of", "on", "photo"}
    | {"picture", "the", "to", "with"}
)


@dataclass(frozen=True, slots=True)
class Purpose:
    """What somebody wants a model for, where a name was asked for.

    Attributes:
        words: the purpose, as it was typed.
        task: the pipeline tag that is meant.
        rest: what else was typed, to be searched for among the task's models; may be empty.
    """

    words: str
    task: str
    rest: str = ""

    @property
    def advice(self) -> str:
        """What to do instead, in a sentence."""
        return f"For “{self.words}” choose the task {display_name(self.task)}."


def find_purpose(query: str) -> Purpose | None:
    """The task that a search names by what it is for; None where it names none.

    Of several the one with the most words counts: “segment anything” is not “segment”.
    """
    typed = re.findall(r"\w+", query)
    words = [_singular(word) for word in typed]
    for count in range(min(len(words), _LONGEST), 0, -1):
        for start in range(len(words) - count + 1):
            end = start + count
            if (task := _TASKS.get(" ".join(words[start:end]))) is not None:
                around = zip(typed[:start] + typed[end:], words[:start] + words[end:], strict=True)
                rest = " ".join(as_typed for as_typed, word in around if word not in _AROUND)
                return Purpose(" ".join(typed[start:end]), task, rest)
    return None


def _singular(word: str) -> str:
    word = word.lower()
    return word if word.endswith("ss") or len(word) < 4 else word.removesuffix("s")


def _phrases() -> Iterator[tuple[str, str]]:
    for tag in {**VISION_TASKS, **_WORDS}:
        for phrase in (tag, *_WORDS.get(tag, "").split(",")):
            yield " ".join(map(_singular, re.findall(r"\w+", phrase))), tag


_TASKS = {phrase: tag for phrase, tag in _phrases() if phrase}
_LONGEST = max(len(phrase.split()) for phrase in _TASKS)
