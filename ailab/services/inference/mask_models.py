"""The networks of transformers that make masks of points and boxes, by their architectures."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

MASK_MODELS = (
    "SamModel",
    "SamHQModel",
    "Sam2Model",
    "EdgeTamModel",
    "Sam3TrackerModel",
    # Those that follow things through films hold all that a single picture needs.
    "Sam2VideoModel",
    "EdgeTamVideoModel",
    "Sam3VideoModel",
)
"""Names as they stand in `config.json`; transformers' `AutoModelForMaskGeneration` takes all."""

SHOWN_OR_NAMED = "Sam3VideoModel"
"""The one of them that is told names of things too."""

SHOWN_OR_NAMED_MASKS = "shown-or-named"
"""Its decoder."""

OF_FILMS = "sam3_video"
"""Its type."""

# Where SAM 3 keeps what its part for points and boxes shares with the one for words.
_OF_SAM3 = MappingProxyType(
    {
        r"^detector_model\.vision_encoder\.backbone\.": "vision_encoder.backbone.",
        r"^tracker_neck\.": "vision_encoder.neck.",
        r"^tracker_model\.": "",
    }
)


def names_of_parameters(model_type: str) -> Mapping[str, str]:
    """Patterns of the names in the files of a model for films, and those of its part for pictures.

    As `Sam3TrackerModel` of transformers has them, which does not find all of them by itself.
    """
    return _OF_SAM3 if model_type == OF_FILMS else {}
