"""Which form each kind of prediction has that needs more than its JSON file."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from ailab.services.inference.features import Features
from ailab.services.inference.generated_text import GeneratedText
from ailab.services.inference.masks import Masks
from ailab.services.inference.predictions import DepthMap, OutputImage, Segmentation
from ailab.services.results.forms.depths import DepthsForm
from ailab.services.results.forms.made_picture import MadePictureForm
from ailab.services.results.forms.masks import MasksForm
from ailab.services.results.forms.regions import RegionsForm
from ailab.services.results.forms.saved_form import SavedForm
from ailab.services.results.forms.vector import VectorForm
from ailab.services.results.forms.words import WordsForm


def saved_form(kind: str) -> SavedForm[Any]:
    """The form of a kind; of one without a line here the plain one."""
    return _FORMS.get(kind, _PLAIN)


_PLAIN: SavedForm[Any] = SavedForm()
_FORMS: Mapping[str, SavedForm[Any]] = MappingProxyType(
    {
        Segmentation.kind: RegionsForm(),
        DepthMap.kind: DepthsForm(),
        OutputImage.kind: MadePictureForm(),
        Masks.kind: MasksForm(),
        Features.kind: VectorForm(),
        GeneratedText.kind: WordsForm(),
    }
)
