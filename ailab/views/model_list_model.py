"""The models found, as Qt's item views want them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from operator import eq, is_

from PyQt6.QtCore import QAbstractListModel, QModelIndex, QObject, Qt
from PyQt6.QtGui import QImage

from ailab.services.compatibility.verdict import Fit, Verdict
from ailab.services.hub import library_name, license_name, pipeline_tag
from ailab.services.hub.model_info import ModelInfo
from ailab.views.model_text import short_count
from ailab.views.plain_tip import plain_tip

MODEL_ROLE = Qt.ItemDataRole.UserRole
"""The row's `ModelInfo`."""
VERDICT_ROLE = Qt.ItemDataRole.UserRole + 1
"""The row's `Verdict`; None where it was not judged."""
FAVOURITE_ROLE = Qt.ItemDataRole.UserRole + 2
"""True for a favourite."""
PREVIEW_ROLE = Qt.ItemDataRole.UserRole + 3
"""A picture of the model, a `QImage`; None where there is none."""
HERE_ROLE = Qt.ItemDataRole.UserRole + 4
"""True for a model that is on this disk."""


class ModelListModel(QAbstractListModel):
    """Adapts the rows of a view model's state; what stays the same keeps its place."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._models: tuple[ModelInfo, ...] = ()
        self._rows: dict[str, int] = {}  # of the first rows; the others follow when asked for
        self._verdicts: Mapping[str, Verdict] = {}
        self._favourites: frozenset[str] = frozenset()
        self._here: frozenset[str] = frozenset()
        self._previews: Mapping[str, QImage] = {}

    @property
    def models(self) -> tuple[ModelInfo, ...]:
        """The rows."""
        return self._models

    def set_models(self, models: tuple[ModelInfo, ...]) -> None:
        """Show other rows.

        Where the shorter of both lists begins the longer one (the same models in the same
        order), rows are inserted or removed at the end, so that a view keeps its scroll
        position and selection. Otherwise the list begins anew.
        """
        old = self._models
        shared = min(len(old), len(models))
        # By identity, as rows already loaded stay the same objects: no copies, no walk in Python.
        is_same = all(map(is_, old, models)) or all(map(eq, old, models))
        if is_same and len(old) == len(models):
            return
        if shared == 0 or not (is_same or _is_same_order(old, models)):
            self.beginResetModel()
            self._models = models
            self._rows = {}
            self.endResetModel()
            return
        self._resize(models, shared)
        if not is_same:
            self.dataChanged.emit(self.index(0), self.index(shared - 1))

    def set_verdicts(self, verdicts: Mapping[str, Verdict]) -> None:
        """Tell whether the models run here, by their keys."""
        if verdicts is not self._verdicts:
            self._verdicts = verdicts
            self._tell_changed(VERDICT_ROLE)

    def set_favourites(self, favourites: frozenset[str]) -> None:
        """Mark other models, by their ids."""
        if favourites != self._favourites:
            self._favourites = favourites
            self._tell_changed(FAVOURITE_ROLE)

    def set_here(self, here: frozenset[str]) -> None:
        """Mark other models as being on this disk, by their ids."""
        if here != self._here:
            self._here = here
            self._tell_changed(HERE_ROLE)

    def set_previews(self, previews: Mapping[str, QImage]) -> None:
        """Show other pictures, by the models' ids."""
        self._previews = previews
        self._tell_changed(PREVIEW_ROLE)

    def _tell_changed(self, role: int) -> None:
        if self._models:
            self.dataChanged.emit(self.index(0), self.index(len(self._models) - 1), [role])

    def _resize(self, models: tuple[ModelInfo, ...], shared: int) -> None:
        old = self._models
        if len(models) > len(old):
            self.beginInsertRows(QModelIndex(), shared, len(models) - 1)
            self._models = models
            self.endInsertRows()
        elif len(models) < len(old):
            self.beginRemoveRows(QModelIndex(), shared, len(old) - 1)
            self._models = models
            for model in old[shared:]:
                self._rows.pop(model.key, None)
            self.endRemoveRows()
        else:
            self._models = models

    def row_of(self, model: ModelInfo | None) -> int:
        """Where a model stands; -1 where it does not."""
        if model is None:
            return -1
        for row in range(len(self._rows), len(self._models)):
            self._rows[self._models[row].key] = row
        return self._rows.get(model.key, -1)

    def model_at(self, index: QModelIndex) -> ModelInfo | None:
        """The model of an index; None for an invalid one."""
        return self._models[index.row()] if index.isValid() else None

    def rowCount(self, parent: QModelIndex = QModelIndex()) -> int:  # noqa: B008, N802 - Qt's
        """The number of models."""
        return 0 if parent.isValid() else len(self._models)

    def data(self, index: QModelIndex, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """The id, the whole model, and what is said of it to those who can't see the row."""
        if not index.isValid() or index.row() >= len(self._models):
            return None
        model = self._models[index.row()]
        tell = _TOLD.get(role)
        return None if tell is None else tell(self, model)

    def verdict_of(self, model: ModelInfo) -> Verdict | None:
        """Whether a model runs; None where that was not judged."""
        return self._verdicts.get(model.key)

    def is_favourite(self, model: ModelInfo) -> bool:
        """True for a marked model."""
        return model.id in self._favourites

    def is_here(self, model: ModelInfo) -> bool:
        """True for a model that is on this disk."""
        return model.id in self._here

    def preview_of(self, model: ModelInfo) -> QImage | None:
        """A model's picture; None where there is none."""
        return self._previews.get(model.id)

    def words_of(self, model: ModelInfo) -> tuple[str, ...]:
        """All that the row shows."""
        verdict = self._verdicts.get(model.key)
        is_known = verdict is not None and verdict.fit is not Fit.UNKNOWN
        told = (verdict.summary,) if is_known and verdict is not None else ()
        mark = ("a favourite",) if model.id in self._favourites else ()
        place = ("on this disk",) if model.id in self._here else ()
        return (*_facts(model), *told, *place, *mark)


def kind_of(model: ModelInfo) -> tuple[str, ...]:
    """The names of task and library, as far as they are known."""
    task = pipeline_tag.display_name(model.task) if model.task else ""
    library = library_name.display_name(model.library) if model.library else ""
    return tuple(text for text in (task, library) if text)


def _facts(model: ModelInfo) -> tuple[str, ...]:
    facts = list(kind_of(model))
    if model.license:
        facts.append(license_name.display_name(model.license))
    if model.downloads is not None:
        facts.append(f"{short_count(model.downloads)} downloads in the last 30 days")
    if model.likes is not None:
        facts.append(f"{short_count(model.likes)} likes")
    if model.gated:
        facts.append("gated: its author asks for conditions to be accepted")
    return tuple(facts)


def _is_same_order(old: tuple[ModelInfo, ...], new: tuple[ModelInfo, ...]) -> bool:
    """The shorter list begins the longer one, though counts may have changed."""
    return all(before.key == after.key for before, after in zip(old, new, strict=False))


_TOLD: dict[int, Callable[[ModelListModel, ModelInfo], object]] = {
    Qt.ItemDataRole.DisplayRole: lambda _, model: model.id,
    MODEL_ROLE: lambda _, model: model,
    VERDICT_ROLE: ModelListModel.verdict_of,
    FAVOURITE_ROLE: ModelListModel.is_favourite,
    PREVIEW_ROLE: ModelListModel.preview_of,
    HERE_ROLE: ModelListModel.is_here,
    Qt.ItemDataRole.ToolTipRole: lambda rows, model: plain_tip(
        "\n".join((model.id, *rows.words_of(model)))
    ),
    Qt.ItemDataRole.AccessibleTextRole: lambda rows, model: ", ".join(
        (model.id, *rows.words_of(model))
    ),
}
