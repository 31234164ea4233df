"""What is told of a model's network, as rows of text."""

from __future__ import annotations

from functools import partial

from ailab.services.architecture.config_sheet import ConfigSheet
from ailab.services.architecture.found_layers import FoundLayers
from ailab.services.architecture.network_outline import GraphPort, NetworkOutline, TensorInfo
from ailab.services.architecture.tensor_groups import TensorGroup
from ailab.services.hub.model_info import ModelDetails
from ailab.services.inference.label_nouns import label_nouns_of
from ailab.viewmodels.model_pages_state import PagePart
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
        (
            label_nouns_of(sheet.architecture)[1].capitalize(),
            f"{len(sheet.labels):,}" if sheet.labels else "",
        ),
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


def layer_rows(tree: TensorGroup) -> tuple[TreeRow, ...]:
    """The parts and the tensors of a group; what is within a part is made when it is opened."""
    rows = [
        TreeRow(
            (each.name, _tensors(each.count), short_count(each.parameters)),
            tip=f"{each.name}: {_tensors(each.count)}, {each.parameters:,} parameters",
            make_rows=partial(layer_rows, each),
        )
        for each in tree.groups
    ]
    rows += [_leaf(leaf, tensor) for leaf, tensor in zip(tree.leaves, tree.tensors, strict=True)]
    return tuple(rows)


def found_words(layers: PagePart[FoundLayers]) -> str:
    """How many layers there are, how many of them are found, and whether there are more."""
    found = layers.value
    if found is None:
        reading = "Reading the file's header; the weights stay where they are…"
        return reading if layers.is_loading else ""
    whole = _tensors(len(found.outline.tensors))
    words = f"{whole}, {short_count(found.outline.parameters, ' ')} parameters"
    if found.search:
        parameters = short_count(found.tree.parameters, " ")
        words = f"{found.tree.count:,} of {whole}, {parameters} parameters"
    if layers.is_loading:
        return f"Reading on… {words} so far"
    return f"{words} until reading failed" if layers.problem is not None else words


def _leaf(name: str, tensor: TensorInfo) -> TreeRow:
    shape = " × ".join(map(str, tensor.shape)) or "1 number"
    tip = f"{tensor.name}\n{shape}, {tensor.dtype}, {tensor.count:,} parameters"
    texts = (name or "?", f"{shape}  {tensor.dtype}", short_count(tensor.count))
    return TreeRow(texts, (), tip, name=tensor.name)


def _parameters(details: ModelDetails | None, outline: NetworkOutline | None) -> str:
    """The sum, and by dtype: as the whole file says, else as the Hub says."""
    by_dtype = outline.parameters_by_dtype if outline is not None else ()
    is_part = outline is not None and not outline.is_whole
    if details is not None and details.parameters_by_dtype and (is_part or not by_dtype):
        by_dtype, is_part = details.parameters_by_dtype, False
    if not by_dtype:
        return ""
    total = sum(count for _, count in by_dtype)
    kinds = ", ".join(f"{dtype} {short_count(count)}" for dtype, count in by_dtype)
    return f"{'at least ' * is_part}{total:,} ({kinds})"


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
