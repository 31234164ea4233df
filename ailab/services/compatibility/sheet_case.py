"""Models that a sheet describes, or could."""

from __future__ import annotations

from ailab.services.byte_size import format_bytes
from ailab.services.compatibility.model_case import ModelCase
from ailab.services.compatibility.timm_case import is_of_timm
from ailab.services.hub.pipeline_tag import display_name
from ailab.services.inference.engine_table import ONNX
from ailab.services.inference.matte_models import is_matte_model
from ailab.services.inference.model_layout import ModelLayout, find_layouts
from ailab.services.inference.model_sheet import DECODERS_BY_TASK
from ailab.services.listed import listed

_MOST_NAMED = 4


def goes_by_sheet(case: ModelCase) -> bool:
    """True where a sheet describes the weights, or would have to: no configuration does."""
    layout = case.layout
    if layout is None or layout.engine != ONNX:
        return False
    return case.kept is not None or layout.sheet is not None or is_bare(case, layout)


def needs_sheet(case: ModelCase) -> bool:
    """True where the weights run once a sheet describes them."""
    layout = case.layout
    return layout is not None and _can_be_described(case, layout)


def needs_choice(case: ModelCase) -> bool:
    """True where one of several `.onnx` files has to be chosen and described."""
    if not case.knows_files or case.layout is not None or case.variant is not None:
        return False
    layouts = onnx_layouts(case)
    return len(layouts) > 1 and all(_can_be_described(case, each) for each in layouts)


def is_beyond_sheets(case: ModelCase) -> bool:
    """True for weights that nothing describes, and that no sheet could."""
    layout = case.layout
    return layout is not None and is_bare(case, layout) and not _can_be_described(case, layout)


def is_bare(case: ModelCase, layout: ModelLayout) -> bool:
    """True where neither configuration nor sheet describes an `.onnx` file.

    What timm made, and what makes a matte, says enough by its configuration alone.
    """
    is_matte = any(map(is_matte_model, case.architectures))
    is_by_config = layout.config is not None and (is_of_timm(case) or is_matte)
    is_described = layout.is_described or is_by_config or case.kept is not None
    return layout.engine == ONNX and not is_described


def onnx_layouts(case: ModelCase) -> tuple[ModelLayout, ...]:
    """The `.onnx` files to choose from."""
    return tuple(each for each in find_layouts(case.paths) if each.engine == ONNX)


def once_described(case: ModelCase) -> str:
    """That a model runs once it is described, and what it costs."""
    words = [display_name(case.task)] if case.task else []
    if case.is_here:
        words.append("already on this disk")
    elif case.download_size is not None:
        words.append(f"{format_bytes(case.download_size)} to download")
    if case.memory is not None:
        words.append(f"about {format_bytes(case.memory)} of memory")
    weights = case.layout.weights.rpartition("/")[2] if case.layout is not None else ""
    costs = f": {', '.join(words)}" if words else ""
    return (
        f"Runs once it is described{costs}. Nothing says yet how pictures go into {weights} and "
        "what comes out."
    )


def how_to_describe(case: ModelCase) -> str:
    """What leads to a sheet."""
    how = (
        "“Describe…” in the Inference tab writes a sheet (in a terminal: ailab describe "
        f"{_reference(case)})."
    )
    return how if case.is_here else f"Download it; then {how}"


def once_chosen(case: ModelCase) -> str:
    """That a model runs once one of its `.onnx` files is chosen and described."""
    names = [each.variant for each in onnx_layouts(case)]
    more = len(names) - _MOST_NAMED
    shown = listed(names[:_MOST_NAMED] + ([f"{more} more"] if more > 0 else []))
    return f"Runs once one of its ONNX files is chosen and described: {shown}."


def how_to_choose(case: ModelCase) -> str:
    """Where one of several files is chosen."""
    first = onnx_layouts(case)[0].variant
    return (
        f"Choose one as the weights, under Files in the model browser or by {case.info.id}:{first}."
    )


def _reference(case: ModelCase) -> str:
    return f"{case.info.id}:{case.variant}" if case.variant else case.info.id


def _can_be_described(case: ModelCase, layout: ModelLayout) -> bool:
    """A sheet is of one file, and of a task that it can say."""
    is_one = len(layout.part_files) == 1 and is_bare(case, layout)
    return is_one and (case.task is None or case.task in DECODERS_BY_TASK)
