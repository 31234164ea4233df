"""How tests wait for what a thread does."""

from __future__ import annotations

from itertools import count

from fakes import until


async def test_that_a_loop_with_nothing_to_do_waits_for_a_thread_that_has_no_turn_yet() -> None:
    turns = count()
    await until(lambda: next(turns) >= 20_000)
    assert next(turns) == 20_001
