"""From a run to the deletion of its model, on the real worker and the embedded Hub."""

from __future__ import annotations

from pathlib import Path

import pytest

import ailab
from ailab.lab_opener import LabOpener
from ailab.services.library.deletion_plan import Extent

PICTURE = Path(ailab.__file__).parent / "demo" / "pictures" / "nuclei" / "nuclei-1.jpg"
MODEL = "ailab-demo/segformer-nuclei"


@pytest.mark.slow
async def test_that_a_model_that_was_run_can_be_deleted_and_run_again() -> None:
    async with LabOpener(is_demo=True) as lab:
        inference, library = lab.inference, lab.library
        for _ in range(2):
            inference.use_model(MODEL)
            inference.set_inputs([str(PICTURE)])
            await inference.wait()
            inference.run()
            await inference.wait()
            assert inference.state.problem is None
            assert "on this disk" in inference.state.status.text
            library.refresh()
            await library.wait()
            repo = library.state.model(MODEL)
            assert repo is not None
            assert (repo.is_loaded, repo.is_in_use) == (True, False)
            library.select(MODEL)
            library.plan_deletion(Extent.REPO)
            await library.wait()
            library.delete()
            await library.wait()
            assert library.state.action_problem is None
            assert library.state.models == ()
            assert not repo.folder.exists()
            assert lab.worker.worker_pid is None
            await inference.wait()
            assert "to download" in inference.state.status.text
