"""What a person asks of the model beside the pictures, as it is shown."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from ailab.services.inference.prompt import Prompt
from ailab.services.inference.prompt_kind import PromptKind
from ailab.services.inference.prompts import Prompts
from ailab.services.inference.subtask import Subtask
from ailab.services.inference.typed_labels import MOST_LABELS, typed_labels
from ailab.services.inference.usual_subtask import usual_subtask
from ailab.viewmodels.prompt_shapes import PromptTool, Shape, ShownPoint, prompt_of


@dataclass(frozen=True, slots=True)
class PromptState:
    """Labels or a question typed, points and boxes shown, a kind of segmentation chosen.

    Attributes:
        kind: what the model in the field asks for.
        text: the labels as they were typed.
        model: what tells the model in the field from others; empty while there is none.
        questions: what each network that writes is asked, by its model; none for the usual.
        subtasks: the kinds of segmentation that were chosen, by model; none for the usual.
        picture: the picture on the screen, as `page_alone` names it; None while there is none.
        shapes: what was shown in each picture, named alike, in the order in which it was drawn.
        tool: what the mouse does in the picture.
        runs_as_shown: the one picture is run anew with each point and box.
        is_running: it is being run so.
    """

    kind: PromptKind = PromptKind.NONE
    text: str = ""
    model: str = ""
    questions: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    subtasks: Mapping[str, Subtask] = field(default_factory=lambda: MappingProxyType({}))
    picture: str | None = None
    shapes: Mapping[str, tuple[Shape, ...]] = field(default_factory=lambda: MappingProxyType({}))
    tool: PromptTool = PromptTool.INSIDE
    runs_as_shown: bool = True
    is_running: bool = False

    @property
    def question(self) -> str:
        """What the network in the field is asked; empty for the usual."""
        return self.questions.get(self.model, "")

    @property
    def subtask(self) -> Subtask:
        """The kind of segmentation that is wanted of the network in the field."""
        return self.subtasks.get(self.model) or usual_subtask(self.model)

    @property
    def labels(self) -> tuple[str, ...]:
        """The labels that are looked for, without what was typed twice."""
        return typed_labels(self.text)[:MOST_LABELS]

    @property
    def has_too_many(self) -> bool:
        """More labels were typed than are looked for at once; the first of them are."""
        return len(typed_labels(self.text)) > MOST_LABELS

    @property
    def shown(self) -> tuple[Shape, ...]:
        """The shapes in the picture on the screen."""
        return self.shapes.get(self.picture or "", ())

    @property
    def taken(self) -> tuple[Shape, ...]:
        """Those of them that the model takes; what was shown to others stays, and is not asked."""
        return tuple(
            shape
            for shape in self.shown
            if (self.kind.takes_points if isinstance(shape, ShownPoint) else self.kind.takes_boxes)
        )

    @property
    def tools(self) -> tuple[PromptTool, ...]:
        """What the mouse can do; all of it, where the model asks for nothing that is drawn."""
        points = (PromptTool.INSIDE, PromptTool.OUTSIDE)
        boxes = (PromptTool.BOX,)
        is_all = not self.kind.takes_shapes
        return (
            *(points if is_all or self.kind.takes_points else ()),
            *(boxes if is_all or self.kind.takes_boxes else ()),
            PromptTool.MOVE,
        )

    @property
    def can_draw(self) -> bool:
        """There is a picture, and the model takes shapes."""
        return self.kind.takes_shapes and self.picture is not None

    @property
    def is_missing(self) -> bool:
        """The model can't be run before something is typed."""
        return self.kind.is_needed and not self.labels

    @property
    def prompts(self) -> Prompts:
        """What is asked of each picture, whatever kind of prompt the model takes."""
        own = ((path, prompt_of(shapes)) for path, shapes in self.shapes.items() if shapes)
        question = self.question.strip()
        every = Prompt(labels=self.labels, question=question, subtask=self.subtask)
        return Prompts(every, tuple(own))
