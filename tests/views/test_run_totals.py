"""What all pictures of a run hold, below what the one shown holds."""

from __future__ import annotations

from ailab.services.inference.picture_result import PictureResult
from ailab.services.inference.predictions import Detection, Detections
from ailab.services.problem import Problem
from ailab.views.results_panel import ResultsPanel
from inference_lab import Lab

BOX = (1.0, 2.0, 11.0, 22.0)
FAILED = PictureResult("z.png", problem=Problem("It is damaged.", ""))


def result(*found: tuple[str, float]) -> PictureResult:
    items = tuple(Detection(0, label, score, BOX) for label, score in found)
    return PictureResult("a.png", 40, 30, Detections(items))


def told(panel: ResultsPanel) -> str:
    return panel.totals.text().replace("\u00a0", " ")


async def test_that_the_run_s_totals_follow_the_slider(lab: Lab, panel: ResultsPanel) -> None:
    run = (result(("cat", 0.9), ("dog", 0.6)), result(("cat", 0.7)), result(), FAILED)
    lab.view_model.results.show_run("acme/pets", "", run, 0.5)
    assert told(panel) == (
        "Whole run (3 pictures): 2 × cat, 1 × dog; nothing in 1 of them; 1 failed"
    )
    panel.threshold.setValue(80)
    assert told(panel) == "Whole run (3 pictures): 1 × cat; nothing in 2 of them; 1 failed"
    panel.threshold.setValue(95)
    assert told(panel) == "Whole run (3 pictures): nothing reaches the threshold; 1 failed"


async def test_that_files_saved_at_another_threshold_are_told_of(
    lab: Lab, panel: ResultsPanel
) -> None:
    run = (result(("cat", 0.9)), result(("cat", 0.4)))
    lab.view_model.results.show_run("acme/pets", "/runs/friday", run, 0.5)
    assert "Saved" not in panel.details.text()
    panel.threshold.setValue(30)
    assert "Saved at a threshold of 50%: run again to save at 30%" in panel.details.text()
    panel.threshold.setValue(50)
    assert "Saved" not in panel.details.text()
    lab.view_model.results.show_run("acme/pets", "", run, 0.5)
    panel.threshold.setValue(30)
    assert "Saved" not in panel.details.text()


async def test_that_a_single_picture_has_no_totals(lab: Lab, panel: ResultsPanel) -> None:
    lab.view_model.results.show_run("acme/pets", "", (result(("cat", 0.9)),), 0.5)
    assert not panel.totals.isVisible()


async def test_that_of_many_labels_the_most_frequent_are_told(
    lab: Lab, panel: ResultsPanel
) -> None:
    every = [(f"label {number}", 0.9) for number in range(9)]
    lab.view_model.results.show_run("acme/pets", "", (result(*every), result(every[8])), 0.5)
    assert told(panel).startswith("Whole run (2 pictures): 2 × label 8, 1 × label 0, ")
    assert told(panel).endswith(", 5 more labels")
    assert "1 × label 7" in panel.totals.toolTip()
