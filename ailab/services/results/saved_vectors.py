"""The vectors of a saved run."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from ailab.services.inference.feature_set import FeatureSet
from ailab.services.results.model_identity import ModelIdentity


@dataclass(frozen=True, slots=True)
class SavedVectors:
    """The vectors of a saved run, with which others are compared.

    Attributes:
        folder: the run's folder.
        model: what made them.
        features: the vectors, with the paths of the pictures.
    """

    folder: Path
    model: ModelIdentity
    features: FeatureSet = field(repr=False, compare=False)

    @property
    def name(self) -> str:
        """What the run is called: its folder's name."""
        return self.folder.name
