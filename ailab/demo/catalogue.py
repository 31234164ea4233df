"""The catalogue that the embedded Hub serves: trained models, refusals, sample rows."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from ailab.demo.demo_repo import DemoRepo
from ailab.demo.refused_models import refused_models
from ailab.demo.sample_rows import sample_rows

_HERE = Path(__file__).resolve().parent
MODELS = _HERE / "models"
PICTURES = _HERE / "pictures"
"""The sample pictures: `nuclei`, `cells` and `fasteners`."""

_FORMER_NAMES = {"segformer-nuclei": ("ailab-demo/nuclei-segmenter", "nuclei-segmenter")}


def demo_catalogue() -> tuple[DemoRepo, ...]:
    """All models; reads the cards of the trained ones, so call it in a thread."""
    folders = sorted(path for path in MODELS.iterdir() if (path / "config.json").is_file())
    trained = (_trained_model(folder, rank) for rank, folder in enumerate(folders))
    return (*trained, *refused_models(MODELS), *sample_rows())


def _trained_model(folder: Path, rank: int) -> DemoRepo:
    # They head the list, whatever it is sorted by: they are what can be run.
    return DemoRepo.from_folder(
        f"ailab-demo/{folder.name}",
        folder,
        downloads=120_000 + 4_110 * rank,
        likes=6_100 + 70 * rank,
        trending=100 + 9 * rank,
        created=datetime(2026, 6, 20, 8, 0, tzinfo=UTC),
        modified=datetime(2026, 7, 1, 9, rank, tzinfo=UTC),
        renamed_from=_FORMER_NAMES.get(folder.name, ()),
    )
