"""What a person asks of a model beside each picture of a run."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial

from ailab.services.images.picture_reference import page_alone
from ailab.services.inference.prompt import NO_PROMPT, Prompt
from ailab.services.inference.prompt_kind import PromptKind


@dataclass(frozen=True, slots=True)
class Prompts:
    """The prompts of a run.

    Attributes:
        every: what is asked of each picture that has no prompt of its own.
        own: pictures, as `page_alone` names them, and their own prompts.
    """

    every: Prompt = NO_PROMPT
    own: tuple[tuple[str, Prompt], ...] = ()

    def of(self, picture: str) -> Prompt:
        """The prompt of a picture, by its reference, however its values are read."""
        page = page_alone(picture)
        return next((prompt for own, prompt in self.own if own == page), self.every)

    def taken_by(self, kind: PromptKind, pictures: tuple[str, ...]) -> Prompts:
        """Only what a model takes that asks for a kind of prompt, and of these pictures."""
        if kind is PromptKind.LABELS:
            return Prompts(Prompt(labels=self.every.labels))
        if kind is PromptKind.QUESTION:
            return Prompts(Prompt(question=self.every.question))
        if kind is PromptKind.SUBTASK:
            return Prompts(Prompt(subtask=self.every.subtask))
        if kind is PromptKind.NONE:
            return NO_PROMPTS
        shown = partial(_shown, kind)
        meant = set(map(page_alone, pictures))
        labels = self.every.labels if kind.takes_labels else ()
        return Prompts(
            replace(shown(self.every), labels=labels),
            tuple((path, shown(prompt)) for path, prompt in self.own if path in meant),
        )


NO_PROMPTS = Prompts()


def _shown(kind: PromptKind, prompt: Prompt) -> Prompt:
    return Prompt(
        inside=prompt.inside if kind.takes_points else (),
        outside=prompt.outside if kind.takes_points else (),
        boxes=prompt.boxes if kind.takes_boxes else (),
    )
