"""One architecture, as the comparison with transformers makes, exports and compares it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from PIL import Image

from ailab.services.inference.model_layout import SAFETENSORS
from ailab.services.inference.open_model import describe_model
from ailab.services.inference.prompt import NO_PROMPT, Prompt
from ailab.services.inference.subtask import Subtask
from ailab.services.inference.writing_models import WRITES

if TYPE_CHECKING:
    from tiny_networks.reference import Compare


class FidelityCase(Protocol):
    """What the comparison needs of an architecture."""

    @property
    def name(self) -> str:
        """Of the architecture, as it stands in `config.json`."""
        ...

    @property
    def task(self) -> str:
        """Its pipeline tag."""
        ...

    @property
    def prompt(self) -> Prompt:
        """What is asked of it beside the picture."""
        ...

    @property
    def skips(self) -> Mapping[str, str]:
        """Kinds of pictures that are left out, and why."""
        ...

    @property
    def keeps_its_size(self) -> bool:
        """True where an export is right for pictures of the shape that it was traced with alone."""
        ...

    def save(self, folder: Path) -> Compare:
        """Write the network in transformers' own form; what compares with transformers on it."""
        ...

    def export(self, folder: Path, picture: Path | None = None) -> None:
        """Add `onnx/` to that folder; raises whatever the exporter does.

        Args:
            folder: as `save` filled it.
            picture: what is traced with, for a case that keeps its size; else any.
        """
        ...


@dataclass(frozen=True, slots=True)
class SinglePassCase:
    """An architecture that a picture goes through once.

    Attributes:
        name: as in `FidelityCase`.
        task: as there.
        make: a network and its processor.
        sample: the size, width and height, of the picture that is exported with.
        prompt: as there.
        skips: as there.
        keeps_its_size: as there.
    """

    name: str
    task: str
    make: Callable[[], tuple[Any, Any]]
    sample: tuple[int, int] = (120, 90)
    prompt: Prompt = NO_PROMPT
    skips: Mapping[str, str] = field(default_factory=dict)
    keeps_its_size: bool = False

    def save(self, folder: Path) -> Compare:
        """See `FidelityCase.save`."""
        import torch  # noqa: PLC0415 - whoever only lists the cases needs none of it

        from tiny_networks.comparison import compare, load_reference  # noqa: PLC0415
        from tiny_networks.lively import lively  # noqa: PLC0415

        torch.manual_seed(0)
        network, processor = self.make()
        lively(network).save_pretrained(folder)
        processor.save_pretrained(folder)
        reference = load_reference(folder, self.name)
        return lambda picture, found: compare(self.name, reference, picture, found)

    def export(self, folder: Path, picture: Path | None = None) -> None:
        """See `FidelityCase.export`."""
        # Whoever only lists the cases needs none of these.
        from ailab.services.inference.onnx_export import write_onnx  # noqa: PLC0415
        from tiny_networks.comparison import load_reference  # noqa: PLC0415

        reference = load_reference(folder, self.name)
        sample = Image.new("RGB", self.sample)
        if picture is not None:
            with Image.open(picture) as opened:
                sample = opened.convert("RGB")
        inputs = reference.inputs(sample)
        inputs.pop("patch_offsets", None)
        # Of the pieces of a picture, one goes in at a time.
        feeds = {name: values[:1].numpy() for name, values in inputs.items()}
        # Free sizes would only be traced slowly where one picture goes in, and keep its own.
        is_fixed = (
            picture is not None
            or describe_model(folder, SAFETENSORS).preprocessing.output_size is not None
        )
        sizes: set[int] = set() if is_fixed else {-2, -1}
        free = {name: sizes if name.startswith("pixel") else set() for name in feeds}
        (folder / "onnx").mkdir()
        write_onnx(reference.network, feeds, folder / "onnx" / "model.onnx", free)


# Exported with sizes left free, these keep numbers of the size that they were traced with: their
# graphs are right for pictures of that shape alone, in whatever program. The last takes pictures at
# their own size.
_KEEP_THEIR_SIZE = (
    "DeformableDetrForObjectDetection",
    "DepthAnythingForDepthEstimation",
    "OneFormerForUniversalSegmentation",
    "PromptDepthAnythingForDepthEstimation",
    "ZoeDepthForDepthEstimation",
    "CHMv2ForDepthEstimation",
)
_SUBTASKS = {subtask.value: subtask for subtask in Subtask}


def cases() -> Sequence[FidelityCase]:
    """All architectures that are compared, whatever they need; see `case_needs.lacking`."""
    from tiny_networks import (  # noqa: PLC0415
        classifiers,
        depths,
        detectors,
        segmenters,
        text_readers,
    )
    from tiny_networks.answers import answer_cases  # noqa: PLC0415
    from tiny_networks.chat_cases import all_chat_cases  # noqa: PLC0415
    from tiny_networks.later_mask_cases import later_mask_cases  # noqa: PLC0415
    from tiny_networks.mask_cases import mask_cases  # noqa: PLC0415
    from tiny_networks.point_cases import feature_cases, point_cases  # noqa: PLC0415
    from tiny_networks.policy_cases import policy_cases  # noqa: PLC0415
    from tiny_networks.scene_text import SceneTextCase  # noqa: PLC0415
    from tiny_networks.split_exports import split_cases  # noqa: PLC0415
    from tiny_networks.timm_cases import timm_cases  # noqa: PLC0415
    from tiny_networks.word_cases import word_cases  # noqa: PLC0415
    from tiny_networks.zero_shot_cases import zero_shot_cases  # noqa: PLC0415

    found: list[FidelityCase] = []
    for task, networks in (
        ("image-classification", classifiers.NETWORKS),
        ("object-detection", detectors.NETWORKS),
        ("image-segmentation", segmenters.NETWORKS),
        ("depth-estimation", depths.DEPTHS),
        ("image-to-image", depths.PICTURES),
    ):
        for name, make in networks.items():
            architecture, _, how = name.partition(", ")
            case = SinglePassCase(
                name,
                task,
                make,
                prompt=Prompt(subtask=_SUBTASKS[how]) if how in _SUBTASKS else NO_PROMPT,
                skips=depths.SKIPS.get(name, {}),
                keeps_its_size=architecture in _KEEP_THEIR_SIZE,
            )
            found.append(case)
    return [
        *found,
        *policy_cases(),
        *answer_cases(),
        *mask_cases(),
        *later_mask_cases(),
        *zero_shot_cases(),
        *split_cases(),
        *point_cases(),
        *feature_cases(),
        *word_cases(),
        *all_chat_cases(),
        *(SinglePassCase(name, WRITES, make) for name, make in text_readers.NETWORKS.items()),
        SceneTextCase(),
        *timm_cases(),
    ]
