"""Networks of timm, compared with timm's own transform and network."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from ailab.services.inference.features import Features
from ailab.services.inference.predictions import Classification, Prediction
from ailab.services.inference.prompt import NO_PROMPT, Prompt
from tiny_networks.case_needs import HEAVY
from tiny_networks.reference import Compare, Difference, worse

PRETRAINED: Mapping[str, Any] = {
    "input_size": [3, 64, 64],
    "crop_pct": 0.95,
    "interpolation": "bicubic",
}
"""How a picture goes in, as timm's repositories say it."""


@dataclass(frozen=True, slots=True)
class TimmCase:
    """A network of timm; the fields are those of `FidelityCase`, and:

    Attributes:
        architecture: timm's name of it.
        classes: how many it tells; 0 for one that makes a vector.
    """

    architecture: str
    classes: int = 5
    prompt: Prompt = NO_PROMPT
    skips: Mapping[str, str] = field(default_factory=dict)
    keeps_its_size: bool = False
    needs: tuple[str, ...] = HEAVY

    @property
    def name(self) -> str:
        """The architecture, marked as timm's."""
        return f"timm/{self.architecture}"

    @property
    def task(self) -> str:
        """Its pipeline tag."""
        return "image-classification" if self.classes else "image-feature-extraction"

    def save(self, folder: Path) -> Compare:
        """See `FidelityCase.save`."""
        network = save_timm(folder, self.architecture, self.classes)

        def compare(picture: Image.Image, found: Prediction) -> list[Difference]:
            answer = answer_of(network, picture.convert("RGB"))
            if isinstance(found, Features):
                ours, theirs = found.vector.unpack()[0], answer.numpy()
                cosine = float(ours @ theirs / np.linalg.norm(ours) / np.linalg.norm(theirs))
                return [Difference("1 - cosine", worse(0.0, 1 - cosine), 1e-4)]
            assert isinstance(found, Classification)
            scores = answer.softmax(-1)
            worst = worse(
                *(abs(each.score - float(scores[each.class_id])) for each in found.scores)
            )
            is_best = found.scores[0].class_id == int(scores.argmax())
            return [Difference("score", worst if is_best else np.inf, 1e-3)]

        return compare

    def export(self, folder: Path, picture: Path | None = None) -> None:
        """See `FidelityCase.export`."""
        from tiny_networks.conversion import convert  # noqa: PLC0415 - it needs more

        convert(folder, picture)


def timm_cases() -> Sequence[TimmCase]:
    """Some of each kind: residual, a transformer, a small one for phones, a modern convolution."""
    return [
        *map(TimmCase, ("mobilenetv3_small_050", "resnet18", "test_convnext", "test_vit")),
        *(TimmCase(name, classes=0) for name in ("resnet18", "test_vit")),
    ]


def save_timm(
    folder: Path, architecture: str, classes: int, extra: Mapping[str, Any] | None = None
) -> Any:
    """A folder as timm's repositories are laid out; the network in it.

    Args:
        folder: made where it is not there.
        architecture: timm's name.
        classes: 0 for a network without a head.
        extra: what else, or otherwise, stands in `config.json`.
    """
    import timm  # noqa: PLC0415 - the extra timm may not be installed
    import torch  # noqa: PLC0415
    from safetensors.torch import save_file  # noqa: PLC0415

    torch.manual_seed(5)
    arguments = {"img_size": 64} if "vit" in architecture else {}
    network = timm.create_model(architecture, pretrained=False, num_classes=classes, **arguments)
    folder.mkdir(exist_ok=True)
    config = {
        "architecture": architecture,
        "num_classes": classes,
        "model_args": arguments,
        "pretrained_cfg": dict(PRETRAINED),
        "label_names": [f"n{index}" for index in range(classes)],
        **(extra or {}),
    }
    (folder / "config.json").write_text(json.dumps(config), encoding="utf-8")
    save_file(network.state_dict(), folder / "model.safetensors")
    return network.eval()


def transform_of(pretrained: Mapping[str, Any]) -> Any:
    """timm's own transform: a picture to its tensor."""
    import timm  # noqa: PLC0415

    steps = timm.data.resolve_data_config({}, pretrained_cfg=dict(pretrained))
    return timm.data.create_transform(**steps, is_training=False)


def answer_of(network: Any, picture: Image.Image) -> Any:
    """What timm's own transform and network make of a picture."""
    import torch  # noqa: PLC0415

    with torch.no_grad():
        return network(transform_of(PRETRAINED)(picture)[None])[0]
