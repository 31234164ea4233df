"""Networks that compare pictures with words as two ONNX files, as many lie on the Hub.

Names, inputs and outputs are those of transformers.js's conversion: `vision_model.onnx` and
`text_model.onnx`, of the classes `CLIPVisionModelWithProjection` and `CLIPTextModelWithProjection`
or of SigLIP's without.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import torch
import transformers
from PIL import Image

from ailab.services.inference.predictions import Classification, Prediction
from ailab.services.inference.prompt import Prompt
from tiny_networks.reference import Compare, Difference, scores_apart
from tiny_networks.zero_shot import LABELS, Make, Tiny, clip, metaclip2, siglip, siglip2

SPLIT: Mapping[str, Make] = {
    "CLIP, two files": clip,
    "MetaCLIP 2, two files": metaclip2,
    "SigLIP, two files": siglip,
    "SigLIP 2, two files": siglip2,
}
_ASKED = Prompt(labels=LABELS)
_SENTENCE = "This is a photo of {}."


def save_trained(make: Make, folder: Path) -> Tiny:
    """A network whose scale is the one that CLIP's training ends with."""
    tiny = make(folder)
    with torch.no_grad():
        tiny.network.logit_scale.fill_(math.log(100))
    tiny.network.save_pretrained(folder)
    return tiny


def export_halves(folder: Path) -> None:
    """Write both halves of the network in a folder into its `onnx/`."""
    (architecture,) = transformers.AutoConfig.from_pretrained(folder).architectures
    network = getattr(transformers, architecture).from_pretrained(folder).eval()
    is_siglip = architecture == "SiglipModel"
    side = network.config.vision_config.image_size
    picture = {"pixel_values": torch.zeros(1, 3, side, side)}
    words = {"input_ids": torch.ones(2, 64, dtype=torch.int64)}
    if not is_siglip:
        words = {"input_ids": torch.tensor([[1, 5, 6, 2], [1, 7, 2, 2]])}
        words["attention_mask"] = torch.ones_like(words["input_ids"])
    (folder / "onnx").mkdir(exist_ok=True)
    for file, part, project, feeds, vector in (
        ("vision", network.vision_model, "visual_projection", picture, "image_embeds"),
        ("text", network.text_model, "text_projection", words, "text_embeds"),
    ):
        half = _Half(part, list(feeds), getattr(network, project, None))
        name = "pooler_output" if is_siglip else vector
        _export(half, feeds, name, folder / "onnx" / f"{file}_model.onnx")


def scored(tiny: Tiny, picture: Image.Image, labels: Sequence[str] = LABELS) -> dict[str, float]:
    """Softmax of 100 times the cosines that transformers' own network finds."""
    is_siglip = type(tiny.network).__name__ == "SiglipModel"
    texts = [_SENTENCE.format(label) for label in labels]
    how = {"padding": "max_length", "max_length": 64} if is_siglip else {"padding": True}
    words = tiny.tokenizer(texts, return_tensors="pt", truncation=True, **how)
    pixels = tiny.image_processor(picture.convert("RGB"), return_tensors="pt")["pixel_values"]
    taken = {"input_ids": words["input_ids"]}
    if not is_siglip:
        taken["attention_mask"] = words["attention_mask"]
    with torch.inference_mode():
        answer = tiny.network(pixel_values=pixels, **taken)
        scores = (100 * answer.image_embeds @ answer.text_embeds.T)[0].softmax(dim=0)
    return dict(zip(labels, scores.tolist(), strict=True))


@dataclass(frozen=True, slots=True)
class SplitCase:
    """A family in two files; the fields are those of `FidelityCase`.

    The PyTorch engine has the trained scale and bias; so SigLIP's scores there are the sigmoid's.
    """

    name: str
    make: Make
    task: str = "zero-shot-image-classification"
    prompt: Prompt = _ASKED
    skips: Mapping[str, str] = field(default_factory=dict)
    keeps_its_size: bool = False

    def save(self, folder: Path) -> Compare:
        """See `FidelityCase.save`."""
        tiny = save_trained(self.make, folder)
        pipeline = transformers.pipeline(
            self.task,
            model=tiny.network,
            tokenizer=tiny.tokenizer,
            image_processor=tiny.image_processor,
            device="cpu",
        )

        def compare(picture: Image.Image, found: Prediction) -> list[Difference]:
            assert isinstance(found, Classification)
            if math.isclose(sum(each.score for each in found.scores), 1, abs_tol=1e-4):
                theirs = scored(tiny, picture)
            else:
                asked = list(self.prompt.labels)
                answer = pipeline(picture.convert("RGB"), candidate_labels=asked)
                theirs = {each["label"]: each["score"] for each in answer}
            return scores_apart(found, theirs)

        return compare

    def export(self, folder: Path, picture: Path | None = None) -> None:
        """See `FidelityCase.export`."""
        export_halves(folder)


def split_cases() -> Sequence[SplitCase]:
    """All families."""
    return [SplitCase(name, make) for name, make in SPLIT.items()]


class _Half(torch.nn.Module):  # type: ignore[misc]
    """What sees or reads, with what brings its vector to those of the other."""

    def __init__(self, part: Any, takes: list[str], project: Any) -> None:
        super().__init__()
        self.part, self.takes, self.project = part, takes, project

    def forward(self, *values: Any) -> Any:
        answer = self.part(**dict(zip(self.takes, values, strict=True)))
        pooled = answer.pooler_output
        vector = pooled if self.project is None else self.project(pooled)
        return vector, answer.last_hidden_state


def _export(half: _Half, feeds: dict[str, Any], vector: str, target: Path) -> None:
    axes = {0: "batch_size", 1: "sequence_length"} if "input_ids" in feeds else {0: "batch_size"}
    with torch.no_grad():
        torch.onnx.export(
            half.eval(),
            tuple(feeds.values()),
            target,
            input_names=list(feeds),
            output_names=[vector, "last_hidden_state"],
            dynamic_axes=dict.fromkeys(feeds, axes),
            opset_version=17,
            dynamo=False,
        )
