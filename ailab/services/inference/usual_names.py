"""Names that classes usually have, by how many there are: a guess, and always told as one."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from ailab.services.architecture.network_outline import NetworkOutline
from ailab.services.inference.coco_labels import COCO_LABELS, COCO_NUMBERED
from ailab.services.inference.imagenet_labels import IMAGENET_1K, imagenet_labels
from ailab.services.inference.output_classes import output_classes
from ailab.services.inference.sheet_draft import SheetDraft

_NOTHING = "background"
"""What TensorFlow's networks have before ImageNet's classes."""


@dataclass(frozen=True, slots=True)
class UsualNames:
    """A set of classes that networks are usually trained on.

    Attributes:
        word: what a person types for it.
        owner: whose classes they are.
        task: pipeline tag of the networks that tell them apart.
        names: by index.
    """

    word: str
    owner: str
    task: str
    names: tuple[str, ...] = field(repr=False)

    @property
    def guess(self) -> str:
        """That these names are a guess, in a sentence."""
        return f"{self.owner}'s names are a guess: look whether they fit what is found."

    @property
    def offer(self) -> str:
        """Why the classes may have these names, in a sentence without its end."""
        return f"It tells as many classes apart as {self.owner} has, {len(self.names):,}"


COCO = UsualNames("coco", "COCO", "object-detection", COCO_LABELS)
_NUMBERED = UsualNames("coco", "COCO", "object-detection", COCO_NUMBERED)


def usual_sets(outline: NetworkOutline) -> tuple[UsualNames, ...]:
    """The sets that a network's classes may be of; reads ImageNet's where it may be that one."""
    if output_classes(outline.outputs, "class-scores") not in {IMAGENET_1K, IMAGENET_1K + 1}:
        return (COCO, _NUMBERED)
    names = imagenet_labels(IMAGENET_1K)
    return COCO, _NUMBERED, *(_imagenet(each) for each in (names, (_NOTHING, *names)))


def _imagenet(names: tuple[str, ...]) -> UsualNames:
    return UsualNames("imagenet", "ImageNet", "image-classification", names)


def usual_names(
    sets: Iterable[UsualNames], outline: NetworkOutline, draft: SheetDraft
) -> UsualNames | None:
    """The names that a network's classes may have; None where there is no guess.

    A detector of exactly 80 classes was most likely trained on COCO, and one of 91, which are
    COCO's own numbers; a classifier of exactly 1000 on ImageNet, and one of 1001, which are the
    same behind a background.

    Args:
        sets: to choose from.
        outline: of the network.
        draft: what it is said to do.
    """
    count = output_classes(outline.outputs, draft.decoder)
    return next((s for s in sets if s.task == draft.task and len(s.names) == count), None)
