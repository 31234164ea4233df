"""Whether the rows' models run here, judged once for each."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType

from ailab.services.compatibility.model_judge import ModelJudge
from ailab.services.compatibility.verdict import Verdict
from ailab.services.hub.model_info import ModelInfo
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
        self._told: dict[str, Verdict] = {}

    def of(self, model: ModelInfo) -> Verdict:
        """The verdict of a row."""
        return self._told.get(model.key) or self._judge.judge_row(model)

    def of_all(
        self, models: tuple[ModelInfo, ...], before: Mapping[str, Verdict]
    ) -> Mapping[str, Verdict]:
        """The verdicts of rows beside those of others, by key."""
        verdicts = dict(before)
        verdicts.update((model.key, self.of(model)) for model in models)
        return MappingProxyType(verdicts)

    def tell(self, state: ModelBrowserState, key: str, verdict: Verdict) -> ModelBrowserState:
        """Put a verdict that the details gave into a state."""
        self._told[key] = verdict
        return replace(state, verdicts=MappingProxyType({**state.verdicts, key: verdict}))

    async def look_around(self) -> None:
        """Read this machine anew, and judge the rows shown once more."""
        await self._judge.look_around()
        self._told.clear()
        models = self._board.state.results
        verdicts: dict[str, Verdict] = {}
        for start in range(0, len(models), _AT_ONCE):
            chunk = models[start : start + _AT_ONCE]
            verdicts.update((model.key, self.of(model)) for model in chunk)
            await asyncio.sleep(0)
        state = self._board.state
        self._board.show(replace(state, verdicts=MappingProxyType({**state.verdicts, **verdicts})))
