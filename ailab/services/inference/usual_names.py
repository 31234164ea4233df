"""Names that classes usually have, by how many there are: a guess, and always told as one."""

from __future__ import annotations

from dataclasses import dataclass, field

from ailab.services.architecture.network_outline import NetworkOutline
from ailab.services.inference.coco_labels import COCO_LABELS
from ailab.services.inference.output_guess import output_count
from ailab.services.inference.sheet_draft import SheetDraft
from ailab.services.inference.timm_labels import imagenet_labels

_IMAGENET = 1000


@dataclass(frozen=True, slots=True)
class UsualNames:
    """A set of classes that networks are usually trained on.

    Attributes:
        word: what a person types for it.
        owner: whose classes they are.
        names: by index.
    """

    word: str
    owner: str
    names: tuple[str, ...] = field(repr=False)

    @property
    def guess(self) -> str:
        """That these names are a guess, in a sentence."""
        return f"{self.owner}'s names are a guess: look whether they fit what is found."

    @property
    def offer(self) -> str:
        """That the classes may have these names, in a sentence without its end."""
        return f"It tells as many classes apart as {self.owner} has, {len(self.names):,}"


def usual_names(outline: NetworkOutline, draft: SheetDraft) -> UsualNames | None:
    """The names that a network's classes may have; None where there is no guess.

    A detector of exactly 80 classes was most likely trained on COCO, a classifier of exactly 1000
    on ImageNet. The latter's names come with timm and are not known without it.

    Args:
        outline: of the network.
        draft: what it is said to do.
    """
    count = output_count(outline.outputs, draft.decoder)
    if draft.task == "object-detection" and count == len(COCO_LABELS):
        return UsualNames("coco", "COCO", COCO_LABELS)
    if draft.task == "image-classification" and count == _IMAGENET:
        names = imagenet_labels(_IMAGENET)
        return UsualNames("imagenet", "ImageNet", names) if names else None
    return None
