"""What a model of the Hub does and asks for, before its files are read."""

from __future__ import annotations

from ailab.services.compatibility.runnable_tasks import task_here
from ailab.services.conversion.converted_model import CONVERTED
from ailab.services.hub.model_info import ModelDetails
from ailab.services.inference.dual_encoder import task_of_halves
from ailab.services.inference.engine_table import ONNX
from ailab.services.inference.mask_models import SHOWN_OR_NAMED
from ailab.services.inference.model_layout import find_layout
from ailab.services.inference.prompt_kind import ASKED_TEXT, PromptKind, prompt_kind
from ailab.services.inference.subtask import PIECED_MODELS, Subtask
from ailab.services.inference.usual_subtask import named_subtask

_WRITER = "VisionEncoderDecoderModel"


def task_of(details: ModelDetails, variant: str = "") -> str:
    """The pipeline tag of what a Hub model does here; empty where the Hub names none.

    Args:
        details: the model's.
        variant: the weights that it would run; empty for those that run best.
    """
    halves = _of_halves(details, variant)
    return halves or task_here(details.info.task, details.architectures) or ""


def _of_halves(details: ModelDetails, variant: str) -> str:
    paths = [file.path for file in details.files]
    return task_of_halves(details.architectures, find_layout(paths, variant or None))


# Whoever exported these, as far as is known, left boxes out; the file itself tells once it is here.
_WITHOUT_BOXES = frozenset({"SamModel"})


def asked_by(details: ModelDetails, engine: str, variant: str = "") -> PromptKind:
    """What a Hub model takes beside the picture, as far as its details tell.

    Args:
        details: the model's.
        engine: name of the one that would run it; empty for none.
        variant: the weights that it would run; what was converted here takes boxes as PyTorch does.
    """
    if halves := _of_halves(details, variant):
        return prompt_kind(halves)
    is_foreign = engine == ONNX and variant != CONVERTED
    architecture = details.architectures[0] if details.architectures else ""
    # In ONNX there is the part for points and boxes alone.
    decoder = "masks" if engine == ONNX and architecture == SHOWN_OR_NAMED else ""
    # Donut's architecture is that of others, which are asked nothing.
    names = (details.info.id, *details.info.tags)
    is_donut = architecture == _WRITER and any("donut" in name.lower() for name in names)
    if architecture in PIECED_MODELS and named_subtask(details.info.id) is Subtask.SEMANTIC:
        return PromptKind.NONE  # it sees pictures in pieces
    return prompt_kind(
        task_of(details),
        decoder=ASKED_TEXT if is_donut else decoder,
        architecture=architecture,
        takes_boxes=not is_foreign or architecture not in _WITHOUT_BOXES,
    )
