"""The model in the field: what it names, and whether it runs."""

from __future__ import annotations

from ailab.services.compatibility.judge import judge
from ailab.services.compatibility.verdict import Verdict
from ailab.services.hub.model_hub import ModelHub
from ailab.services.hub.model_id import parse_model_id
from ailab.services.hub.model_info import ModelDetails
from ailab.services.inference.inference_errors import ModelFileError
from ailab.viewmodels.inference_state import ModelSource


class ModelChoice:
    """A Hub model's id or address, or the path of a local model.

    The Hub's answer is kept, so that checking the field and running it ask once.

    Args:
        hub: where the model is looked up.
        source: where the model comes from.
        text: an id, the address of a model's page, or a path.
    """

    def __init__(self, hub: ModelHub, source: ModelSource, text: str) -> None:
        self._hub = hub
        self.source = source
        self.text = text.strip()
        self._answer: tuple[ModelDetails, Verdict] | None = None

    @property
    def endpoint(self) -> str:
        """Origin of the Hub."""
        return self._hub.endpoint

    async def look_up(self) -> tuple[ModelDetails, Verdict]:
        """The Hub model's details, and whether it runs.

        Raises:
            HubError: the text names no model, or the Hub does not answer.
        """
        if self._answer is None:
            model_id = parse_model_id(self.text, self._hub.endpoint)
            details = await self._hub.get_model_info(model_id)
            self._answer = (details, judge(details, has_token=self._hub.has_token))
        return self._answer

    async def check(self) -> tuple[ModelDetails, Verdict]:
        """As `look_up`, for a model that is about to be run.

        Raises:
            HubError: the text names no model, or the Hub does not answer.
            ModelFileError: the model does not run here.
        """
        details, verdict = await self.look_up()
        if not verdict.runs:
            raise ModelFileError(f"{details.info.id}: {verdict.summary}", verdict.advice)
        return details, verdict
