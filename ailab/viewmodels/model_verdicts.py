"""Whether the rows' models run here, judged once for each."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType

from ailab.services.compatibility.model_judge import ModelJudge
from ailab.services.compatibility.verdict import Verdict
from ailab.services.hub.model_info import ModelDetails, ModelInfo
from ailab.viewmodels.model_browser_board import ModelBrowserBoard
from ailab.viewmodels.model_browser_state import ModelBrowserState

_AT_ONCE = 200


class ModelVerdicts:
    """Judges rows as they come; what the details told counts more than the row.

    Args:
        board: the browser's state.
        judge: knows this machine.
    """

    def __init__(self, board: ModelBrowserBoard, judge: ModelJudge) -> None:
        self._board = board
        self._judge = judge
        self._details: dict[str, ModelDetails] = {}
        self._verdicts: dict[str, Verdict] = {}

    def of(self, model: ModelInfo) -> Verdict:
        """The verdict of a row, by its details where these were read."""
        verdict = self._verdicts.get(model.key)
        if verdict is None:
            details = self._details.get(model.key)
            verdict = (
                self._judge.judge_row(model) if details is None else self._judge.judge(details)
            )
            self._verdicts[model.key] = verdict
        return verdict

    def of_all(
        self, models: tuple[ModelInfo, ...], before: Mapping[str, Verdict]
    ) -> Mapping[str, Verdict]:
        """The verdicts of rows beside those of others, by key."""
        verdicts = dict(before)
        verdicts.update((model.key, self.of(model)) for model in models)
        return MappingProxyType(verdicts)

    def tell(self, state: ModelBrowserState, key: str, details: ModelDetails) -> ModelBrowserState:
        """Put the verdict that a row's details give into a state."""
        self._details[key] = details
        verdict = self._verdicts[key] = self._judge.judge(details)
        return replace(state, verdicts=MappingProxyType({**state.verdicts, key: verdict}))

    def forget(self) -> None:
        """Judge all anew when they are shown again."""
        self._verdicts.clear()
        self._details.clear()

    async def look_around(self) -> None:
        """Read this machine anew, and judge what is shown once more."""
        await self._judge.look_around()
        self._verdicts.clear()
        models = self._board.state.results
        verdicts: dict[str, Verdict] = {}
        for start in range(0, len(models), _AT_ONCE):
            chunk = models[start : start + _AT_ONCE]
            verdicts.update((model.key, self.of(model)) for model in chunk)
            await asyncio.sleep(0)
        state = self._board.state
        verdict = state.verdict
        if state.details is not None and verdict is not None:
            verdict = self._judge.judge(state.details, variant=state.variant, is_here=state.is_here)
        everything = MappingProxyType({**state.verdicts, **verdicts})
        self._board.show(replace(state, verdicts=everything, verdict=verdict))
