from __future__ import annotations

import pytest

from ailab.services.inference.background_label import is_background


@pytest.mark.parametrize(
    "label",
    ["background", "Background", "BACKGROUND", "__background__", "unlabeled", "Unlabelled", "void"],
)
def test_that_names_of_nothing_are_known(label: str) -> None:
    assert is_background(label)


@pytest.mark.parametrize(
    "label", ["nucleus", "", "foreground", "background person", "avoid", "voids", "label"]
)
def test_that_names_of_something_are_not(label: str) -> None:
    assert not is_background(label)
