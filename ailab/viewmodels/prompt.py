"""What a person asks of the model beside the pictures: labels, shapes, a question, a subtask."""

from __future__ import annotations

from dataclasses import replace
from types import MappingProxyType

from ailab.services.images.picture_reference import page_alone
from ailab.services.inference.answer_models import ANSWERS
from ailab.services.inference.prompt import MOST_LETTERS
from ailab.services.inference.prompt_kind import PromptKind, prompt_kind
from ailab.services.inference.subtask import Subtask
from ailab.services.inference.writing_models import WRITES
from ailab.services.results.run_record import RunRecord
from ailab.viewmodels.prompt_shapes import PromptTool, Shape, ShownBox, ShownPoint, shapes_of
from ailab.viewmodels.prompt_state import PromptState
from ailab.viewmodels.results_state import ResultsState
from ailab.viewmodels.view_model import ViewModel

_MOST_SHAPES = 1000


class PromptViewModel(ViewModel[PromptState]):
    """Keeps what was typed and drawn while models and pictures change.

    Labels and shapes go along from model to model: they say what is meant, whichever looks for it.
    A question does not, since networks that write read other words: `<OCR>` is a command to one,
    and four letters to the next. Each keeps its own; so does each its kind of segmentation, since
    it was trained for one of them.
    """

    def __init__(self) -> None:
        super().__init__(PromptState())

    def set_model(self, model: str) -> None:
        """Go to another model, by what tells it from others: it has a question of its own."""
        self._become(replace(self.state, model=model))

    def set_kind(self, kind: PromptKind) -> None:
        """Ask for what another model takes; what was typed and drawn for others stays."""
        state = replace(self.state, kind=kind)
        if kind.takes_shapes and state.tool not in state.tools:
            state = replace(state, tool=state.tools[0])
        self._become(state)

    def set_text(self, text: str) -> None:
        """Take the labels as they are typed, separated by commas or line breaks."""
        self._become(replace(self.state, text=text))

    def set_question(self, question: str) -> None:
        """Take what the network in the field is asked; empty for the usual."""
        others = {model: asked for model, asked in self.state.questions.items() if asked}
        asked = {**others, self.state.model: question[:MOST_LETTERS]}
        self._become(replace(self.state, questions=MappingProxyType(asked)))

    def set_subtask(self, subtask: Subtask) -> None:
        """Choose which kind of segmentation the network in the field is to give."""
        chosen = {**self.state.subtasks, self.state.model: subtask}
        self._become(replace(self.state, subtasks=MappingProxyType(chosen)))

    def follow(self, _old: ResultsState, new: ResultsState) -> None:
        """Go to the picture on the screen, which has shapes of its own."""
        path = new.current_path
        self._become(replace(self.state, picture=None if path is None else page_alone(path)))

    def choose_tool(self, tool: PromptTool) -> None:
        """Choose what the mouse does in the picture."""
        if tool in self.state.tools:
            self._become(replace(self.state, tool=tool))

    def add_point(self, x: float, y: float, *, is_inside: bool) -> None:
        """Show a point of the picture on the screen, in its pixels."""
        self._add(ShownPoint(x, y, is_inside))

    def add_box(self, left: float, top: float, right: float, bottom: float) -> None:
        """Show a box in the picture on the screen, in its pixels; one without extent is none."""
        box = ShownBox.between(left, top, right, bottom)
        if box.left < box.right and box.top < box.bottom:
            self._add(box)

    def undo(self) -> None:
        """Take away the last shape in the picture on the screen."""
        self._draw(self.state.shown[:-1])

    def clear(self) -> None:
        """Take away all shapes in the picture on the screen."""
        self._draw(())

    def set_runs_as_shown(self, *, is_on: bool) -> None:
        """Choose whether each point and box runs the one picture anew."""
        self._become(replace(self.state, runs_as_shown=is_on))

    def tell_running(self, *, is_running: bool) -> None:
        """Say whether the one picture is being run with what was shown last."""
        self._become(replace(self.state, is_running=is_running))

    def repeat(self, record: RunRecord) -> None:
        """Take what an earlier run of the model in the field asked; all of another kind stays."""
        if record.task in {WRITES, ANSWERS}:
            self.set_question(record.prompts.every.question)
        if (subtask := record.prompts.every.subtask) is not None:
            self.set_subtask(subtask)
        state, prompts = self.state, record.prompts
        kind = prompt_kind(record.task)
        if prompts.every.labels:
            state = replace(state, text=", ".join(prompts.every.labels))
        if kind.takes_shapes:
            own = dict(prompts.own)
            pages = map(page_alone, record.pictures)
            drawn = {page: shapes_of(own.get(page, prompts.every)) for page in pages}
            state = replace(state, shapes=MappingProxyType({**state.shapes, **drawn}))
        self._become(state)

    def _add(self, shape: Shape) -> None:
        if len(self.state.shown) < _MOST_SHAPES:
            self._draw((*self.state.shown, shape))

    def _draw(self, shapes: tuple[Shape, ...]) -> None:
        path = self.state.picture
        if path is None or not self.state.can_draw:
            return
        everything = {**self.state.shapes, path: shapes}
        self._become(replace(self.state, shapes=MappingProxyType(everything)))
