"""The options of the command that gives a bare `.onnx` file its sheet."""

from __future__ import annotations

import argparse

from ailab.cli_options import add_command, add_json


def add_describe(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command."""
    describe = add_command(
        commands,
        "describe",
        "say how pictures go into a bare .onnx file and what comes out",
        "Give a bare .onnx file the sheet that it needs to run. Without a sheet, print the one "
        "that it has, or one as the file suggests it, and tell what was read and what is a guess. "
        "Sheets of models of the Hub are kept in ailab's own folder; without a model, list these.",
    )
    describe.add_argument(
        "model",
        metavar="MODEL",
        nargs="?",
        help="id of a Hub model, with :VARIANT for one of several files, path of an .onnx file, or "
        "address of a model on a server",
    )
    describe.add_argument(
        "sheet",
        metavar="SHEET",
        nargs="?",
        help="file with the sheet (ailab docs sheet), which is kept at once",
    )
    describe.add_argument(
        "--set",
        metavar="KEY=VALUE",
        dest="settings",
        action="append",
        default=[],
        help="change a field of it, such as width=320, decoder=yolo-rows, color_order=BGR or "
        "mean=0.5,0.5,0.5; may be given several times",
    )
    describe.add_argument(
        "--names",
        metavar="FILE",
        help="text file with the classes' names, one a line; or coco or imagenet, where the "
        "network tells as many classes apart as these have",
    )
    describe.add_argument(
        "--picture", metavar="IMAGE", help="try it on a picture, and tell what came of it"
    )
    describe.add_argument(
        "--write",
        action="store_true",
        help="keep it: beside the file, or of a Hub model in ailab's own folder",
    )
    describe.add_argument(
        "--replace",
        "--force",
        action="store_true",
        help="put it in the place of another one",
    )
    describe.add_argument(
        "--delete", action="store_true", help="forget the sheet of a Hub model that you gave it"
    )
    add_json(describe)
