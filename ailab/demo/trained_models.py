"""The embedded Hub's models that run, each with a full card, samples and its relatives."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from ailab.demo.card_text import card_body, write_card
from ailab.demo.demo_file import DemoFile
from ailab.demo.demo_repo import DemoRepo, DemoRevision
from ailab.demo.front_matter import read_front_matter

_QUALITY = re.compile(r"^\| ([^|]+) \| ([\d.]+)(%?) \|$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class _Extras:
    """What a repository has beside the folder of its network."""

    samples: tuple[tuple[str, str], ...]
    dataset: str
    spaces: tuple[str, ...] = ()
    renamed_from: tuple[str, ...] = ()


_EXTRAS: Mapping[str, _Extras] = {
    "segformer-nuclei": _Extras(
        (
            ("nuclei/nuclei-1.jpg", "Nuclei, sparse"),
            ("nuclei/nuclei-2.jpg", "Nuclei, dense"),
        ),
        "drawn-nuclei",
        ("ailab-demo/count-my-nuclei", "ailab-demo/segmentation-arena"),
        ("ailab-demo/nuclei-segmenter", "nuclei-segmenter"),
    ),
    "centre-point-nuclei": _Extras(
        (("nuclei/nuclei-3.jpg", "Nuclei to count"),),
        "drawn-nuclei",
        ("ailab-demo/count-my-nuclei",),
    ),
    "centre-point-fasteners": _Extras((("fasteners/bench-1.jpg", "A bench"),), "drawn-fasteners"),
    "resnet-cell-cycle": _Extras(
        (
            ("cells/metaphase.png", "Metaphase"),
            ("cells/anaphase.png", "Anaphase"),
            ("cells/interphase.png", "Interphase"),
        ),
        "drawn-cells",
    ),
}


def trained_models(models: Path, pictures: Path) -> Iterator[DemoRepo]:
    """The models of a folder of folders.

    Args:
        models: holds a folder for each, with its card.
        pictures: the sample pictures, by the folders of the demonstration.
    """
    folders = sorted(path for path in models.iterdir() if (path / "config.json").is_file())
    for rank, folder in enumerate(folders):
        yield _trained_model(folder, rank, pictures)


def _trained_model(folder: Path, rank: int, pictures: Path) -> DemoRepo:
    # They head the list, whatever it is sorted by: they are what can be run.
    extras = _EXTRAS[folder.name]
    repo = DemoRepo.from_folder(
        f"ailab-demo/{folder.name}",
        folder,
        downloads=120_000 + 4_110 * rank,
        likes=6_100 + 70 * rank,
        trending=100 + 9 * rank,
        created=datetime(2026, 6, 20, 8, rank, tzinfo=UTC),
        modified=datetime(2026, 7, 1, 9, rank, tzinfo=UTC),
        renamed_from=extras.renamed_from,
        spaces=extras.spaces,
    )
    samples = tuple(
        DemoFile(f"samples/{Path(path).name}", pictures / path) for path, _ in extras.samples
    )
    written = (folder / "README.md").read_text("utf-8")
    card = _metadata(folder.name, written, extras)
    readme = DemoFile("README.md", write_card(card, _body(repo, written, extras)))
    others = tuple(file for file in repo.files if file.path != "README.md")
    repo = replace(repo, card=card, files=(*others, *samples, readme))
    return replace(repo, revisions=tuple(_revisions(repo)))


def _metadata(name: str, card: str, extras: _Extras) -> dict[str, Any]:
    written = read_front_matter(card)
    dataset = f"ailab-demo/{extras.dataset}"
    task = {"type": written["pipeline_tag"]}
    measured = {"name": "Drawn pictures kept from the training", "type": dataset, "split": "test"}
    metrics = [
        {
            "type": re.sub(r"\W+", "_", measure.lower()),
            "value": round(float(value) / (100 if sign else 1), 4),
            "name": measure,
        }
        for measure, value, sign in _QUALITY.findall(card)
    ]
    return {
        "language": "en",
        **written,
        "datasets": [dataset],
        "widget": [
            {"src": f"samples/{Path(path).name}", "example_title": title}
            for path, title in extras.samples
        ],
        "model-index": [
            {"name": name, "results": [{"task": task, "dataset": measured, "metrics": metrics}]}
        ],
    }


def _body(repo: DemoRepo, card: str, extras: _Extras) -> str:
    """The card's own text, with samples and a table of the weights that there are."""
    shown = "\n".join(f"![{title}](samples/{Path(path).name})" for path, title in extras.samples)
    weights = "\n".join(
        f"| `{file.path}` | {file.size / 1000:,.0f} kB |"
        for file in repo.files
        if file.path.endswith((".onnx", ".safetensors"))
    )
    return f"""{card_body(card)}

## Samples

{shown}

## Weights

| file | size |
|---|---:|
{weights}

## Use

```bash
ailab run {repo.id} picture.jpg --save-to results
```
"""


def _revisions(repo: DemoRepo) -> Iterator[DemoRevision]:
    """An earlier release; and, where there are smaller weights, a branch of these alone."""
    plain = tuple(file for file in repo.files if not file.path.startswith("samples/"))
    smaller = [file for file in plain if file.path.endswith(("_fp16.onnx", "_quantized.onnx"))]
    first = tuple(file for file in plain if file not in smaller)
    yield DemoRevision("v1.0", first, is_tag=True)
    for file in smaller:
        if file.path.endswith("_fp16.onnx"):
            rest = (each for each in first if not each.path.endswith((".onnx", ".safetensors")))
            half = DemoFile("onnx/model.onnx", file.content)
            yield DemoRevision("fp16", (*rest, half))
