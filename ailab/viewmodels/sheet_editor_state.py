"""What the sheet editor shows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import PurePath
from types import MappingProxyType

from ailab.services.inference.color_order import (
    COLOR_ORDERS,
    LUMA,
    channels_of,
)
from ailab.services.inference.matte_models import LABEL
from ailab.services.inference.model_sheet import DECODERS_BY_TASK
from ailab.services.inference.normalisation import (
    Normalisation,
    Recipe,
    Scaling,
    normalisation_of,
    normalisations_for,
    recipe_of,
    recipe_rows,
    scaling_of,
    with_color_order,
)
from ailab.services.inference.sheet_draft import CUTTING, SheetDraft
from ailab.services.inference.sheet_guess import channel_count, class_count, contradiction
from ailab.services.inference.sheet_json import RESIZES
from ailab.services.inference.sheets import OpenedSheet
from ailab.services.inference.text_detectors import TEXT_LABEL
from ailab.services.inference.usual_names import UsualNames, usual_names
from ailab.services.inference.writing_models import WRITES
from ailab.services.problem import Problem
from ailab.services.served.served_address import served_name
from ailab.viewmodels.prediction_text import counted
from ailab.viewmodels.sheet_trial import Trial
from ailab.viewmodels.typed_numbers import mistyped_in

_OF_VECTORS = frozenset({"image-feature-extraction"})
_WITHOUT_CLASSES = frozenset({"depth-estimation", "image-to-image"}) | _OF_VECTORS
_LINE = "line"
_OF_POINTS = frozenset({"keypoint-detection"})
_UNTRIED = (
    "It could not be tried: see below the picture. What is chosen may be right all the same, and "
    "can be saved."
)

_USUAL_NAMES: Mapping[str, str] = MappingProxyType({"matte": LABEL, "text-map": TEXT_LABEL})
"""Of what decoders of one class find, where the sheet has no names."""


@dataclass(frozen=True, slots=True)
class SheetEditorState:
    """A sheet under way.

    Attributes:
        path: of the `.onnx` file, or the address of the model on its server.
        sheet: the file and the sheet as they were opened; None before.
        draft: what the person has chosen.
        has_own: mean and deviation are the person's own, also where they are the usual numbers.
        problem: why the file could not be opened, or the sheet not saved.
        mistyped: what was typed for strides or anchors where these are none, by their names.
        fault: what is wrong with the draft; None where nothing is, or while it is checked.
        refusal: why the network, tried on the picture, cannot be run as the draft says.
        hindrance: why it could not be tried, which says nothing against the draft.
        is_checking: the draft is being checked.
        picture: path of the picture that the person has chosen to try it on; empty for none.
        example: path of the one it is tried on before that; empty for none.
        is_trying: it is being tried.
        trials: what came of the usual normalisations so far.
        is_comparing: more are on their way.
        changes: what saving would change in the sheet there, to be agreed to; empty where
            nothing is asked.
        is_saving: it is being written.
        is_saved: it lies on the disk.
    """

    path: str = ""
    sheet: OpenedSheet | None = None
    draft: SheetDraft = field(default_factory=SheetDraft)
    has_own: bool = False
    problem: Problem | None = None
    mistyped: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    fault: Problem | None = None
    refusal: Problem | None = None
    hindrance: Problem | None = None
    is_checking: bool = False
    picture: str = ""
    example: str = ""
    is_trying: bool = False
    trials: Mapping[Recipe, Trial] = field(default_factory=lambda: MappingProxyType({}))
    is_comparing: bool = False
    changes: tuple[str, ...] = ()
    is_saving: bool = False
    is_saved: bool = False

    @property
    def name(self) -> str:
        """What people call the model: its file's name, or its own on its server."""
        return PurePath(served_name(self.path)).name

    @property
    def is_opening(self) -> bool:
        """The file is being read."""
        return self.sheet is None and self.problem is None

    @property
    def recipe(self) -> Recipe:
        """How the draft normalises."""
        return recipe_of(self.draft)

    @property
    def can_edit(self) -> bool:
        """There is a file that a sheet can describe."""
        return self.sheet is not None and self.sheet.obstacle is None and not self.is_saving

    @property
    def mistake(self) -> str:
        """What is wrong with the draft, in a sentence; empty where nothing is known to be."""
        if self.sheet is None or self.sheet.obstacle is not None:
            return ""
        if not self.draft.task:
            return "Choose a task first: what the network does."
        if not self.draft.decoder:
            return "Choose an output first: what the network gives."
        if self.is_mistyped:
            return mistyped_in(self.mistyped, self.draft)
        if self.fault is not None:
            return self.fault.message
        return contradiction(self.sheet.outline, self.draft)

    @property
    def objection(self) -> str:
        """Why it cannot be saved, in a sentence; empty where nothing is known against it."""
        if self.mistake:
            return self.mistake
        if self.refusal is not None:
            return "The network does not run like this: see below the picture."
        # More names than classes are those of another network, and every one would be wrong.
        return f"{self.names_text} Correct the names." if self._surplus > 0 else ""

    @property
    def caution(self) -> str:
        """What may be saved, but is told of beside it; empty where nothing is."""
        words = [_UNTRIED] if self.hindrance is not None else []
        if self._surplus < 0:
            is_of_points = self.draft.task in _OF_POINTS
            left = "None of these is used." if is_of_points else "The others go by number."
            words.append(f"{self.names_text} {left}")
        return " ".join(words)

    @property
    def can_save(self) -> bool:
        """Nothing is known to be wrong with the draft; saving checks it once more."""
        return self.can_edit and not self.objection

    @property
    def is_mistyped(self) -> bool:
        """What was typed for strides or anchors is none, so that nothing can be tried."""
        return bool(mistyped_in(self.mistyped, self.draft))

    @property
    def has_changes(self) -> bool:
        """Something was chosen that is not saved."""
        if self.sheet is None or self.is_saved:
            return False
        return bool(self.mistyped) or self.draft != self.sheet.draft

    @property
    def can_compare(self) -> bool:
        """There is a picture to compare on."""
        is_ready = self.can_edit and not self.mistake and not self.is_comparing
        return is_ready and bool(self.tried_on) and self.draft.color_order != LUMA

    @property
    def tried_on(self) -> str:
        """Path of the picture that it is tried on; empty for none."""
        return self.picture or self.example

    @property
    def is_example(self) -> bool:
        """That picture is not the person's own."""
        return bool(self.example) and not self.picture

    @property
    def recipes(self) -> tuple[tuple[Recipe, ...], ...]:
        """The normalisations that are compared, in rows of two that are alike but for colours."""
        return recipe_rows(self.draft.color_order)

    @property
    def normalisations(self) -> tuple[Normalisation, ...]:
        """What can be taken off and divided by."""
        return normalisations_for(self.draft.color_order)

    @property
    def normalisation(self) -> Normalisation:
        """What is taken off and divided by."""
        return Normalisation.OWN if self.has_own else normalisation_of(self.draft)

    @property
    def scaling(self) -> Scaling:
        """The range of values, which one's own mean and deviation may bring to -1 to 1."""
        found = scaling_of(self.draft)
        return Scaling.UNIT if self.has_own and found is Scaling.SIGNED else found

    @property
    def classes(self) -> int | None:
        """How many classes the network tells apart; None where its shape does not say."""
        return None if self.sheet is None else class_count(self.sheet.outline, self.draft.decoder)

    @property
    def has_classes(self) -> bool:
        """The task tells classes apart."""
        return self.draft.task not in _WITHOUT_CLASSES

    @property
    def resizes(self) -> tuple[str, ...]:
        """How a picture may be brought to the network's size."""
        if self.draft.task == WRITES:
            return (_LINE,)
        may_cut = self.has_classes or self.draft.task in _OF_VECTORS
        left_out = {_LINE, "tiles"} if may_cut else CUTTING | {_LINE, "shrink"}
        if self.draft.task == "depth-estimation":
            left_out = CUTTING | {_LINE, "tiles"}
        return tuple(each for each in RESIZES if each not in left_out)

    @property
    def color_orders(self) -> tuple[str, ...]:
        """What the network may take of a picture, by its shape; luma where it makes a picture."""
        count = None if self.sheet is None else channel_count(self.sheet.outline)
        left_out = set() if self.draft.task == "image-to-image" else {LUMA}
        fitting = [each for each in COLOR_ORDERS if each not in left_out]
        known = [each for each in fitting if count in {None, channels_of(each)}]
        # What a sheet says stays to be seen, however wrong it is.
        return tuple(each for each in fitting if each in known or each == self.draft.color_order)

    def draft_for(self, task: str) -> SheetDraft:
        """The draft for another task; a decoder that is not of that task goes."""
        decoders = DECODERS_BY_TASK.get(task, ())
        decoder = self.draft.decoder
        if decoder not in decoders:
            decoder = decoders[0] if decoders else ""
        draft = replace(self.draft, task=task, decoder=decoder, activation="softmax")
        allowed = replace(self, draft=draft)
        if draft.resize not in allowed.resizes:
            draft = replace(draft, resize=allowed.resizes[0])
        if draft.color_order not in allowed.color_orders:
            draft = with_color_order(draft, allowed.color_orders[0])
        return draft

    @property
    def has_characters(self) -> bool:
        """The names are the characters of a line of text."""
        return self.draft.task == WRITES

    @property
    def names(self) -> int:
        """How many names of classes or points are given."""
        files = () if self.sheet is None else self.sheet.label_files
        if self.draft.label_file:
            return next((each.count for each in files if each.name == self.draft.label_file), 0)
        return len(self.draft.labels)

    @property
    def usual(self) -> UsualNames | None:
        """Names that the classes may have; None where there is no guess."""
        if self.sheet is None:
            return None
        return usual_names(self.sheet.usual, self.sheet.outline, self.draft)

    @property
    def are_names_wrong(self) -> bool:
        """There are names, but not as many as classes."""
        return self.classes is not None and self.names not in {0, self.classes}

    @property
    def _surplus(self) -> int:
        """How many names there are too many, or, below 0, too few; 0 where none are needed."""
        is_counted = self.has_classes and self.names and (self.classes or 0) > 1
        return self.names - (self.classes or 0) if is_counted else 0

    @property
    def names_text(self) -> str:
        """How many names there are, and how many the network needs."""
        is_of_points = self.draft.task in _OF_POINTS
        unnamed = "Points have their usual names" if is_of_points else "Classes go by number"
        if usual := _USUAL_NAMES.get(self.draft.decoder):
            unnamed = f"What is found is named “{usual}”"
        if self.has_characters:
            unnamed = "The characters are those that the file itself names"
        thing = "character" if self.has_characters else "name"
        words = counted(self.names, thing, f"{thing}s") if self.names else unnamed
        if self.classes is None or self.classes < 2:
            return f"{words}."
        if is_of_points:
            return f"{words}; the network finds {counted(self.classes, 'point', 'points')}."
        return f"{words}; the network tells {counted(self.classes, 'class', 'classes')} apart."
