"""Which names are of the YOLO family; YOLOS is none of it, and one of transformers."""

from __future__ import annotations

import re

_YOLO = re.compile(r"(yolo[-_]?(v?\d|x|nas|world)|gelan)", re.IGNORECASE)


def is_yolo_name(name: object) -> bool:
    """True for what `config.json` calls YOLO's networks: `yolov10`, `YOLOv9`, `gelan`.

    Args:
        name: an architecture or a type.
    """
    return isinstance(name, str) and _YOLO.match(name) is not None
