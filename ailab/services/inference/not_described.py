"""What is said of weights that nothing describes."""

from __future__ import annotations

import shlex
from pathlib import Path

from ailab.services.architecture.local_outline import read_local_outline
from ailab.services.architecture.network_outline import NetworkOutline
from ailab.services.documentation.doc_page import led_to
from ailab.services.inference.engine_table import ONNX
from ailab.services.inference.guess_words import guess_words
from ailab.services.inference.inference_errors import ModelFileError, NotDescribedError
from ailab.services.inference.model_layout import ModelLayout, sheet_path
from ailab.services.inference.onnx_file import check_onnx_file, no_onnx_file
from ailab.services.inference.prompted_pair import is_mask_decoder, is_mask_encoder
from ailab.services.inference.sheet_guess import guess_sheet
from ailab.services.kept_sheets.snapshot_file import snapshot_file


def not_described(root: Path, layout: ModelLayout) -> ModelFileError:
    """That a sheet is needed, and what the network looks like.

    A file that is damaged, or that no sheet could help, is told to be that.

    Args:
        root: the model's folder.
        layout: its files, of which none describes the weights.
    """
    needed = {"config.json": layout.config, "preprocessor_config.json": layout.preprocessor}
    missing = [name for name, there in needed.items() if there is None]
    lacking = f"{' and '.join(missing)} {'is' if len(missing) == 1 else 'are'} missing"
    weights = root / layout.weights
    if layout.engine != ONNX:
        return NotDescribedError(
            f"Nothing says how pictures go into {weights.name} and what comes out: {lacking}.",
            f"Put the missing {_files(missing)} beside it.",
        )
    outline = _outline(weights)
    if is_mask_decoder(outline):
        return ModelFileError(
            f"{weights.name} is the part of SAM that makes masks. The one that sees the picture is "
            "not beside it, or is not SAM's.",
            "Put its encoder beside it, called the same but for “encoder” in place of “decoder”.",
        )
    if layout.config is None and is_mask_encoder(outline):
        return ModelFileError(
            f"{weights.name} is the part of SAM that sees the picture. The one that makes masks is "
            "not beside it, or is not SAM's.",
            "Put its decoder beside it, called the same but for “decoder” in place of “encoder”.",
        )
    looks, obstacle = _look(outline, weights)
    if obstacle and layout.config is None:  # else the part that is lost may tell more
        return ModelFileError(
            f"{weights.name} cannot be run: {obstacle}",
            "Choose another model: no sheet can help here.",
            detail=f"Its {lacking}.",
        )
    if looks:
        message = f"{weights.name} looks like {looks}."
        by_button = "Press “Describe…” to check that on a picture and run it."
        why = "That is a guess from its graph, to be checked on a picture before it runs"
    else:
        message = f"Nothing says yet how pictures go into {weights.name} and what comes out."
        by_button = "Press “Describe…” to say so."
        why = "Its graph does not tell what it does; a sheet has to"
    if layout.config is not None:  # a folder in Hugging Face layout that lost a part
        message = f"{message} Its {lacking}."
        by_button = f"{by_button} Or put the missing {_files(missing)} beside it."
    of = snapshot_file(weights)
    model = shlex.quote(str(weights)) if of is None else of.model_id
    return NotDescribedError(
        message,
        f"{why}: ailab describe {model} --picture PICTURE, and with --write the sheet is kept; in "
        f"the window “Describe…” does so. {led_to('sheet')} says what belongs into a sheet.",
        by_button=by_button,
        weights=str(weights),
        detail=f"It comes without {' and '.join(missing)}, which models of Hugging Face have, and "
        f"without a sheet, {sheet_path(weights.name)}.",
    )


def _outline(weights: Path) -> NetworkOutline:
    """What the file tells.

    Raises:
        ModelFileError: it is damaged, or no ONNX model.
    """
    check_onnx_file(weights)
    try:
        return read_local_outline(weights)
    except (OSError, ValueError) as error:
        raise no_onnx_file(weights, str(error)) from error


def _look(outline: NetworkOutline, weights: Path) -> tuple[str, str]:
    """What a network looks like, and what stands in the way of running it; each may be empty."""
    guess = guess_sheet(outline, weights.name)
    # A graph that names no inputs tells nothing; it may run all the same.
    return guess_words(outline, guess), guess.obstacle if outline.inputs else ""


def _files(missing: list[str]) -> str:
    return "file" if len(missing) == 1 else "files"
