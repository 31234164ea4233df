"""Which model made something, to the last bit."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import PurePath

from ailab.services.problem import Problem
from ailab.services.served.served_address import served_name

RECORDED_HUB, RECORDED_LOCAL, RECORDED_SERVER = "huggingface", "local", "server"
"""Where the model of a run came from."""

_SHORT = 12


@dataclass(frozen=True, slots=True)
class ModelIdentity:
    """A model, its revision and its weights.

    Attributes:
        model: the Hub's id, the path of a local model, or the address of one on a server.
        source: `huggingface`, `local` or `server`.
        revision: the exact commit, or a server's version; None where there is none.
        variant: which of the model's weights; None where its files leave no choice.
        files: name and sha256 of each file that was read; none where nobody looked.
    """

    model: str
    source: str
    revision: str | None = None
    variant: str | None = None
    files: tuple[tuple[str, str], ...] = field(default=(), repr=False)

    @property
    def title(self) -> str:
        """What a person calls the model: the Hub's id, or the name of its file or folder."""
        name = PurePath(self.model)
        if self.source == RECORDED_SERVER:
            return served_name(self.model)
        if self.source != RECORDED_LOCAL:
            return self.model
        return name.stem if name.suffix == ".onnx" else name.name

    def is_same(self, other: ModelIdentity) -> bool:
        """True where both are the same network with the same weights, wherever these lie."""
        if self.files and other.files:
            return dict(self.files) == dict(other.files)
        mine = (self.model, self.source, self.revision, self.variant)
        return mine == (other.model, other.source, other.revision, other.variant)

    def why_not_compared(self, other: ModelIdentity, run: str) -> Problem | None:
        """Why vectors of this model are not compared with those of a saved run.

        Args:
            other: the model of the saved run.
            run: what that run is called.

        Returns:
            None where they are of the same model.
        """
        if self.is_same(other):
            return None
        mine, others = self.exactly, other.exactly
        what = f"its vectors are of {others}, and these of {mine}"
        if mine == others:
            what = f"both models are called {mine}, but their files differ"
        return Problem(
            f"The run {run} cannot be compared with: {what}.",
            "Only vectors of the same model, revision and weights say how alike pictures are: run "
            "both by the same model.",
        )

    @property
    def exactly(self) -> str:
        """What a person calls it, with revision and weights."""
        revision = f"@{self.revision[:_SHORT]}" if self.revision else ""
        weights = f" ({self.variant})" if self.variant else ""
        return f"{self.title}{revision}{weights}"
