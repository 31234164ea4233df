from __future__ import annotations

from pathlib import Path

import pytest

import ailab
from ailab.services.inference.inference_service import InferenceService

DEMO = Path(ailab.__file__).parent / "demo"


async def test_that_a_run_leaves_nothing_in_the_persons_home(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = tmp_path / "home"
    home.mkdir()
    for name in ("HOME", "USERPROFILE", "LOCALAPPDATA", "APPDATA"):
        monkeypatch.setenv(name, str(home))
    monkeypatch.delenv("XDG_CACHE_HOME", raising=False)
    service = InferenceService()
    try:
        model = await service.open(str(DEMO / "models" / "centre-point-nuclei"))
        picture = str(DEMO / "pictures" / "nuclei" / "nuclei-1.jpg")
        result = await service.predict(model, picture, threshold=0.5, save_to=None)
        assert result.prediction is not None
    finally:
        await service.close()
    assert list(home.rglob("*")) == []
