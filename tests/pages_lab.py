"""Two models whose details are looked at."""

from __future__ import annotations

import json
from dataclasses import replace

from ailab.services.compatibility.verdict import Fit, Verdict
from ailab.services.hub.model_info import RepoFile
from ailab.viewmodels.model_browser_state import ModelBrowserState
from fakes import FakeHub, a_model, details_of

CARD = b"---\nlicense: mit\n---\n# Nuclei\n\n![one](a.png) ![two](https://pics.test/b.png)"
HEADER = json.dumps({"w": {"dtype": "F32", "shape": [2], "data_offsets": [0, 8]}}).encode()
WEIGHTS = len(HEADER).to_bytes(8, "little") + HEADER + bytes(8)
RUNS = Verdict(Fit.RUNS, "Runs.", files=("config.json", "model.safetensors"))


def browsing(name: str = "acme/nuclei", verdict: Verdict | None = RUNS) -> ModelBrowserState:
    """The browser with a model selected whose details are known."""
    model = a_model(name)
    details = details_of(model, "README.md", "config.json", "model.safetensors")
    sized = tuple(RepoFile(file.path, len(WEIGHTS)) for file in details.files)
    return ModelBrowserState(
        selection=model, details=replace(details, files=sized), verdict=verdict
    )


def a_hub() -> FakeHub:
    """The files of two models."""
    hub = FakeHub()
    for name in ("acme/nuclei", "acme/other"):
        hub.files[name, "README.md"] = CARD
        hub.files[name, "config.json"] = b'{"model_type": "vit", "id2label": {"0": "a"}}'
        hub.files[name, "model.safetensors"] = WEIGHTS
    return hub
