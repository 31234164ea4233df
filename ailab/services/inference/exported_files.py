"""The files that a converted model consists of, by the parts of its network.

They have the names of the Hub's exports, so that `model_layout` finds them as it finds those.
"""

from __future__ import annotations

from pathlib import Path

from ailab.services.inference.network import DECODER, ENCODER, MODEL, TOKENS, VISION

WHOLE = ((MODEL, "model.onnx"),)
_SEES = (VISION, "vision_encoder.onnx")
PROMPTED = (_SEES, (DECODER, "prompt_encoder_mask_decoder.onnx"))
WRITING = ((ENCODER, "encoder_model.onnx"), (DECODER, "decoder_model.onnx"))
ANSWERING = (_SEES, (TOKENS, "embed_tokens.onnx"), *WRITING)
# Those that hold all files of another one come before it.
_KINDS = (WHOLE, ANSWERING, PROMPTED, WRITING)
FIRST_FILES = tuple(dict.fromkeys(kind[0][1] for kind in _KINDS))
"""The file of the first part, which leads to the others."""


def exported_files(folder: Path) -> tuple[tuple[str, Path], ...]:
    """Name and file of each part of the network that lies in a folder; nothing for none."""
    for kind in _KINDS:
        if all((folder / name).exists() for _, name in kind):
            return tuple((part, folder / name) for part, name in kind)
    return ()
