"""Draw pictures, train the embedded Hub's networks on them, export, measure and describe them.

Run it from the project's root: `python -m training.train_demo_models [name …]`.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import torch

from training import classification, detection, segmentation
from training.augmentation import IMAGENET_MEAN, IMAGENET_STD
from training.exporting import LogitsOnly, export_onnx, write_json, write_preprocessor
from training.fasteners import FASTENER_CLASSES, draw_bench
from training.held_out import held_out_benches, held_out_cells, held_out_fields
from training.measuring import (
    measure_classification,
    measure_detection,
    measure_segmentation,
)
from training.model_cards import write_card
from training.nuclei import CELL_CLASSES, FIELD_CLASSES, draw_cell, draw_field
from training.sample_pictures import write_pictures
from training.scene import Scene
from training.weight_variants import write_variants

_SEED = 1
_DEMO = Path(__file__).resolve().parents[1] / "ailab" / "demo"
_NUCLEI = (
    "Made for 8-bit or 16-bit pictures of stained nuclei (DAPI, Hoechst, H2B-GFP), grey or in a "
    "false colour, in which a nucleus is 25 to 60 pixels wide at 512 by 512."
)
_SYNTHETIC = (
    "It has seen drawn pictures only. On a real microscope's pictures its results have to be "
    "checked; tissue sections, nuclei much smaller or larger, and other stains are beyond it."
)


def train_segmentation(folder: Path) -> None:
    """Nuclei to segment."""
    labels = ("background", *FIELD_CLASSES)
    scenes = _draw(700, lambda rng: draw_field(rng, 256))
    model = segmentation.build(labels, 512)
    seconds = segmentation.train(model, scenes, steps=800)
    model.config.architectures = [type(model).__name__]
    model.config.save_pretrained(folder)
    write_preprocessor(folder, "SegformerImageProcessor", 512, (IMAGENET_MEAN, IMAGENET_STD))
    export_onnx(LogitsOnly(model), folder, 512, ["logits"])
    write_variants(folder)
    model.save_pretrained(folder)
    (folder / "model.safetensors").chmod(0o644)
    mean, each = measure_segmentation(folder, held_out_fields(40))
    quality = {"mean IoU": f"{mean:.3f}"}
    quality |= {f"IoU of {label}": f"{value:.3f}" for label, value in each.items()}
    write_card(
        folder,
        library="transformers",
        task="image-segmentation",
        tags=("vision", "segformer", "microscopy", "fluorescence", "nuclei"),
        title="SegFormer for fluorescent nuclei",
        purpose=f"Tells each pixel's class: background, nucleus or dividing nucleus. {_NUCLEI}",
        held_out="40 drawn fields of view of 512 by 512 pixels",
        quality=quality,
        making="SegFormer (arXiv:2105.15203), much smaller than B0, trained from nothing.",
        seconds=seconds,
        parameters=_count(model),
        limits=f"Touching nuclei come out as one region: use the detector to count. {_SYNTHETIC}",
    )
    _print(folder, quality, seconds)


def train_nuclei_detection(folder: Path) -> None:
    """Nuclei to count."""
    scenes = _draw(900, lambda rng: draw_field(rng, 256))
    _train_detector(
        folder,
        scenes,
        held_out_fields(40),
        FIELD_CLASSES,
        steps=1300,
        queries=300,
        tags=("vision", "microscopy", "fluorescence", "nuclei", "counting"),
        title="Centre-point detector for fluorescent nuclei",
        purpose=(
            "Finds nuclei and dividing nuclei, touching ones too, and draws a box around each, "
            f"so that they can be counted. {_NUCLEI}"
        ),
        held_out="40 drawn fields of view of 512 by 512 pixels",
        limits=f"At most 300 nuclei in a picture: cut larger ones up. {_SYNTHETIC}",
    )


def train_fastener_detection(folder: Path) -> None:
    """Metal parts to find."""
    scenes = _draw(900, lambda rng: draw_bench(rng, 256))
    _train_detector(
        folder,
        scenes,
        held_out_benches(40),
        FASTENER_CLASSES,
        steps=1300,
        queries=100,
        tags=("vision", "industrial", "fasteners", "counting"),
        title="Centre-point detector for bolts, nuts, washers and gears",
        purpose="Finds small metal parts on a bench seen from above, and tells them apart.",
        held_out="40 drawn benches of 512 by 512 pixels",
        limits=(
            "It has seen drawn pictures only, of parts lying flat and apart, seen straight from "
            "above. Real photographs have to be checked."
        ),
    )


def train_classification(folder: Path) -> None:
    """Phases of the cell cycle to tell apart."""
    kinds = np.arange(4200) % len(CELL_CLASSES)
    kind = iter(CELL_CLASSES[index] for index in kinds)
    scenes = _draw(4200, lambda rng: draw_cell(rng, next(kind)))
    model = classification.build(CELL_CLASSES)
    seconds = classification.train(model, scenes, steps=900)
    model.config.architectures = [type(model).__name__]
    model.config.save_pretrained(folder)
    write_preprocessor(folder, "ViTImageProcessor", 96, (IMAGENET_MEAN, IMAGENET_STD))
    export_onnx(LogitsOnly(model), folder, 96, ["logits"])
    model.save_pretrained(folder)
    (folder / "model.safetensors").chmod(0o644)
    accuracy = measure_classification(folder, held_out_cells(600))
    quality = {"accuracy": f"{accuracy:.3f}"}
    write_card(
        folder,
        library="transformers",
        task="image-classification",
        tags=("vision", "resnet", "microscopy", "fluorescence", "cell-cycle"),
        title="ResNet for the phases of the cell cycle",
        purpose=(
            "Tells in which phase a fluorescent nucleus is: interphase, prophase, metaphase, "
            "anaphase, telophase, or whether it is apoptotic. Made for pictures of one nucleus "
            "that fills about half of the width."
        ),
        held_out="600 drawn nuclei, 100 of each class,",
        quality=quality,
        making="ResNet (arXiv:1512.03385) of four basic blocks, trained from nothing.",
        seconds=seconds,
        parameters=_count(model),
        limits=f"One nucleus in the middle of the picture. {_SYNTHETIC}",
    )
    _print(folder, quality, seconds)


def _train_detector(
    folder: Path,
    scenes: list[Scene],
    unseen: list[Scene],
    labels: tuple[str, ...],
    *,
    steps: int,
    queries: int,
    tags: tuple[str, ...],
    **card: str,
) -> None:
    network = detection.CentrePointNetwork(len(labels))
    seconds = detection.train(network, scenes, classes=len(labels), steps=steps)
    config = {
        "architectures": ["CentrePointForObjectDetection"],
        "id2label": {str(index): label for index, label in enumerate(labels)},
        "label2id": {label: index for index, label in enumerate(labels)},
        "model_type": "centre-point",
        "num_queries": queries,
        "torch_dtype": "float32",
    }
    write_json(folder / "config.json", config)
    write_preprocessor(folder, "RTDetrImageProcessor", 512, None)
    exported = detection.ExportedDetector(network, queries)
    export_onnx(exported, folder, 512, ["logits", "pred_boxes"])
    found = measure_detection(folder, unseen)
    quality = {"mean AP50": f"{found.mean_ap50:.3f}"}
    quality |= {f"AP50 of {label}": f"{value:.3f}" for label, value in found.ap50.items()}
    counting = f"mean error of the count at a score of {found.threshold}"
    quality[counting] = f"{found.counting_error:.1%}"
    write_card(
        folder,
        library="onnx",
        task="object-detection",
        tags=tags,
        quality=quality,
        making=(
            "A convolutional network that finds objects by their centres (arXiv:1904.07850), "
            "trained from nothing. Its outputs are laid out as those of DETR's exports: `logits` "
            "(a sigmoid gives each class's score) and `pred_boxes` (centre, width, height)."
        ),
        seconds=seconds,
        parameters=_count(network),
        **card,
    )
    _print(folder, quality, seconds)


def _draw(count: int, draw: Callable[[np.random.Generator], Scene]) -> list[Scene]:
    started = time.monotonic()
    scenes = [draw(np.random.default_rng([_SEED, index])) for index in range(count)]
    print(f"  drew {count} scenes in {time.monotonic() - started:.0f} s", flush=True)
    return scenes


def _count(model: torch.nn.Module) -> int:
    return sum(parameter.numel() for parameter in model.parameters())


def _print(folder: Path, quality: dict[str, str], seconds: float) -> None:
    figures = ", ".join(f"{measure} {value}" for measure, value in quality.items())
    print(f"{folder.name}: trained in {seconds:.0f} s; {figures}", flush=True)


_MODELS: dict[str, Callable[[Path], None]] = {
    "segformer-nuclei": train_segmentation,
    "centre-point-nuclei": train_nuclei_detection,
    "centre-point-fasteners": train_fastener_detection,
    "resnet-cell-cycle": train_classification,
}


def main() -> None:
    """Train what is named, or everything, and draw the sample pictures."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("names", nargs="*", help=f"of {', '.join((*_MODELS, 'pictures'))}")
    parser.add_argument("--threads", type=int, default=1, help="threads of the processor")
    arguments = parser.parse_args()
    torch.set_num_threads(arguments.threads)
    torch.use_deterministic_algorithms(True)
    for name in arguments.names or (*_MODELS, "pictures"):
        print(name, flush=True)
        if name == "pictures":
            write_pictures(_DEMO / "pictures")
            continue
        folder = _DEMO / "models" / name
        folder.mkdir(parents=True, exist_ok=True)
        torch.manual_seed(_SEED)
        _MODELS[name](folder)


if __name__ == "__main__":
    main()
