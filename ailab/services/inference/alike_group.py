"""Pictures of a run that are alike, as one group."""

from __future__ import annotations

from dataclasses import dataclass

from ailab.services.inference.feature_index import Neighbour

GROUPS_FROM = 0.95
"""The cosine from which pictures are alike where a person has not said: near-duplicates of most
networks reach it."""


@dataclass(frozen=True, slots=True)
class AlikeGroup:
    """Pictures each of which is alike to another one of the group.

    Attributes:
        members: two or more; first the one that is most like all the others, then these, the most
            like it first. Their `similarity` is that to the first, whose own is 1.
        least_similarity: the cosine of the two that are least alike, -1 to 1. It may be far below
            what was asked for: where A is like B and B like C, A and C need not be alike.
    """

    members: tuple[Neighbour, ...]
    least_similarity: float
