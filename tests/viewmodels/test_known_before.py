"""What a run knows of its model before the first picture."""

from __future__ import annotations

from ailab.services.inference.device_in_use import DeviceInUse
from ailab.services.inference.run_before import NOTHING_BEFORE
from inference_lab import Lab


async def test_that_a_run_knows_the_pace_of_the_one_before_on_the_same_device() -> None:
    lab = Lab()
    await lab.run("folder")
    assert lab.inference.before == NOTHING_BEFORE
    await lab.run("folder")
    assert lab.inference.before.paces == ((0.25, 1_000_000),)
    assert not lab.inference.before.has_come, "of this run nothing has"
    lab.inference.device = DeviceInUse("cuda")
    await lab.run("folder")
    assert lab.inference.before == NOTHING_BEFORE
    await lab.close()
