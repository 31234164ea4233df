"""What the command line tells of a bare `.onnx` file."""

from __future__ import annotations

import json
from typing import Any

from ailab.cli_lines import print_line
from ailab.exit_status import OK
from ailab.lab import Lab
from ailab.services.architecture.network_outline import GraphPort, NetworkOutline
from ailab.services.inference.guess_words import looks_like
from ailab.services.inference.inference_errors import ModelFileError, NotDescribedError
from ailab.services.inference.runnable_model import RunnableModel
from ailab.services.inference.sheets import OpenedSheet
from ailab.viewmodels.port_words import ports_text

_MOST_PORTS = 12
_DTYPES = {"FLOAT": "float32", "DOUBLE": "float64"}
"""What NumPy calls the types, where ONNX does not do so but for capitals."""


async def tell_bare(lab: Lab, error: ModelFileError, weights: str, *, is_json: bool) -> int:
    """Tell of an `.onnx` file that does not run as it lies there: what it is, what comes next.

    Args:
        lab: whose sheets are asked.
        error: why it does not run: it has no sheet yet, or a wrong one, or none can help.
        weights: its path on this disk.
        is_json: tell it as JSON.

    Raises:
        ModelFileError: the same error; the file is not there, or damaged.
    """
    try:
        opened = await lab.sheets.open(weights)
    except ModelFileError:
        raise error from None
    is_missing = isinstance(error, NotDescribedError)
    looks = looks_like(opened.outline, opened.outline.path)
    if is_json:
        answer = {
            "path": opened.path,
            "task": opened.draft.task or None,
            "runs": False,
            "fit": "needs_sheet" if is_missing else "wont_run",
            "verdict": error.message,
            "advice": error.advice,
            "looks_like": looks or None,
            "notes": list(opened.notes),
            "sheet": opened.draft.fields(),
            "sheet_is_a_guess": not opened.is_there,
        } | ports_json(opened.outline)
        print_line(json.dumps(answer, indent=2))
        return OK
    print_line(f"{'model':<14}{opened.path}")
    print_ports(opened.outline)
    if looks and is_missing:
        print_line(f"{'looks like':<14}{looks}")
        for note in opened.notes:
            print_line(f"{'':<14}{note}")
    print_line("")
    print_line("Runs once it is described." if is_missing else error.message)
    print_line(error.advice)
    return OK


async def outline_of(lab: Lab, model: RunnableModel) -> NetworkOutline | None:
    """What goes into a network of one `.onnx` file of this disk, and what comes out.

    Args:
        lab: whose sheets are asked.
        model: on this disk, or on a server.

    Returns:
        The outline; None of what is no such file.
    """
    if model.address or model.path.suffix.lower() != ".onnx":
        return None
    try:
        opened: OpenedSheet = await lab.sheets.open(str(model.path))
    except ModelFileError:  # whether it runs is told without
        return None
    return opened.outline


def ports_json(outline: NetworkOutline | None) -> dict[str, Any]:
    """Inputs and outputs for programs; nothing where they are not known."""
    if outline is None:
        return {}
    return {
        "inputs": [_port_json(port) for port in outline.inputs],
        "outputs": [_port_json(port) for port in outline.outputs],
    }


def print_ports(outline: NetworkOutline | None) -> None:
    """Write inputs and outputs, a line each; nothing where they are not known."""
    if outline is None:
        return
    for title, ports in (("takes", outline.inputs), ("gives", outline.outputs)):
        for index, port in enumerate(ports[:_MOST_PORTS]):
            print_line(f"{title if index == 0 else '':<14}{ports_text([port])}")
        if len(ports) > _MOST_PORTS:
            print_line(f"{'':<14}and {len(ports) - _MOST_PORTS} more")


def _port_json(port: GraphPort) -> dict[str, Any]:
    shape = [int(each) if each.isdecimal() else each for each in port.shape]
    return {"name": port.name, "dtype": _DTYPES.get(port.dtype, port.dtype.lower()), "shape": shape}
