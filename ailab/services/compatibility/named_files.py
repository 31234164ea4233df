"""Which files small ONNX graphs on the Hub name as those of their tensors, before a download."""

from __future__ import annotations

import asyncio
import logging
import re
from collections.abc import Iterator, Mapping
from types import MappingProxyType

from ailab.services.architecture.onnx_external import files_inside, locations_in
from ailab.services.hub.model_hub import ModelHub
from ailab.services.hub.model_info import ModelDetails
from ailab.services.inference.engine_table import ONNX
from ailab.services.inference.model_layout import find_layouts
from ailab.services.lab_error import LabError

NamedFiles = Mapping[str, frozenset[str]]
"""By a graph, the files of its repository that hold its tensors; POSIX paths."""
NONE_NAMED: NamedFiles = MappingProxyType({})

_log = logging.getLogger(__name__)
_MOST_BYTES = 8_000_000
"""Of all graphs of a repository; a graph without its weights has a tenth of that, seldom more."""
_SECONDS = 10
_EXPLAINED = re.compile(
    r"(?:.*/)?(?:pytorch_model|openvino_)[^/]*\.bin"
    r"|.*\.(?:ckpt|gif|gguf|gz|h5|ipynb|jpe?g|json|md|mlmodel|mp4|msgpack|npz|onnx|ot|pdf|pkl|png"
    r"|pth?|py|safetensors|tflite|txt|webp|xml|zip)",
    re.IGNORECASE,
)
"""Files that are no ONNX graph's, as their names tell."""


async def read_named_files(hub: ModelHub, details: ModelDetails) -> NamedFiles | None:
    """What the graphs of a repository name beside them, where its list of files cannot tell.

    A graph is read only where it is small, and files lie in its folder that are larger and that
    nothing explains: others have their weights in them, or in files that are named after them.

    Args:
        hub: where they are read, 8 MB of them at most.
        details: the model.

    Returns:
        Only files that the repository has; None where the Hub did not give a graph in time.
    """
    known = frozenset(file.path for file in details.files)
    found: dict[str, frozenset[str]] = {}
    try:
        async with asyncio.timeout(_SECONDS):
            for graph, size in _graphs_to_read(details):
                data = await hub.read_file(
                    details.info.id, details.revision or details.ref, graph, most=size
                )
                found[graph] = known & await asyncio.to_thread(_named_by, graph, data)
    except (LabError, TimeoutError) as error:
        _log.info("what graphs of %s name is not known: %r", details.info.id, error)
        return None
    return MappingProxyType(found)


def _named_by(graph: str, data: bytes) -> frozenset[str]:
    try:
        return files_inside(graph, locations_in(data))
    except ValueError as error:  # whoever loads the model will say so
        _log.info("%s tells nothing of its tensors: %s", graph, error)
        return frozenset()


def _graphs_to_read(details: ModelDetails) -> Iterator[tuple[str, int]]:
    """Path and size of each graph that may have weights nobody knows of, best first."""
    sizes = {file.path: file.size or 0 for file in details.files}
    layouts = [layout for layout in find_layouts(tuple(sizes)) if layout.engine == ONNX]
    explained = {path for layout in layouts for path in layout.files}
    strays = [path for path in sizes.keys() - explained if not _is_explained(path, sizes)]
    bare = [layout for layout in layouts if not layout.external_data]
    left = _MOST_BYTES
    for graph in dict.fromkeys(path for layout in bare for path in layout.part_files):
        folder = graph[: graph.rfind("/") + 1]
        beside = sum(sizes[path] for path in strays if path.startswith(folder))
        if 0 < sizes[graph] <= min(left, beside):
            left -= sizes[graph]
            yield graph, sizes[graph]


def _is_explained(path: str, known: Mapping[str, int]) -> bool:
    """True for what is named after a graph, and what is of another kind."""
    owner = f"{path.rpartition('.onnx')[0]}.onnx"
    return owner in known or _EXPLAINED.fullmatch(path) is not None
