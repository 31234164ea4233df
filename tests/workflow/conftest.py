"""The loop that the window lives on."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator

import pytest
from PyQt6.QtWidgets import QApplication
from qasync import QEventLoop

Work = Callable[[], Awaitable[None]]


@pytest.fixture
def on_window_loop(qapp: QApplication) -> Iterator[Callable[[Work], None]]:
    """Carries work out on the loop that the window lives on."""
    quits = qapp.quitOnLastWindowClosed()
    qapp.setQuitOnLastWindowClosed(False)

    def carry_out(work: Work) -> None:
        async def within_reason() -> None:
            async with asyncio.timeout(120):
                await work()

        with asyncio.Runner(loop_factory=lambda: QEventLoop(qapp)) as runner:
            runner.run(within_reason())

    yield carry_out
    qapp.setQuitOnLastWindowClosed(quits)
