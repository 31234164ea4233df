"""Which marks a network's answers have, by the form in which it is asked."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING

from ailab.services.inference.places.florence import read_florence
from ailab.services.inference.places.kosmos_2 import read_kosmos_2
from ailab.services.inference.places.kosmos_2_5 import read_kosmos_2_5
from ailab.services.inference.places.pali_gemma import read_pali_gemma
from ailab.services.inference.places.written_places import WrittenPlaces
from ailab.services.inference.writing_models import FLORENCE_2, KOSMOS_2, KOSMOS_2_5, PALI_GEMMA

if TYPE_CHECKING:
    from ailab.services.inference.placement import Placement

PLACE_READERS: Mapping[str, Callable[[str, str, Placement], WrittenPlaces]] = MappingProxyType(
    {
        FLORENCE_2: read_florence,
        KOSMOS_2: read_kosmos_2,
        KOSMOS_2_5: read_kosmos_2_5,
        PALI_GEMMA: read_pali_gemma,
    }
)
"""Each is given an answer with its marks, the question, and where the picture lies in the input.

The answer is a stranger's: what makes no sense is no place, and no reader raises anything.
"""
