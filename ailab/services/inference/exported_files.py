"""The files that a converted model consists of, by the parts of its network.

They have the names of the Hub's exports, so that `model_layout` finds them as it finds those.
"""

from __future__ import annotations

from pathlib import Path

from ailab.services.inference.network import DECODER, ENCODER, MODEL

WHOLE = ((MODEL, "model.onnx"),)
PROMPTED = (("vision", "vision_encoder.onnx"), ("decoder", "prompt_encoder_mask_decoder.onnx"))
WRITING = ((ENCODER, "encoder_model.onnx"), (DECODER, "decoder_model.onnx"))
_KINDS = (WHOLE, PROMPTED, WRITING)
FIRST_FILES = tuple(kind[0][1] for kind in _KINDS)
"""The file of the first part, which leads to the others."""


def exported_files(folder: Path) -> tuple[tuple[str, Path], ...]:
    """Name and file of each part of the network whose first part lies in a folder.

    The other files need not be there. Nothing where no first part is.
    """
    for kind in _KINDS:
        if (folder / kind[0][1]).exists():
            return tuple((part, folder / name) for part, name in kind)
    return ()
