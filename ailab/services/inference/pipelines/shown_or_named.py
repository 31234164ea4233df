"""`mask-generation` with SAM 3: masks of what is shown, of what is named, or of everything."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

from ailab.services.inference.network import Network
from ailab.services.inference.pipelines.label_things import (
    LabelThingsPipeline,
    Named,
    ThingsFound,
)
from ailab.services.inference.pipelines.mask_generation import (
    Asked,
    Found,
    MaskGenerationPipeline,
)
from ailab.services.inference.predictions import Prediction
from ailab.services.inference.prompt import Prompt

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    from ailab.services.inference.model_description import ModelDescription
    from ailab.services.inference.pipeline import Tell

_Prepared: TypeAlias = Asked | Named
_Answer: TypeAlias = Found | ThingsFound


class ShownOrNamedPipeline:
    """What is shown in a picture counts before what is named; without either, all is found.

    Args:
        network: has the parts that both of the pipelines need.
        description: how pictures and labels go in.

    Raises:
        ModelFileError: the description does not suit the network.
    """

    def __init__(self, network: Network, description: ModelDescription) -> None:
        self._shown = MaskGenerationPipeline(network, description)
        self._named = LabelThingsPipeline(network, description)

    def prepare(self, pixels: npt.NDArray[np.uint8], prompt: Prompt) -> _Prepared:
        """See `Pipeline.prepare`."""
        is_named = bool(prompt.labels) and not prompt.shows
        return (self._named if is_named else self._shown).prepare(pixels, prompt)

    def run(self, prepared: _Prepared) -> _Answer:
        """See `Pipeline.run`."""
        if isinstance(prepared, Named):
            return self._named.run(prepared)
        return self._shown.run(prepared)

    def run_telling(self, prepared: _Prepared, tell: Tell) -> _Answer:
        """See `SteadyPipeline.run_telling`; names are told nothing of."""
        if isinstance(prepared, Named):
            return self._named.run(prepared)
        return self._shown.run_telling(prepared, tell)

    def finish(self, answer: _Answer) -> Prediction:
        """See `Pipeline.finish`."""
        if isinstance(answer, ThingsFound):
            return self._named.finish(answer)
        return self._shown.finish(answer)
