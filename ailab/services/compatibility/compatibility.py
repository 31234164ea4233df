"""Whether models run on this machine."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from ailab.services.compatibility.judge import judge
from ailab.services.compatibility.runnable_tasks import RUNNABLE_TASKS
from ailab.services.compatibility.verdict import Fit, Verdict
from ailab.services.hub.model_info import ModelDetails, ModelInfo, RepoFile

_NOT_KNOWN = Verdict(Fit.UNKNOWN, "Not known before its details are read.")


class Compatibility:
    """Judges models by rules, from what was read of this machine before.

    Args:
        has_token: tells whether an access token is sent along, so that gated models may be tried.
    """

    def __init__(self, has_token: Callable[[], bool]) -> None:
        self._has_token = has_token

    def judge_row(self, model: ModelInfo) -> Verdict:
        """See `ModelJudge.judge_row`."""
        if not model.files and (model.task is None or model.task in RUNNABLE_TASKS):
            return _NOT_KNOWN
        details = ModelDetails(
            model,
            files=tuple(RepoFile(path) for path in model.files),
            architectures=model.architectures,
            needs_remote_code=model.needs_remote_code,
        )
        return judge(details, has_token=self._has_token())

    def judge(
        self, details: ModelDetails, *, variant: str | None = None, is_here: bool = False
    ) -> Verdict:
        """See `ModelJudge.judge`."""
        return judge(details, has_token=self._has_token(), is_here=is_here)

    def variants(self, details: ModelDetails) -> tuple[str, ...]:
        """See `ModelJudge.variants`."""
        return ()

    async def look_around(self) -> None:
        """See `ModelJudge.look_around`."""
        await asyncio.sleep(0)
