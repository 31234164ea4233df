"""Labels that say that there is nothing to see."""

from __future__ import annotations

_NAMES = frozenset({"background", "unlabeled", "unlabelled", "void"})


def is_background(label: str) -> bool:
    """True for a segmentation's label of what belongs to no object, such as `__background__`.

    Letters count alike in both cases, and underscores around the name are overlooked. Such
    regions are not coloured unless a person asks for it: they would tint most of the picture.
    """
    return label.strip("_ ").casefold() in _NAMES
