"""Models of the embedded Hub that are not for everybody, and relatives of the nuclei segmenter."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from ailab.demo.card_text import write_card
from ailab.demo.demo_file import DemoFile
from ailab.demo.demo_repo import DemoRepo
from ailab.demo.sample_weights import zero_weights

GATED = "ailab-demo/gated-nuclei-segmenter"
PRIVATE = "ailab-demo/private-nuclei-segmenter"

_CONDITIONS: Mapping[str, Any] = {
    "extra_gated_heading": "Accept the conditions to get the files",
    "extra_gated_prompt": (
        "Use the model for research alone, and never for a diagnosis. In this demonstration, "
        "sign in with the token hf_demo_reader to be let in; hf_demo_newcomer, "
        "hf_demo_waiting, hf_demo_rejected and hf_demo_narrow are each refused for another "
        "reason."
    ),
    "extra_gated_fields": {"Name": "text", "Affiliation": "text"},
    "extra_gated_button_content": "Accept and ask for access",
}


def guarded_models(models: Path, pictures: Path) -> tuple[DemoRepo, ...]:
    """A gated and a private model, one that may not be used for money, a large one, a bare one.

    Args:
        models: the folder of the trained models, whose files these share.
        pictures: the sample pictures, by the folders of the demonstration.
    """
    segformer = models / "segformer-nuclei"
    described = (
        *_copies(segformer, "config.json", "preprocessor_config.json"),
        DemoFile("samples/nuclei.jpg", pictures / "nuclei" / "nuclei-3.jpg"),
    )
    onnx = _copies(segformer, "onnx/model.onnx")
    weights = _copies(segformer, "model.safetensors")
    gated = _segmenter(
        GATED,
        "Its files are given only to people who accepted its conditions.",
        (*described, *onnx),
        downloads=5210,
        more=_CONDITIONS,
    )
    private = _segmenter(
        PRIVATE, "Nobody but its owner sees it.", (*described, *onnx), downloads=12
    )
    return (
        replace(gated, gated="manual"),
        replace(private, is_private=True),
        _segmenter(
            "ailab-demo/segformer-nuclei-research",
            "It may not be used commercially.",
            (*described, *onnx),
            licence="cc-by-nc-4.0",
            downloads=8_300,
        ),
        _segmenter(
            "ailab-demo/segformer-nuclei-large",
            "Its weights take their place on the disk, but are all zero.",
            (*described, DemoFile("model.safetensors", zero_weights(24, 1024))),
            licence="mit",
            downloads=9_450,
        ),
        _segmenter(
            "ailab-demo/segformer-nuclei-pytorch",
            "It is the segmenter for PyTorch alone: safetensors weights, no ONNX file.",
            (*described, *weights),
            licence="mit",
            downloads=7_100,
        ),
    )


def _segmenter(
    model_id: str,
    remark: str,
    files: tuple[DemoFile, ...],
    *,
    licence: str = "apache-2.0",
    downloads: int,
    more: Mapping[str, Any] | None = None,
) -> DemoRepo:
    card: dict[str, Any] = {
        "license": licence,
        "library_name": "transformers",
        "pipeline_tag": "image-segmentation",
        "language": ["en"],
        "base_model": "ailab-demo/segformer-nuclei",
        "tags": ["vision", "segformer", "microscopy", "nuclei"],
        "widget": [{"src": "samples/nuclei.jpg", "example_title": "Nuclei"}],
        **(more or {}),
    }
    name = model_id.partition("/")[2]
    text = f"# {name}\n\nA relative of `ailab-demo/segformer-nuclei`. {remark}"
    return DemoRepo(
        model_id,
        (*files, DemoFile("README.md", write_card(card, text))),
        task="image-segmentation",
        library="transformers",
        license=licence,
        tags=tuple(card["tags"]),
        downloads=downloads,
        likes=downloads // 60,
        trending=70,
        created=datetime(2025, 12, 1, 10, 0, tzinfo=UTC),
        modified=datetime(2026, 1, 15, 10, 0, tzinfo=UTC),
        card=card,
    )


def _copies(folder: Path, *paths: str) -> tuple[DemoFile, ...]:
    return tuple(DemoFile(path, folder / path) for path in paths)
