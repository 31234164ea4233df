"""What is told of a model's network, as rows of text."""

from __future__ import annotations

from ailab.services.architecture.config_sheet import ConfigSheet
from ailab.services.architecture.network_outline import GraphPort, NetworkOutline, TensorInfo
from ailab.services.architecture.tensor_groups import TensorGroup, group_tensors
from ailab.services.hub.model_info import ModelDetails
from ailab.views.model_details_tree import TreeRow
from ailab.views.model_text import short_count

TITLES = ("Layer", "Shape", "Parameters")

_MOST_OPERATORS = 12
_MOST_PORTS = 12


def summary_rows(
    details: ModelDetails | None, config: ConfigSheet | None, outline: NetworkOutline | None
) -> tuple[tuple[str, str], ...]:
    """The network in a few lines: names and values; what is not told is left out."""
    sheet = config or ConfigSheet()
    architecture = sheet.architecture or ", ".join(details.architectures if details else ())
    model_type = sheet.model_type or (details.model_type if details else None) or ""
    rows = [
        ("Architecture", architecture),
        ("Model type", model_type),
        ("Input size", sheet.input_size),
        ("Classes", f"{len(sheet.labels):,}" if sheet.labels else ""),
        ("Parameters", _parameters(details, outline)),
    ]
    if outline is not None:
        rows += [
            ("Inputs", _ports(outline.inputs)),
            ("Outputs", _ports(outline.outputs)),
            ("Operators", _operators(outline)),
            *outline.facts,
        ]
    return tuple((name, value) for name, value in rows if value)


def layer_rows(outline: NetworkOutline, search: str) -> tuple[TreeRow, ...]:
    """The layers whose names hold a text, regardless of case, as a tree."""
    wanted = search.strip().casefold()
    tensors = [t for t in outline.tensors if wanted in t.name.casefold()]
    return _rows_in(group_tensors(tensors))


def found_words(outline: NetworkOutline, search: str) -> str:
    """How many layers there are, and how many of them are found."""
    whole = f"{_tensors(len(outline.tensors))}, {short_count(outline.parameters, ' ')} parameters"
    if not search.strip():
        return whole
    wanted = search.strip().casefold()
    found = [t for t in outline.tensors if wanted in t.name.casefold()]
    parameters = short_count(sum(tensor.count for tensor in found), " ")
    return f"{len(found):,} of {_tensors(len(outline.tensors))}, {parameters} parameters"


def _rows_in(group: TensorGroup) -> tuple[TreeRow, ...]:
    rows = [
        TreeRow(
            (each.name, _tensors(each.count), short_count(each.parameters)),
            _rows_in(each),
            f"{each.name}: {_tensors(each.count)}, {each.parameters:,} parameters",
        )
        for each in group.groups
    ]
    rows += [_leaf(leaf, tensor) for leaf, tensor in zip(group.leaves, group.tensors, strict=True)]
    return tuple(rows)


def _leaf(name: str, tensor: TensorInfo) -> TreeRow:
    shape = " × ".join(map(str, tensor.shape)) or "1 number"
    tip = f"{tensor.name}\n{shape}, {tensor.dtype}, {tensor.count:,} parameters"
    return TreeRow((name or "?", f"{shape}  {tensor.dtype}", short_count(tensor.count)), (), tip)


def _parameters(details: ModelDetails | None, outline: NetworkOutline | None) -> str:
    """The sum, and by dtype: as the file says, else as the Hub says."""
    by_dtype = outline.parameters_by_dtype if outline is not None else ()
    if not by_dtype and details is not None:
        by_dtype = details.parameters_by_dtype
    if not by_dtype:
        return ""
    total = sum(count for _, count in by_dtype)
    kinds = ", ".join(f"{dtype} {short_count(count)}" for dtype, count in by_dtype)
    return f"{total:,} ({kinds})"


def _ports(ports: tuple[GraphPort, ...]) -> str:
    lines = [
        f"{port.name}: {' × '.join(port.shape) or 'any shape'}, {port.dtype}"
        for port in ports[:_MOST_PORTS]
    ]
    if len(ports) > _MOST_PORTS:
        lines.append(f"and {len(ports) - _MOST_PORTS} more")
    return "\n".join(lines)


def _operators(outline: NetworkOutline) -> str:
    shown = [f"{name} {count}" for name, count in outline.operators[:_MOST_OPERATORS]]
    left_out = len(outline.operators) - _MOST_OPERATORS
    return ", ".join(shown) + (f" and {left_out} more" if left_out > 0 else "")


def _tensors(count: int) -> str:
    return "1 tensor" if count == 1 else f"{count:,} tensors"
