"""What a run took on this machine."""

from __future__ import annotations

from dataclasses import dataclass

from ailab.services.inference.device import CPU


@dataclass(frozen=True, slots=True)
class Measurement:
    """Time and memory of a model that was run here.

    Attributes:
        model_id: the Hub's id.
        revision: the full commit.
        variant: which weights.
        engine: name of the engine.
        seconds: that a picture took, the middle one of the run: decoding, preparing, the network
            and reading its answer, without saving.
        memory: bytes that the inference process took at most; None where not known.
        device: key of what it ran on.
    """

    model_id: str
    revision: str
    variant: str
    engine: str
    seconds: float
    memory: int | None = None
    device: str = CPU
