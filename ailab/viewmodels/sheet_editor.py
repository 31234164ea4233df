"""Describing a bare `.onnx` file by a sheet, and trying it at once."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from pathlib import PurePath
from types import MappingProxyType

from ailab.services.images.pictures import Pictures
from ailab.services.inference.inference import Inference
from ailab.services.inference.inference_errors import (
    ModelFileError,
    WorkerError,
)
from ailab.services.inference.normalisation import (
    Normalisation,
    Recipe,
    Scaling,
    differ_in_normalisation,
    with_color_order,
    with_normalisation,
    with_recipe,
    with_scaling,
)
from ailab.services.inference.sheet_draft import SheetDraft
from ailab.services.inference.sheets import Sheets
from ailab.services.problem import Problem
from ailab.viewmodels.latest import Latest
from ailab.viewmodels.results import ResultsViewModel
from ailab.viewmodels.sheet_editor_state import SheetEditorState
from ailab.viewmodels.sheet_saving import SheetSaving
from ailab.viewmodels.sheet_trial import Trial
from ailab.viewmodels.sheet_trials import recipe_trials, tried
from ailab.viewmodels.typed_numbers import TYPED
from ailab.viewmodels.view_model import ViewModel

_NO_TRIALS: MappingProxyType[Recipe, Trial] = MappingProxyType({})


class SheetEditorViewModel(ViewModel[SheetEditorState]):
    """Edits a sheet; each change is checked, and tried on a picture.

    Nothing is written before `save`.

    Args:
        sheets: reads and writes sheets; lent.
        inference: tries them; lent.
        pictures: reads the picture for showing; lent.
        debounce: seconds of rest after a change before it is tried.
        example: path of a picture to try it on until the person has chosen one; empty for none.

    Attributes:
        results: what is shown of the picture.
    """

    def __init__(
        self,
        sheets: Sheets,
        inference: Inference,
        pictures: Pictures,
        *,
        debounce: float = 0.3,
        example: str = "",
    ) -> None:
        super().__init__(SheetEditorState())
        self.results = ResultsViewModel(pictures)
        self._sheets, self._inference = sheets, inference
        self._debounce, self._example = debounce, example
        self._opening = Latest("sheet to edit")
        self._trying = Latest("trial of a sheet")
        self._comparing = Latest("comparison of normalisations")
        self._naming = Latest("names from a file")
        self._saving = SheetSaving(sheets, lambda: self.state, self._become)
        # In this order, since a later one can be started by one before it.
        self._works = self._opening, self._naming, self._saving, self._trying, self._comparing

    def open(self, path: str, picture: str = "") -> None:
        """Begin with an `.onnx` file, and a picture to try its sheet on where there is one."""
        self.leave()
        self._become(SheetEditorState(path=path, picture=picture, example=self._example))
        self._show_picture()
        self._opening.start(self._run_open(path))

    def edit(self, draft: SheetDraft, *, has_own: bool | None = None) -> None:
        """Take what the person has chosen.

        Args:
            draft: it.
            has_own: whether mean and deviation are the person's own now; None where that stays.
        """
        if not self.state.can_edit:
            return
        if has_own is not None:  # which changes nothing of what is done
            self._become(replace(self.state, has_own=has_own))
        old = self.state
        if draft == old.draft:
            return
        if differ_in_normalisation(draft, old.draft):  # what was compared still holds
            self._become(replace(old, draft=draft))
        else:
            self._comparing.cancel()
            self._become(replace(old, draft=draft, trials=_NO_TRIALS, is_comparing=False))
        self._try(self._debounce)

    def type_numbers(self, name: str, text: str) -> None:
        """Take strides or anchors as they were typed; what is none is told of, to be corrected."""
        if not self.state.can_edit:
            return
        draft, old = TYPED[name].taken(self.state.draft, text), self.state
        others = {key: typed for key, typed in old.mistyped.items() if key != name}
        self._become(replace(old, mistyped=others if draft is not None else {**others, name: text}))
        if draft is not None and draft != old.draft:
            self.edit(draft)
        elif old.mistyped != self.state.mistyped:
            self._try(0)  # or put away what came of the numbers before

    def choose_task(self, task: str) -> None:
        """Choose what the network does; a decoder of another task goes."""
        self.edit(self.state.draft_for(task))

    def choose_scaling(self, scaling: Scaling) -> None:
        """Choose the range of values; that of -1 to 1 has a mean and deviation by itself."""
        is_own = self.state.has_own and scaling is not Scaling.SIGNED
        self.edit(with_scaling(self.state.draft, scaling, is_own=is_own), has_own=is_own)

    def choose_normalisation(self, normalisation: Normalisation) -> None:
        """Choose what is taken off and divided by."""
        draft, is_own = self.state.draft, self.state.has_own
        draft = with_normalisation(draft, normalisation, is_own=is_own)
        self.edit(draft, has_own=normalisation is Normalisation.OWN)

    def type_channels(self, mean: tuple[float, ...], std: tuple[float, ...]) -> None:
        """Take a mean and a deviation of the person's own, also where they become usual ones."""
        self.edit(replace(self.state.draft, mean=mean, std=std), has_own=True)

    def choose_color_order(self, color_order: str) -> None:
        """Choose the order of the colours."""
        draft, is_own = self.state.draft, self.state.has_own
        self.edit(with_color_order(draft, color_order, is_own=is_own))

    def choose_recipe(self, recipe: Recipe) -> None:
        """Choose order of colours, range and normalisation at once."""
        self.edit(with_recipe(self.state.draft, recipe), has_own=False)

    def load_names(self, file: str) -> None:
        """Take the classes' names from a text file; of one beside the model its name is kept."""
        state = self.state
        place = PurePath(file)
        beside = () if state.sheet is None else (each.name for each in state.sheet.label_files)
        if place.name in beside and place.parent == PurePath(state.path).parent:
            self.edit(replace(state.draft, label_file=place.name))
        elif state.can_edit:
            self._naming.start(self._run_names(file))

    def set_picture(self, picture: str) -> None:
        """Choose the picture to try the sheet on."""
        if picture == self.state.picture:
            return
        self._comparing.cancel()
        self._become(replace(self.state, picture=picture, trials=_NO_TRIALS, is_comparing=False))
        self._show_picture()
        if self.state.can_edit:
            self._try(0)

    def take_usual_names(self) -> None:
        """Name the classes as data sets of as many classes usually do."""
        if (usual := self.state.usual) is not None:
            self.edit(replace(self.state.draft, labels=usual.names, label_file=""))

    def compare(self) -> None:
        """Try the usual normalisations on the picture, one after the other."""
        if self.state.can_compare:
            self._become(replace(self.state, is_comparing=True, trials=_NO_TRIALS, problem=None))
            self._comparing.start(self._run_compare(self.state.draft, self.state.tried_on))

    def stop_comparing(self) -> None:
        """Leave it at what came so far."""
        self._comparing.cancel()
        self._become(replace(self.state, is_comparing=False))

    def save(self) -> None:
        """Write the sheet; where another lies there, ask first by `changes`."""
        self._saving.save()

    def agree(self) -> None:
        """Write it over the one there, after its changes were looked at."""
        self._saving.agree()

    def keep_editing(self) -> None:
        """Leave the sheet there as it is."""
        self._become(replace(self.state, changes=()))

    def dismiss_problem(self) -> None:
        """Put away why it could not be saved."""
        if self.state.sheet is not None:
            self._become(replace(self.state, problem=None))

    def leave(self) -> None:
        """Stop what is under way."""
        for work in self._works:
            work.cancel()
        self._become(
            replace(
                self.state, is_checking=False, is_trying=False, is_comparing=False, is_saving=False
            )
        )

    async def close(self) -> None:
        """Stop what is under way and wait for its end."""
        self.leave()
        for work in self._works:
            await work.close()
        await self.results.close()

    async def wait(self) -> None:
        """Wait until nothing is under way."""
        for work in self._works:
            await work.wait()
        await self.results.wait()

    async def _run_open(self, path: str) -> None:
        try:
            sheet = await self._sheets.open(path)
        except ModelFileError as error:
            self._become(replace(self.state, problem=Problem.of(error)))
            return
        self._become(replace(self.state, path=sheet.path, sheet=sheet, draft=sheet.draft))
        if self.state.can_edit:
            self._try(0)

    async def _run_names(self, file: str) -> None:
        try:
            are_characters = self.state.has_characters
            names = await self._sheets.names(file, are_characters=are_characters)
        except ModelFileError as error:
            self._become(replace(self.state, problem=Problem.of(error)))
        else:
            self._become(replace(self.state, problem=None))
            self.edit(replace(self.state.draft, labels=names, label_file=""))

    def _try(self, delay: float) -> None:
        if self.state.is_mistyped:
            self._show_untried()
            return
        self._become(replace(self.state, is_checking=True, is_trying=False))
        self._trying.start(self._run_try(delay))

    def _show_untried(self) -> None:
        """Show the picture alone: what came of other numbers would be taken for that of these."""
        self._trying.cancel()
        self.stop_comparing()
        untried = replace(self.state, is_checking=False, is_trying=False, trials=_NO_TRIALS)
        self._become(replace(untried, refusal=None, hindrance=None))
        self._show_picture()

    def _show_picture(self) -> None:
        self.results.show_pictures((self.state.tried_on,) if self.state.tried_on else ())

    async def _run_try(self, delay: float) -> None:
        if delay:
            await asyncio.sleep(delay)
        state = self.state
        try:
            model = await self._sheets.describe(state.path, state.draft)
        except ModelFileError as error:
            faulty = replace(self.state, is_checking=False, fault=Problem.of(error))
            self._become(replace(faulty, refusal=None, hindrance=None))
            self._show_picture()
            return
        sound = replace(self.state, is_checking=False, fault=None)
        if not state.tried_on:
            self._become(replace(sound, refusal=None, hindrance=None))
            return
        self._become(replace(sound, is_trying=True))
        result, refusal = await tried(self._inference, model, state.tried_on)
        hindrance = result.problem if refusal is None else None
        ended = replace(self.state, is_trying=False, refusal=refusal, hindrance=hindrance)
        self._become(ended)
        self.results.show_run(model.name, "", (result,), model.default_threshold)

    async def _run_compare(self, draft: SheetDraft, picture: str) -> None:
        tried = recipe_trials(self._sheets, self._inference, self.state.path, draft, picture)
        try:
            async for recipe, trial in tried:
                trials = MappingProxyType({**self.state.trials, recipe: trial})
                self._become(replace(self.state, trials=trials))
        except WorkerError as error:
            self._become(replace(self.state, problem=Problem.of(error)))
        self._become(replace(self.state, is_comparing=False))
