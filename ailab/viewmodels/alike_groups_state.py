"""What is shown of the groups of pictures that are alike."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from ailab.services.images.picture import Picture
from ailab.services.inference.alike_group import GROUPS_FROM, AlikeGroup


@dataclass(frozen=True, slots=True)
class AlikeGroupsState:
    """The groups of a run that makes vectors of pictures.

    Attributes:
        is_wanted: the person looks at groups; else none are looked for.
        least: the cosine from which two pictures are alike, 0 to 1.
        is_looking: groups are being looked for; those before are shown meanwhile.
        groups: the largest first.
        compared: among how many pictures they were looked for.
        thumbnails: of the first picture of groups, by path; None where it can't be read.
    """

    is_wanted: bool = False
    least: float = GROUPS_FROM
    is_looking: bool = False
    groups: tuple[AlikeGroup, ...] = ()
    compared: int = 0
    thumbnails: Mapping[str, Picture | None] = field(default_factory=lambda: MappingProxyType({}))

    @property
    def grouped(self) -> int:
        """How many pictures are in groups."""
        return sum(len(each.members) for each in self.groups)
