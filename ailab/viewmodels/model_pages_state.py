"""What the tabs of the details pane show."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from types import MappingProxyType
from typing import Generic, TypeVar

from ailab.services.architecture.config_sheet import ConfigSheet
from ailab.services.architecture.found_layers import FoundLayers
from ailab.services.compatibility.verdict import Fit, Verdict
from ailab.services.downloads.download_entry import DownloadEntry, DownloadState
from ailab.services.hub.model_info import ModelDetails
from ailab.services.images.picture import Picture
from ailab.services.inference.companions import Companion
from ailab.services.model_card.model_card import ModelCard
from ailab.services.problem import Problem

T = TypeVar("T")

_NO_PICTURES: Mapping[int, Picture | Problem] = MappingProxyType({})


class DetailsPage(Enum):
    """A tab; the value is its name for people."""

    OVERVIEW = "Overview"
    CARD = "Card"
    FILES = "Files"
    ARCHITECTURE = "Architecture"


@dataclass(frozen=True, slots=True)
class PagePart(Generic[T]):
    """Something that is read when it is first looked at.

    Attributes:
        value: what was read; None before, or where the model has nothing of the kind.
        is_loaded: it was read.
        is_loading: it is on its way.
        problem: why it failed.
    """

    value: T | None = None
    is_loaded: bool = False
    is_loading: bool = False
    problem: Problem | None = None

    @property
    def is_wanted(self) -> bool:
        """Nobody has asked for it yet."""
        return not self.is_loaded and not self.is_loading and self.problem is None


@dataclass(frozen=True, slots=True)
class ModelPagesState:
    """What the tabs of the details pane show.

    Attributes:
        page: the tab looked at; None while nobody looks.
        details: the selected model's; None while they are not known.
        verdict: whether it runs here.
        details_problem: why they are not known.
        card: its card; no value where it has none.
        pictures: the card's pictures by their place in it, or why one is not shown.
        is_loading_pictures: some are on their way.
        config: its configuration; no value where it has none.
        layers: those that are sought, from the file `weights_path`; no value where no file tells
            of them. While it is loading, those seen so far.
        layer_search: what is sought in their names; empty for all.
        weights: the files that tell of its layers.
        weights_path: the one looked at; empty for none.
        is_here: all files that a run needs are on this disk; None where that is not known.
        lacking: what of other repositories is not on this disk, where the model's own files are.
        entry: its download, where it is in the list of downloads.
        kept_back: which of these the Hub would not give, and why, as far as it was asked.
        beside: downloads of what a run needs of other repositories, as far as they are in the list.
        queue_problem: why it cannot be downloaded.
    """

    page: DetailsPage | None = None
    details: ModelDetails | None = None
    verdict: Verdict | None = None
    details_problem: Problem | None = None
    card: PagePart[ModelCard] = field(default_factory=PagePart)
    pictures: Mapping[int, Picture | Problem] = field(
        default_factory=lambda: _NO_PICTURES, repr=False
    )
    is_loading_pictures: bool = False
    config: PagePart[ConfigSheet] = field(default_factory=PagePart)
    layers: PagePart[FoundLayers] = field(default_factory=PagePart)
    layer_search: str = ""
    weights: tuple[str, ...] = ()
    weights_path: str = ""
    is_here: bool | None = None
    lacking: tuple[Companion, ...] = ()
    kept_back: tuple[tuple[str, Problem], ...] = ()
    entry: DownloadEntry | None = None
    beside: tuple[DownloadEntry, ...] = ()
    queue_problem: Problem | None = None

    @property
    def missing_pictures(self) -> tuple[int, ...]:
        """Places of the card's pictures that can be fetched and were not."""
        card = self.card.value
        places = range(len(card.pictures)) if card is not None else ()
        found = self.pictures.get
        # Without a network nothing was learnt of a picture.
        return tuple(
            place
            for place in places
            if (each := found(place)) is None or (isinstance(each, Problem) and each.is_offline)
        )

    @property
    def has_arrived(self) -> bool:
        """Its download is done."""
        return self.entry is not None and self.entry.state is DownloadState.DONE

    @property
    def refused(self) -> tuple[tuple[str, Problem], ...]:
        """Which other repositories did not give what a run needs of them, and why."""
        failed = {
            each.model_id: each.problem
            for each in self.beside
            if each.state is DownloadState.FAILED and each.problem is not None
        }
        is_tried = {each.model_id for each in self.beside if each.is_active}
        told = {name: why for name, why in self.kept_back if name not in is_tried}
        return tuple((told | failed).items())

    @property
    def needs_access(self) -> bool:
        """Its files are not given to the person yet."""
        return self.verdict is not None and self.verdict.fit is Fit.NEEDS_ACCESS

    @property
    def can_download(self) -> bool:
        """There is something to be downloaded that is not on this disk, and is given out."""
        has_files = self.verdict is not None and bool(self.verdict.files) and not self.needs_access
        own = () if self.entry is None else (self.entry,)
        is_on_its_way = any(each.is_active for each in (self.beside if self.lacking else own))
        return has_files and self.details is not None and not self.is_here and not is_on_its_way
