"""What is shown of a run."""

from __future__ import annotations

from dataclasses import dataclass, field

from ailab.services.images.picture import Picture
from ailab.services.inference.features import Features
from ailab.services.inference.generated_text import GeneratedText
from ailab.services.inference.picture_result import PictureResult
from ailab.services.inference.predictions import DepthMap, OutputImage, Prediction
from ailab.services.inference.writing_models import WRITES
from ailab.services.problem import Problem
from ailab.services.results.model_identity import ModelIdentity
from ailab.viewmodels.result_maps import ResultMaps
from ailab.viewmodels.run_totals import RunTotals

_ALL_SURE = frozenset({"depth-estimation", "image-feature-extraction", "image-to-image", WRITES})


@dataclass(frozen=True, slots=True)
class ResultsState:
    """What is shown of a run.

    Attributes:
        task: pipeline tag of the model that would be run next; empty where that is not known.
        title: what the results are of: the model's name; empty before a run.
        weights: which of the model's weights, such as `fp16`; empty where there is no choice.
        folder: the run's folder; empty where nothing was saved.
        model: which model it is, to the last bit; None where nobody needs to know.
        pictures: references of the pictures, in order.
        results: what came of them so far: the i-th belongs to the i-th picture.
        note: what a person should know of how they are run; empty for nothing.
        has_failed: the run ended without the results that are missing.
        current: index of the picture shown.
        is_following: the newest result is shown as it comes; ends when the person steps.
        picture: the decoded picture shown.
        is_loading_picture: it is on its way.
        picture_problem: why it can't be shown.
        maps: what the current result is drawn with beside itself; None where there is nothing,
            and while it is unpacked.
        totals: how many objects of each label all pictures have at the threshold; None where the
            results are none that are counted.
        threshold: confidence below which nothing is shown, 0 to 1.
        saved_threshold: the one at which the files in `folder` were drawn and counted.
        hidden_labels: labels that are switched off: by the person, or since they are background.
    """

    task: str = ""
    title: str = ""
    weights: str = ""
    folder: str = ""
    model: ModelIdentity | None = None
    pictures: tuple[str, ...] = ()
    results: tuple[PictureResult, ...] = ()
    note: str = ""
    has_failed: bool = False
    current: int = 0
    is_following: bool = True
    picture: Picture | None = None
    is_loading_picture: bool = False
    picture_problem: Problem | None = None
    maps: ResultMaps | None = None
    totals: RunTotals | None = None
    threshold: float = 0.5
    saved_threshold: float = 0.5
    hidden_labels: frozenset[str] = field(default=frozenset())

    @property
    def current_path(self) -> str | None:
        """Reference of the picture shown."""
        return self.pictures[self.current] if self.current < len(self.pictures) else None

    @property
    def current_result(self) -> PictureResult | None:
        """What came of the picture shown; None where it was not run yet."""
        return self.results[self.current] if self.current < len(self.results) else None

    @property
    def shown(self) -> Prediction | None:
        """The prediction as far as it reaches the threshold, labels switched off included."""
        result = self.current_result
        if result is None or result.prediction is None:
            return None
        return result.prediction.above(self.threshold)

    @property
    def has_threshold(self) -> bool:
        """Something may be left out for being unsure; no depth, pixel, vector or word is.

        Lines of a page are, each of which was read by itself. Before there is a result, the task
        tells.
        """
        result = self.current_result
        if result is None or result.prediction is None:
            return self.task not in _ALL_SURE
        if isinstance(result.prediction, GeneratedText):
            return result.prediction.is_of_lines
        return not isinstance(result.prediction, DepthMap | OutputImage | Features)

    @property
    def can_go_back(self) -> bool:
        """There is a picture before this one."""
        return self.current > 0

    @property
    def can_go_on(self) -> bool:
        """There is a picture after this one."""
        return self.current + 1 < len(self.pictures)
