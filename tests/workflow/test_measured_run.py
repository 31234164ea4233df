"""From an estimate to what a run took, on the real worker and the embedded Hub."""

from __future__ import annotations

from pathlib import Path

import ailab
from ailab.lab_opener import LabOpener

PICTURE = Path(ailab.__file__).parent / "demo" / "pictures" / "nuclei" / "nuclei-1.jpg"
MODEL = "ailab-demo/segformer-nuclei"


async def test_that_a_run_replaces_the_estimate_for_its_weights_alone() -> None:
    async with LabOpener(is_demo=True) as lab:
        inference = lab.inference
        inference.set_model_text(f"{MODEL}:q8")
        inference.set_inputs([str(PICTURE)])
        await inference.wait()
        assert "about" in inference.state.status.text
        inference.run()
        await inference.wait()
        assert inference.state.problem is None
        assert "MB here" in inference.state.status.text
        details = await lab.hub.get_model_info(MODEL)
        measured = lab.compatibility.judge(details, variant="q8")
        estimated = lab.compatibility.judge(details, variant="fp32")
    assert measured.is_measured
    assert measured.seconds is not None
    assert 0 < measured.seconds < 60
    assert measured.memory is not None
    assert estimated.memory is not None
    assert 0.2 < measured.memory / estimated.memory < 5
    assert not estimated.is_measured
