"""Whether the weights of a local folder are those that were converted."""

from __future__ import annotations

import hashlib
from pathlib import Path

from ailab.services.inference.inference_errors import ModelFileError
from ailab.services.inference.open_model import model_files
from ailab.services.local_path import is_folder


def weights_stamp(folder: Path) -> str | None:
    """What tells the weights of a folder from others, without reading them; touches the disk.

    Args:
        folder: a model in Hugging Face layout.

    Returns:
        A hash, 64 digits, of the names, sizes and times of change of the files that PyTorch runs;
        None where there is no such model, or where it has ONNX weights too, which are run then.
    """
    if not is_folder(folder):
        return None
    digest = hashlib.sha256()
    try:
        files = model_files(folder)
        for name, path in files:
            state = path.stat()
            digest.update(f"{name}\0{state.st_size}\0{state.st_mtime_ns}\0".encode())
    except (OSError, ModelFileError):
        return None
    return digest.hexdigest() if ".safetensors" in files[0][0] else None
