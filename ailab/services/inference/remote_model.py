"""A model that somebody else runs, so that pictures leave this computer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from ailab.services.inference.runnable_model import RunnableModel


@dataclass(frozen=True, slots=True)
class RemoteModel:
    """A model as it can be asked for.

    Attributes:
        model: with no files on this disk; its `engine` is the key of who runs it.
        provider: what people call who runs it.
        host: the host that the pictures are sent to.
        providers: keys and names of all who could run it, in the order of the place.
    """

    model: RunnableModel
    provider: str
    host: str
    providers: tuple[tuple[str, str], ...] = ()


class RemoteModels(Protocol):
    """Finds models by their ids, and sends nothing."""

    async def find(self, model_id: str, provider: str = "") -> RemoteModel:
        """The model as it can be asked for.

        Args:
            model_id: `owner/name`.
            provider: key of who shall run it; empty for whoever comes first.

        Raises:
            LabError: nobody runs it; says why and what to do.
        """
        ...
