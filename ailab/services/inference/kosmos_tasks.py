"""What Kosmos-2.5 is told to do, and its answers without their places in the picture.

Source: the documentation of the network in transformers 5, for both of its checkpoints.
"""

from __future__ import annotations

import re

_READ = "<ocr>"
_TASKS = (_READ, "<md>")
_CONVERSATION = (
    "<md>A chat between a curious user and an artificial intelligence assistant. The assistant "
    "gives helpful, detailed, and polite answers to the user's questions. USER: {} ASSISTANT:"
)
_BOX = re.compile("<bbox>.*?</bbox>")


def kosmos_command(asked: str) -> str:
    """The command that stands behind the picture.

    Args:
        asked: what begins with `<ocr>` or `<md>`, which is read as it is; a question, which is put
            as the checkpoint that was trained to answer reads it; or nothing, for the words.
    """
    if not asked or asked.startswith(_TASKS):
        return asked or _READ
    return _CONVERSATION.replace("{}", asked)


def without_places(written: str) -> str:
    """The lines that were read, without the boxes that stand before them."""
    return _BOX.sub("", written).strip()
