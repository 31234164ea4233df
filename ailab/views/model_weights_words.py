"""What is said of the weights that a model can be run with."""

from __future__ import annotations

from ailab.services.byte_size import format_bytes
from ailab.services.conversion.converted_model import CONVERTED
from ailab.services.hub.model_info import ModelDetails
from ailab.services.inference.model_layout import SAFETENSORS, find_layout

_KINDS = {
    "fp32": "Full precision, as the model was trained.",
    "fp16": "Half precision: half the size, and hardly less exact.",
    "q8": "8 bits a number: a quarter of the size, a little less exact.",
    "int8": "8 bits a number: a quarter of the size, a little less exact.",
    "uint8": "8 bits a number: a quarter of the size, a little less exact.",
    "q4": "4 bits a number: smaller still, and less exact.",
    "q4f16": "4 bits a number, the rest in half precision: the smallest, and less exact.",
    "bf16": "Half the size, with fewer digits than half precision; not every device runs it.",
    "bnb4": "4 bits a number: smaller still, and less exact.",
    CONVERTED: "ONNX, made of the safetensors on this machine and compared with them.",
    SAFETENSORS: "For PyTorch, which is slower here than ONNX Runtime.",
}
_SEES = "The part that sees alone: it makes vectors of pictures, and takes no labels."


def weights_text(details: ModelDetails | None, variant: str, *, is_usual: bool) -> str:
    """Weights in a line: `fp16 · 1.9 MB`, and whether these are run where none are chosen.

    Args:
        details: the model's; None where they are not known.
        variant: its name.
        is_usual: they run best.
    """
    size = _size(details, variant) if details is not None else None
    words = [variant, *([] if size is None else [format_bytes(size)])]
    return " · ".join((*words, "recommended") if is_usual else words)


def has_usual(details: ModelDetails | None) -> bool:
    """False where one of several files has to be chosen, since any choice would be a guess."""
    if details is None or not details.files:
        return True
    return find_layout([file.path for file in details.files]) is not None


def weights_explained(variant: str) -> str:
    """What a variant's name means; empty for a name of the author's own."""
    return _SEES if variant.startswith("vision_model") else _KINDS.get(variant, "")


def _size(details: ModelDetails, variant: str) -> int | None:
    """Bytes of the weights alone; None where the Hub tells not all of them."""
    sizes = {file.path: file.size for file in details.files}
    layout = find_layout(tuple(sizes), variant)
    if layout is None:
        return None
    known = [sizes[path] for path in layout.weight_files]
    return sum(size or 0 for size in known) if None not in known else None
