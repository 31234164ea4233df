"""A model of transformers written as ONNX, by transformers' own exporter.

In the worker process alone: this imports PyTorch. The exporter
(https://huggingface.co/docs/transformers, `transformers.exporters`) traces the network with
`torch.export` and keeps the weights in a file beside the graph.
"""

from __future__ import annotations

import errno
import logging
from collections.abc import Callable, Mapping, Sequence, Set
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import torch

from ailab.services.inference.inference_errors import ModelFileError, OtherAnswerError
from ailab.services.inference.onnx_parts import PICTURE, FreeAxes, OnnxPart
from ailab.services.inference.out_of_memory import is_out_of_memory

_log = logging.getLogger(__name__)
_LONGEST_REASON = 300
_SIZE = frozenset({-2, -1})  # height and width
_ANOTHER = "It runs on PyTorch as before."
_TRACED = "its trace keeps the size that it was made with"


@dataclass(frozen=True, slots=True)
class Export:
    """What was written.

    Attributes:
        is_size_free: pictures of any size go in.
        reason: why the sizes are fixed though they depend on the picture; empty where they do
            not, or are free.
    """

    is_size_free: bool
    reason: str = ""


def export_onnx(
    parts: Sequence[OnnxPart],
    folder: Path,
    *,
    wants_free_size: bool,
    try_out: Callable[[], object],
) -> Export:
    """Write the parts of a network as ONNX, with as much left free as comes out right.

    Args:
        parts: in float32, on the processor.
        folder: where their files are written, each with `.data` for the one beside it.
        wants_free_size: height and width of the input depend on the picture.
        try_out: runs what was written and compares, or raises: networks that make shapes of plain
            numbers, as RT-DETR does, keep those of the pictures that they were traced with, and
            answer otherwise to others, or to fewer of them.

    Raises:
        OtherAnswerError: of no attempt was the answer right.
        ModelFileError: the exporter cannot do it, is not installed, or the disk is full.
        MemoryError: there is too little.
    """
    _check_exporter()
    reasons: list[str] = []
    other: OtherAnswerError | None = None
    for attempt in range(max(len(part.frees) for part in parts)):
        try:
            programs = [
                write_onnx(part.module, part.feeds, folder / part.file, part.free(attempt))
                for part in parts
            ]
            try_out()
        except _FullDiskError:
            raise
        except Exception as error:  # exporters raise whatever they stumble over
            if is_out_of_memory(error):
                raise MemoryError(str(error)) from error
            _log.warning("export with the axes %s free: %r", parts[0].free(attempt), error)
            reasons.append(_first_words(error))
            other = error if isinstance(error, OtherAnswerError) else other
            continue
        wanted = _SIZE.intersection(parts[0].free(0).get(PICTURE, ())) or _SIZE
        is_free = all(not isinstance(size, int) for size in _sizes(programs[0], wanted))
        reason = "" if is_free or not wants_free_size else (reasons or [_TRACED])[0]
        return Export(is_free, reason)
    if other is not None:
        raise other
    raise ModelFileError(
        "The model could not be converted: transformers' exporter does not know all that its "
        "network does.",
        _ANOTHER,
        detail="\n".join(reasons),
    )


def write_onnx(
    network: Any, feeds: Mapping[str, npt.NDArray[Any]], weights: Path, free: FreeAxes
) -> Any:
    """Write a network, or a part of one, as ONNX.

    Args:
        network: a PyTorch module in float32, on the processor, that answers with tensors by name.
        feeds: what it is run on; the inputs of the graph have these names.
        weights: the `.onnx` file to write; `.data` is appended for the one beside it.
        free: the axes of each input that are left free.

    Returns:
        The graph, an `onnx_ir.Model`.

    Raises:
        ModelFileError: the disk is full.
        Exception: the exporter stumbled over something.
    """
    from transformers.exporters.exporter_onnx import OnnxExporter  # noqa: PLC0415

    program = _traced(OnnxExporter, network, feeds, free)
    _save(OnnxExporter, program, weights)
    return program


def _check_exporter() -> None:
    try:
        from transformers.exporters import exporter_onnx  # noqa: F401, PLC0415
    except (ImportError, OSError) as error:
        raise ModelFileError(
            "The installed transformers has no exporter to ONNX, or onnx and onnxscript are "
            "missing.",
            "Install ailab's extra torch again; it brings them.",
            detail=repr(error),
        ) from error


class _FullDiskError(ModelFileError):
    """No other attempt would fit either."""


def _traced(
    exporter: Any, network: Any, feeds: Mapping[str, npt.NDArray[Any]], free: FreeAxes
) -> Any:
    from transformers.exporters.exporter_onnx import OnnxConfig  # noqa: PLC0415

    # An axis of length 1 would be taken for a constant: two of the same picture.
    count = 2 if 0 in free.get(PICTURE, ()) else 1
    inputs = {
        name: torch.from_numpy(np.repeat(np.ascontiguousarray(values), count, axis=0))
        for name, values in feeds.items()
    }
    shapes = {
        name: {axis % values.ndim: torch.export.Dim.AUTO for axis in free.get(name, ())}
        for name, values in feeds.items()
    }
    # What is not free is traced several times sooner.
    is_any_free = any(shapes.values())
    config = OnnxConfig(dynamic_shapes=_in_lists(shapes)) if is_any_free else OnnxConfig()
    with torch.no_grad():
        return exporter().export(network, _in_lists(inputs), config=config).program


def _in_lists(values: Mapping[str, Any]) -> dict[str, Any]:
    """What is called `name.0`, `name.1` … in that order, as a list by that name.

    The exporter calls what lies in lists so.
    """
    found: dict[str, Any] = {}
    for name, each in values.items():
        whole, _, place = name.partition(".")
        if place:
            found.setdefault(whole, []).append(each)
        else:
            found[name] = each
    return found


def _save(exporter: Any, program: Any, weights: Path) -> None:
    try:
        try:
            exporter.save_program(program, weights)
        except OSError as error:
            if error.errno != errno.EXDEV:
                raise
            # Landlock of Linux 5.13 to 5.18 lets nothing be moved: all in one file, up to 2 GB.
            import onnx_ir  # noqa: PLC0415

            onnx_ir.save(program, str(weights))
    except OSError as error:
        if error.errno not in {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}:
            raise
        raise _FullDiskError(
            "The disk is full: the converted model does not fit.",
            "Make room in the folder for temporary files, and convert it again.",
            detail=repr(error),
        ) from error


def _sizes(program: Any, axes: Set[int]) -> Sequence[object]:
    """Height and width of the picture's input, or what of them is asked, as the graph has them."""
    shapes = [value.shape for value in program.graph.inputs]
    picture = next((shape for shape in shapes if shape is not None and len(shape) == 4), ())
    sizes = [picture[axis] for axis in axes if picture]
    return [each if isinstance(each, int) else str(each) for each in sizes]


def _first_words(error: Exception) -> str:
    return " ".join(str(error).split())[:_LONGEST_REASON] or type(error).__name__
