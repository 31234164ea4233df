"""Files of weights that ailab never opens, and why."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import PurePath

from ailab.services.documentation.doc_page import led_to
from ailab.services.inference.inference_errors import ModelFileError

_PICKLES = (".bin", ".ckpt", ".joblib", ".pickle", ".pkl", ".pt", ".pth")
_OTHERS = (".engine", ".h5", ".keras", ".msgpack", ".mlmodel", ".pb", ".plan", ".tflite", ".trt")
_SAFE_FORM = (
    "Look for the same model as ONNX or safetensors (onnx-community and Xenova have many), or "
    f"ask its maker for it; {led_to('safety')} tells how to convert a file that you trust."
)


def refused_weights(path: PurePath) -> ModelFileError | None:
    """Why a file of weights is not opened; None for one of no such kind."""
    ending = path.suffix.lower()
    if ending in _PICKLES:
        return ModelFileError(
            f"{path.name} is not opened: such a file is a Python pickle, which can run any program "
            "on your computer the moment it is read.",
            _SAFE_FORM,
        )
    if ending in _OTHERS:
        return ModelFileError(
            f"{path.name} is not opened: ailab runs ONNX and safetensors alone, and a file of "
            "this kind may carry code of its own.",
            _SAFE_FORM,
        )
    if ending == ".safetensors":
        return ModelFileError(
            f"{path.name} holds weights, but not what they are the weights of.",
            "Choose its folder instead, with its config.json and preprocessor_config.json.",
        )
    return None


def refused_folder(folder: str, files: Iterable[str]) -> ModelFileError | None:
    """Why a folder's weights are not opened, where all that it has are of such kinds."""
    for ending in (*_PICKLES, *_OTHERS):
        found = next((file for file in files if file.lower().endswith(ending)), None)
        if found is not None:
            return ModelFileError(
                f"The folder {folder} holds weights that ailab never opens "
                f"({found.rpartition('/')[2]}): they can run any program on your computer the "
                "moment they are read."
                if ending in _PICKLES
                else f"The folder {folder} holds weights of a kind that ailab has no engine for "
                f"({found.rpartition('/')[2]}).",
                _SAFE_FORM,
            )
    return None
