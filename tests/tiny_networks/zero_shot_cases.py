"""The zero-shot tasks, compared with transformers' pipelines and processors."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import torch
import transformers
from PIL import Image
from transformers.models.omdet_turbo.processing_omdet_turbo import OmDetTurboProcessor

from ailab.services.inference.predictions import (
    Detections,
    Prediction,
    Segmentation,
)
from ailab.services.inference.prompt import Prompt
from tiny_networks.comparison import matched_boxes
from tiny_networks.conversion import convert
from tiny_networks.label_scorers import MAPPERS, MATCHERS, RANKERS, SCORERS
from tiny_networks.named_things import NAMERS, things
from tiny_networks.reference import MASKS, Compare, Difference, scores_apart, worse
from tiny_networks.region_comparison import label_of_each_pixel, worst_iou
from tiny_networks.torchvision_stand_in import lend_functions
from tiny_networks.zero_shot import (
    ASKED_FOR_ALL,
    CLASSIFIERS,
    DETECTORS,
    GROUNDED,
    LABELS,
    Make,
    Tiny,
)
from tiny_networks.zero_shot_exports import (
    export_label_maps,
    export_matched_texts,
    export_zero_shot,
)

_CLASSIFY, _DETECT = "zero-shot-image-classification", "zero-shot-object-detection"
_SEGMENT, _MASK = "image-segmentation", "mask-generation"
_ASKED = Prompt(labels=LABELS)
_LOWEST = 0.1
_NO_EXPORT = "ailab runs no usual export of it"
_CONVERTED = ("BLIP-2", "SigLIP 2, any aspect ratio", "TIPSv2")
"""Those of which the exporter by which the Hub's exports were made writes none."""
_Compared = Callable[[Tiny, Image.Image, Prediction], "list[Difference]"]
_OWLV2_LARGE = (
    "transformers' pipeline prepares the picture anew for each label, which takes minutes"
)


@dataclass(frozen=True, slots=True)
class ZeroShotCase:
    """A family; the fields are those of `FidelityCase`.

    Attributes:
        compared: what compares, where transformers has no pipeline; None where it has one.
        not_exported: why there is no ONNX file to compare; empty where there is one.
        is_converted: exported as the lab converts it, not as exports on the Hub are made.
    """

    name: str
    task: str
    make: Make
    compared: _Compared | None = None
    not_exported: str = ""
    is_converted: bool = False
    prompt: Prompt = _ASKED
    skips: Mapping[str, str] = field(default_factory=dict)
    keeps_its_size: bool = False

    def save(self, folder: Path) -> Compare:
        """See `FidelityCase.save`."""
        tiny = self.make(folder)
        if (compared := self.compared) is not None:
            return lambda picture, found: compared(tiny, picture, found)
        pipeline = transformers.pipeline(
            self.task,
            model=tiny.network,
            tokenizer=tiny.tokenizer,
            image_processor=tiny.image_processor,
            device="cpu",
        )

        def compare(picture: Image.Image, found: Prediction) -> list[Difference]:
            settings = {} if self.task == _CLASSIFY else {"threshold": _LOWEST}
            asked = list(self.prompt.labels)
            answer = pipeline(picture.convert("RGB"), candidate_labels=asked, **settings)
            return _scores(answer, found) if self.task == _CLASSIFY else _boxes(answer, found)

        return compare

    def export(self, folder: Path, picture: Path | None = None) -> None:
        """See `FidelityCase.export`."""
        if self.not_exported:
            raise NotImplementedError(self.not_exported)
        if self.is_converted:
            convert(folder, picture)
            return
        # The one that was saved: tokenizers are not trained twice to the same words.
        (architecture,) = transformers.AutoConfig.from_pretrained(folder).architectures
        network = getattr(transformers, architecture).from_pretrained(folder)
        if self.task == _SEGMENT:
            export_label_maps(network, folder)
        elif architecture in MATCHERS:
            export_matched_texts(network, folder)
        else:
            export_zero_shot(network, folder, is_classifier=self.task == _CLASSIFY)


def zero_shot_cases() -> Sequence[ZeroShotCase]:
    """All families."""
    return [
        *(ZeroShotCase(name, _CLASSIFY, make) for name, make in CLASSIFIERS.items()),
        *(
            ZeroShotCase(name, _CLASSIFY, make, is_converted=name in _CONVERTED)
            for name, make in SCORERS.items()
        ),
        *(ZeroShotCase(name, _CLASSIFY, make, _matches) for name, make in MATCHERS.items()),
        *(
            ZeroShotCase(name, _CLASSIFY, make, _ranks, is_converted=True)
            for name, make in RANKERS.items()
        ),
        *(
            ZeroShotCase(
                name,
                _DETECT,
                make,
                skips={"12 megapixels": _OWLV2_LARGE} if name == "OWLv2" else {},
            )
            for name, make in DETECTORS.items()
        ),
        *(
            ZeroShotCase(name, _DETECT, make, _phrases, is_converted=True, keeps_its_size=True)
            for name, make in GROUNDED.items()
        ),
        *(
            ZeroShotCase(name, _DETECT, make, _asked_for_all, is_converted=True)
            for name, make in ASKED_FOR_ALL.items()
        ),
        *(ZeroShotCase(name, _SEGMENT, make, _maps) for name, make in MAPPERS.items()),
        *(ZeroShotCase(name, _MASK, make, things, _NO_EXPORT) for name, make in NAMERS.items()),
    ]


def _scores(answer: list[dict[str, object]], found: Prediction) -> list[Difference]:
    return scores_apart(found, {str(each["label"]): float(str(each["score"])) for each in answer})


def _matches(tiny: Tiny, picture: Image.Image, found: Prediction) -> list[Difference]:
    """The probability of a match, of the network's own call with the picture once for each text."""
    processor = transformers.BlipProcessor(tiny.image_processor, tiny.tokenizer)
    pictures = [picture.convert("RGB")] * len(LABELS)
    inputs = processor(images=pictures, text=list(LABELS), padding=True, return_tensors="pt")
    with torch.inference_mode():
        both = tiny.network(**inputs).itm_score.softmax(dim=1)
    scores = both[:, 1].tolist()
    answer = [{"label": label, "score": score} for label, score in zip(LABELS, scores, strict=True)]
    return _scores(answer, found)


def _ranks(tiny: Tiny, picture: Image.Image, found: Prediction) -> list[Difference]:
    """Softmax over the texts, each of which is put beside the picture by ViLT's own processor."""
    processor = transformers.ViltProcessor(tiny.image_processor, tiny.tokenizer)
    image = picture.convert("RGB")
    with torch.inference_mode():
        found_by = [
            tiny.network(**processor(image, label, return_tensors="pt")).logits[0, 0]
            for label in LABELS
        ]
    scores = torch.stack(found_by).softmax(dim=0).tolist()
    answer = [{"label": label, "score": score} for label, score in zip(LABELS, scores, strict=True)]
    return _scores(answer, found)


def _boxes(answer: list[dict[str, dict[str, float]]], found: Prediction) -> list[Difference]:
    assert isinstance(found, Detections)
    theirs = [
        (str(each["label"]), float(str(each["score"])), np.array([*each["box"].values()], float))
        for each in answer
    ]
    ours = [(e.label, e.score, np.trunc(np.array(e.box))) for e in found.above(_LOWEST).items]
    return matched_boxes(ours, theirs, _LOWEST)  # the pipeline cuts boxes to whole pixels


def _phrases(tiny: Tiny, picture: Image.Image, found: Prediction) -> list[Difference]:
    """Scores and boxes; the phrases there are made of tokens, here they are the labels typed."""
    assert isinstance(found, Detections)
    processor = transformers.GroundingDinoProcessor(tiny.image_processor, tiny.tokenizer)
    inputs = processor(images=picture.convert("RGB"), text=[list(LABELS)], return_tensors="pt")
    with torch.inference_mode():
        outputs = tiny.network(**inputs)
    (expected,) = processor.post_process_grounded_object_detection(
        outputs,
        inputs["input_ids"],
        threshold=_LOWEST,
        text_threshold=_LOWEST,
        target_sizes=[(picture.height, picture.width)],
    )
    theirs = [
        ("", float(score), box.numpy())
        for score, box in zip(expected["scores"], expected["boxes"], strict=True)
    ]
    ours = [("", e.score, np.array(e.box)) for e in found.above(_LOWEST).items]
    return matched_boxes(ours, theirs, _LOWEST)


def _maps(tiny: Tiny, picture: Image.Image, found: Prediction) -> list[Difference]:
    """The label of each pixel, and each region's mean probability, of maps brought to the picture.

    The network is called as its documentation shows it: with the picture once for each label.
    """
    assert isinstance(found, Segmentation)
    processor = transformers.CLIPSegProcessor(tiny.image_processor, tiny.tokenizer)
    pictures = [picture.convert("RGB")] * len(LABELS)
    inputs = processor(text=list(LABELS), images=pictures, padding=True, return_tensors="pt")
    with torch.inference_mode():
        maps = tiny.network(**inputs).logits.sigmoid()
        size = (picture.height, picture.width)
        large = torch.nn.functional.interpolate(maps[None], size=size, mode="bilinear")
        sure, best = large[0].max(dim=0)
    theirs = torch.where(sure >= 0.5, best, len(LABELS)).numpy()
    ours = label_of_each_pixel(found, len(LABELS))
    scores = [abs(e.score - float(sure[theirs == e.class_id].mean())) for e in found.segments]
    return [
        Difference("1 - IoU", worst_iou(ours, theirs), MASKS),
        Difference("score", worse(*scores) if scores else np.inf, 1e-3),
    ]


def _asked_for_all(tiny: Tiny, picture: Image.Image, found: Prediction) -> list[Difference]:
    """Scores, labels and boxes, by the processor's own post-processing."""
    assert isinstance(found, Detections)
    processor = OmDetTurboProcessor(tiny.image_processor, tiny.tokenizer)
    lend_functions(processor)
    inputs = processor(images=picture.convert("RGB"), text=[list(LABELS)], return_tensors="pt")
    with torch.inference_mode():
        outputs = tiny.network(**inputs)
    (expected,) = processor.post_process_grounded_object_detection(
        outputs,
        text_labels=[list(LABELS)],
        threshold=_LOWEST,
        target_sizes=[(picture.height, picture.width)],
    )
    theirs = [
        (label, float(score), box.numpy())
        for label, score, box in zip(
            expected["text_labels"], expected["scores"], expected["boxes"], strict=True
        )
    ]
    ours = [(e.label, e.score, np.array(e.box)) for e in found.above(_LOWEST).items]
    return matched_boxes(ours, theirs, _LOWEST)
