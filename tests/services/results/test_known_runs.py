"""What counts as the folder of a saved run."""

from __future__ import annotations

from pathlib import Path

from ailab.services.results.run_record import RunRecord
from ailab.services.results.run_service import RunService


async def test_that_a_saved_run_is_known_by_its_record_alone(tmp_path: Path) -> None:
    service = RunService()
    record = RunRecord(
        model="acme/nuclei",
        model_source="huggingface",
        revision=None,
        endpoint=None,
        task="object-detection",
        threshold=0.5,
        started="2026-03-01T12:30:05+00:00",
        pictures=("a.png",),
        model_files=(),
        versions=(),
    )
    folder = await service.start(str(tmp_path), record)
    assert await service.holds(str(folder))
    assert await service.holds(str(folder / "run.json"))
    assert not await service.holds(str(tmp_path)), "it only holds one"
    other = tmp_path / "other"
    other.mkdir()
    (other / "run.json").write_text('{"run": "of another program"}')
    for path in (other, other / "run.json", tmp_path / "gone", other / "a.png"):
        assert not await service.holds(str(path))
