"""The options of the command that turns models into ONNX."""

from __future__ import annotations

import argparse

from ailab.cli_options import add_command, add_json


def add_convert(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command."""
    convert = add_command(
        commands,
        "convert",
        "turn a model that PyTorch runs into ONNX",
        "Turn safetensors, of the Hub or in a folder, into ONNX, compare both on a picture, and "
        "run the model on ONNX Runtime from then on, which is faster and needs no PyTorch. Needs "
        "the extra torch. Without a model, list what was converted.",
    )
    convert.add_argument(
        "model",
        metavar="MODEL",
        nargs="?",
        help="id, with @REVISION for another than the newest, or path of a folder",
    )
    convert.add_argument(
        "--picture", metavar="IMAGE", help="compare on it (default: a picture of ailab's own)"
    )
    convert.add_argument(
        "--delete", action="store_true", help="remove what was converted of the model"
    )
    add_json(convert)
