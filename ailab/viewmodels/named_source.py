"""Where a model comes from whose name, path or address was typed into one field."""

from __future__ import annotations

import re

from ailab.services.conversion.local_reference import parse_local
from ailab.services.served.served_address import is_served_address
from ailab.viewmodels.inference_state import ModelSource

_LIKE_A_PATH = re.compile(r"[/\\~.]|[A-Za-z]:[/\\]")


def named_source(text: str) -> ModelSource:
    """A server for the address of a model on one, local for what looks like a path, else the Hub.

    The disk is not asked: a folder beside the lab is named by `./folder`.
    """
    text = text.strip()
    if is_served_address(text):
        return ModelSource.SERVER
    path = parse_local(text).path
    is_local = path.lower().endswith(".onnx") and "://" not in path
    return ModelSource.LOCAL if is_local or _LIKE_A_PATH.match(path) else ModelSource.HUGGING_FACE
