"""The names of ImageNet's classes, which timm's files leave out.

Those of ImageNet-1k are the lab's own, in `imagenet_names.txt`; an installed timm has those of the
larger sets.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from types import MappingProxyType

from ailab.services.inference.label_name import label_name

IMAGENET_1K = 1000
# By the number of classes, as `timm.data.infer_imagenet_subset` tells the sets apart.
_SYNSETS: Mapping[int, str] = MappingProxyType(
    {
        11221: "imagenet21k_miil_synsets.txt",
        11821: "imagenet12k_synsets.txt",
        21841: "imagenet22k_synsets.txt",
        21842: "imagenet22k_ms_synsets.txt",
        21843: "imagenet21k_goog_synsets.txt",
    }
)
_LEMMAS = "imagenet_synset_to_lemma.txt"


@cache
def imagenet_labels(count: int) -> tuple[str, ...]:
    """Names of `count` classes, by index; empty where nothing tells them.

    timm itself is not imported: that would bring PyTorch along.
    """
    if count == IMAGENET_1K:
        lines = Path(__file__).with_name("imagenet_names.txt").read_text("utf-8").splitlines()
        return tuple(line for line in lines if not line.startswith("#"))
    folder = _folder()
    if folder is None or count not in _SYNSETS:
        return ()
    try:
        synsets = (folder / _SYNSETS[count]).read_text("utf-8").splitlines()
        with (folder / _LEMMAS).open(encoding="utf-8", newline="") as file:
            lemmas = {row[0]: row[1] for row in csv.reader(file, delimiter="\t") if len(row) == 2}
    except (OSError, ValueError, csv.Error):
        return ()
    if len(synsets) != count:
        return ()
    return tuple(label_name(lemmas.get(synset, synset)) for synset in synsets)


def _folder() -> Path | None:
    try:
        spec = find_spec("timm")
    except (ImportError, ValueError):  # a broken installation
        return None
    if spec is None or spec.origin is None:
        return None
    return Path(spec.origin).parent / "data" / "_info"
