"""Notes of saved results that are far longer than any of ours."""

from __future__ import annotations

from dataclasses import replace

from ailab.views.results_panel import ResultsPanel
from inference_lab import Lab


async def test_that_a_note_of_thousands_of_letters_leaves_the_panel_as_it_is(
    lab: Lab, panel: ResultsPanel
) -> None:
    await lab.run()
    results = lab.view_model.results
    before = panel.minimumSizeHint().width()
    (result,) = results.state.results
    noted = replace(result, notes=("x" * 5000, "Another."))
    results.show_run("nuclei", "", (noted,), 0.5)
    await lab.view_model.wait()
    assert panel.minimumSizeHint().width() <= before
    cut, other, *_ = panel.details.text().splitlines()
    assert (cut, other) == ("x" * 400 + "…", "Another.")
