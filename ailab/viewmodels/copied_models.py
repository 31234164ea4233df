"""What is copied of the models that a search finds."""

from __future__ import annotations

from ailab.services.compatibility.verdict import Verdict
from ailab.services.hub.model_info import ModelInfo

MODEL_HEADS = ("model", "task", "library", "licence", "downloads", "likes", "runs here")


def model_cells(model: ModelInfo, verdict: Verdict | None) -> tuple[str, ...]:
    """A model in the words and numbers of the Hub, and whether it runs here.

    Args:
        model: as it was found.
        verdict: None where it was not judged.
    """
    told = (model.id, model.task, model.library, model.license, model.downloads, model.likes)
    runs = "" if verdict is None else verdict.summary
    return (*("" if each is None else str(each) for each in told), runs)
