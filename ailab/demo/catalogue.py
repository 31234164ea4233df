"""The catalogue that the embedded Hub serves: trained models, refusals, sample rows."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from ailab.demo.demo_repo import DemoRepo
from ailab.demo.demo_token import DemoToken
from ailab.demo.guarded_models import GATED, PRIVATE, guarded_models
from ailab.demo.refused_models import refused_models
from ailab.demo.sample_rows import sample_rows
from ailab.demo.trained_models import trained_models

_HERE = Path(__file__).resolve().parent
MODELS = _HERE / "models"
PICTURES = _HERE / "pictures"
"""The sample pictures: `nuclei`, `cells` and `fasteners`."""

DEMO_TOKENS: Mapping[str, DemoToken] = {
    "hf_demo_reader": DemoToken(may_read=frozenset({GATED, PRIVATE}), name="reader"),
    "hf_demo_newcomer": DemoToken(name="newcomer"),
    "hf_demo_waiting": DemoToken(awaiting=frozenset({GATED}), name="waiting"),
    "hf_demo_rejected": DemoToken(rejected=frozenset({GATED}), name="rejected"),
    "hf_demo_narrow": DemoToken(
        may_read=frozenset({GATED}), role="fineGrained", reads_gated=False, name="narrow"
    ),
}
"""The access tokens that can be tried, one for each way to be answered."""


def demo_catalogue() -> tuple[DemoRepo, ...]:
    """All models; reads the cards of the trained ones, so call it in a thread."""
    return (
        *trained_models(MODELS, PICTURES),
        *guarded_models(MODELS, PICTURES),
        *refused_models(MODELS),
        *sample_rows(),
    )
