"""How a model of a folder writes, by its files."""

from __future__ import annotations

import json
from pathlib import Path

from ailab.services.inference.generation_settings import GenerationSettings
from ailab.services.inference.model_layout import ModelLayout
from ailab.services.inference.model_writing import model_writing

EXPORT = ModelLayout("onnx/encoder_model.onnx")


def test_that_an_export_of_blip_begins_and_ends_as_its_own_generate_has_it(tmp_path: Path) -> None:
    said = {"bos_token_id": 7, "eos_token_id": 2, "num_beams": 4, "max_length": 50}
    (tmp_path / "generation_config.json").write_text(json.dumps(said), encoding="utf-8")
    config = {"architectures": ["BlipForConditionalGeneration"], "text_config": {"num_beams": 3}}
    usual = model_writing(tmp_path, EXPORT, config, {})
    assert usual["generation"] == GenerationSettings(start=(30522,), ends=(102,))
    config["text_config"] = {"bos_token_id": 5, "sep_token_id": 6, "eos_token_id": 2}
    own = model_writing(tmp_path, EXPORT, config, {})
    assert own["generation"] == GenerationSettings(start=(5,), ends=(6,))
