"""Who runs a model elsewhere, where several could."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ProviderChoice:
    """The choice among those that run a model.

    Attributes:
        chosen: key of the one that is asked; empty where nobody is.
        offered: keys and names of all who could be, in the order of the place.
    """

    chosen: str = ""
    offered: tuple[tuple[str, str], ...] = ()

    @property
    def has_others(self) -> bool:
        """Another one could be chosen."""
        return len(self.offered) > 1


NOBODY = ProviderChoice()
