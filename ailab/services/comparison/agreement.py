"""How far two predictions of one picture agree: that of run A and that of run B.

Nothing here says which of both is right: all figures but those that name one of both are the same
with A and B exchanged.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import TypeAlias


@dataclass(frozen=True, slots=True)
class ClassAgreement:
    """Of classes of the picture as a whole.

    Attributes:
        label_a: the best class of A.
        score_a: its score, 0 to 1.
        label_b: the best class of B.
        score_b: its score, 0 to 1.
    """

    label_a: str
    score_a: float
    label_b: str
    score_b: float

    @property
    def is_same(self) -> bool:
        """Both have the same best class."""
        return label_key(self.label_a) == label_key(self.label_b)

    @property
    def difference(self) -> float | None:
        """How far the scores of the same best class are apart; None where it is not the same."""
        return abs(self.score_a - self.score_b) if self.is_same else None


@dataclass(frozen=True, slots=True)
class LabelMatches:
    """How many things of a label were found by both.

    Attributes:
        label: what they are called.
        matched: found by both, in the same place.
        only_a: found by A alone.
        only_b: found by B alone.
        overlap: the sum of the intersections over union (IoU) of those found by both.
    """

    label: str
    matched: int = 0
    only_a: int = 0
    only_b: int = 0
    overlap: float = 0.0

    @property
    def count(self) -> int:
        """How many things there are, whoever found them."""
        return self.matched + self.only_a + self.only_b

    @property
    def mean_iou(self) -> float | None:
        """Of those found by both; None where there are none."""
        return self.overlap / self.matched if self.matched else None

    def __add__(self, other: LabelMatches) -> LabelMatches:
        """Both counted together, by the name of the first."""
        return LabelMatches(
            self.label,
            self.matched + other.matched,
            self.only_a + other.only_a,
            self.only_b + other.only_b,
            self.overlap + other.overlap,
        )


@dataclass(frozen=True, slots=True)
class ThingAgreement:
    """Of boxes, masks or places.

    Attributes:
        labels: those of either, the most frequent first.
        pairs: numbers of the things that both found, in A and in B, among those compared.
    """

    labels: tuple[LabelMatches, ...]
    pairs: tuple[tuple[int, int], ...] = field(default=(), repr=False, compare=False)

    @property
    def total(self) -> LabelMatches:
        """All labels together."""
        return sum(self.labels, LabelMatches(""))


@dataclass(frozen=True, slots=True)
class LabelPixels:
    """How many pixels have a label.

    Attributes:
        label: what is there.
        both: pixels that have it in A and in B.
        only_a: in A alone.
        only_b: in B alone.
    """

    label: str
    both: int
    only_a: int
    only_b: int

    @property
    def count(self) -> int:
        """How many pixels have it, whoever says so."""
        return self.both + self.only_a + self.only_b

    @property
    def iou(self) -> float:
        """Intersection over union; 0 where one of both has none."""
        return self.both / max(self.count, 1)

    def __add__(self, other: LabelPixels) -> LabelPixels:
        """Both counted together, by the name of the first."""
        return LabelPixels(
            self.label,
            self.both + other.both,
            self.only_a + other.only_a,
            self.only_b + other.only_b,
        )


@dataclass(frozen=True, slots=True)
class RegionAgreement:
    """Of labels of pixels.

    Attributes:
        pixels: of the picture, or of the maps of a very large one.
        same: those that have the same label in both, or none in both.
        labels: those of either, the largest first.
    """

    pixels: int
    same: int
    labels: tuple[LabelPixels, ...]

    @property
    def share(self) -> float:
        """Share of the pixels that are the same, 0 to 1."""
        return self.same / max(self.pixels, 1)

    @property
    def mean_iou(self) -> float | None:
        """The mean over the labels, each of which counts alike; None where there is none."""
        return sum(each.iou for each in self.labels) / len(self.labels) if self.labels else None


@dataclass(frozen=True, slots=True)
class DepthAgreement:
    """Of depths.

    Attributes:
        correlation: Pearson's, -1 to 1; None where all depths of A or of B are equal. Of a
            relative depth and metres, that with the metres' reciprocals.
        difference: mean absolute difference in metres; None where not both are in metres.
        relative: the same of each pixel as a share of the mean of both, its mean.
    """

    correlation: float | None
    difference: float | None = None
    relative: float | None = None


@dataclass(frozen=True, slots=True)
class WordAgreement:
    """Of texts.

    Attributes:
        is_same: letter by letter, but for the space between and around the words.
        both: words that are in both, each as often as in the text that has it more rarely.
        only_a: the other words of A.
        only_b: the other words of B.
        places: where what they name is; None where neither says so.
    """

    is_same: bool
    both: int
    only_a: int
    only_b: int
    places: ThingAgreement | None = None


@dataclass(frozen=True, slots=True)
class PointAgreement:
    """Of keypoints.

    Attributes:
        matched: poses found by both, in the same place; points, where they have no names.
        only_a: found by A alone.
        only_b: found by B alone.
        points: those of the same name in a matched pose, found by both.
        distance: the sum of their distances in pixels.
        is_of_poses: False for points of interest, which belong to nothing.
        pairs: numbers of the poses that both found, in A and in B, among those compared.
    """

    matched: int
    only_a: int
    only_b: int
    points: int
    distance: float
    is_of_poses: bool = True
    pairs: tuple[tuple[int, int], ...] = field(default=(), repr=False, compare=False)

    @property
    def mean_distance(self) -> float | None:
        """In pixels; None where no point was found by both."""
        return self.distance / self.points if self.points else None


@dataclass(frozen=True, slots=True)
class VectorAgreement:
    """Of vectors.

    Attributes:
        cosine: of the angle between both, -1 to 1.
    """

    cosine: float


@dataclass(frozen=True, slots=True)
class ImageAgreement:
    """Of pictures that the models made.

    Attributes:
        difference: mean absolute difference of red, green and blue, 0 to 255.
        squared: mean squared difference of them.
    """

    difference: float
    squared: float

    @property
    def psnr(self) -> float | None:
        """Peak signal-to-noise ratio in decibels; None where both are the same to the last bit."""
        return 10 * math.log10(255**2 / self.squared) if self.squared else None


Agreement: TypeAlias = (
    ClassAgreement
    | ThingAgreement
    | RegionAgreement
    | DepthAgreement
    | WordAgreement
    | PointAgreement
    | VectorAgreement
    | ImageAgreement
)


def things_compared(agreement: Agreement) -> Agreement | None:
    """Itself; of words that of the places where they stand, None where they stand at none."""
    return agreement.places if isinstance(agreement, WordAgreement) else agreement


def label_key(label: str) -> str:
    """What is the same of labels that mean the same: one network's `TV` is another's `tv`."""
    return " ".join(label.casefold().split())
