"""The command line: what can be asked of the lab without its window."""

from __future__ import annotations

import argparse
import asyncio
import errno
import io
import logging
import os
import signal
import sys
from typing import Any

from ailab import __version__
from ailab.cli_compare_options import add_compare
from ailab.cli_convert_options import add_convert
from ailab.cli_describe_options import add_describe
from ailab.cli_lines import ShownFormatter
from ailab.cli_nearest import add_nearest
from ailab.cli_numbers import pixels, share
from ailab.cli_options import EXIT_STATUSES, add_command, add_demo, add_device, add_json
from ailab.cli_pages import add_pages
from ailab.cli_parser import CommandParser
from ailab.cli_place import add_place
from ailab.cli_prompt import add_prompt
from ailab.cli_resume import add_resume
from ailab.cli_search_options import add_search
from ailab.cli_time import add_time_limit
from ailab.exit_status import ENDED, FAILED, INTERRUPTED, OK
from ailab.services.inference.pieces_from import PIECES_FROM
from ailab.services.lab_error import LabError
from ailab.services.problem import Problem

_DESCRIPTION = """\
AI Image Lab: find a vision model, run it on your own pictures, look at the result, keep it.

Without a command the desktop lab opens. The commands do the same work without a window.
"""

_EPILOG = f"""\
examples:
  ailab                                     open the lab
  ailab --demo                              open it on an embedded Hub, without internet
  ailab search nuclei --task image-segmentation --runs-here
  ailab info onnx-community/rfdetr_base-ONNX
  ailab run onnx-community/rfdetr_base-ONNX street.jpg --save-to results
  ailab run models/yolox_nano.onnx photos --save-to results
  ailab describe models/yolox_nano.onnx --picture street.jpg --names coco --write
  ailab run Xenova/clip-vit-base-patch32 pet.jpg --labels "cat, dog"
  ailab run Xenova/sam-vit-base street.jpg --point 320,240 --save-to results
  ailab run facebook/dinov2-small photos --nearest 5 --save-to results
  ailab run facebook/dinov2-small photos --groups-from 0.95
  ailab run models/yolox_nano.onnx photos --on ray --workers 2 --save-to results
  ailab compare "results/2026-11-30 101500 yolox_nano" "results/2026-11-30 102000 rtdetr"

environment:
  HF_ENDPOINT   the Hub's address, for a mirror
  HF_TOKEN      access token for gated and private models
  HF_HOME, HF_HUB_CACHE   where downloaded models lie
  HF_HUB_OFFLINE   1 to ask the Hub nothing
  HTTPS_PROXY   the proxy for all that is asked of the Hub
  AILAB_HOME    folder for all of the lab's own, such as settings and measurements
  AILAB_SERVER_TOKEN, AILAB_SERVER_TOKEN_FOR
                access token of a server of models, and that server's address

{EXIT_STATUSES}
"""


def run_command(options: argparse.Namespace) -> int:
    """Carry out a parsed command line that names a command; returns the exit status."""
    if isinstance(sys.stdout, io.TextIOWrapper):  # names hold letters that a terminal may not have
        sys.stdout.reconfigure(errors="backslashreplace")
    to_stderr = logging.StreamHandler()
    to_stderr.setFormatter(ShownFormatter("%(levelname)s %(name)s: %(message)s"))
    level = logging.DEBUG if options.verbose else logging.CRITICAL
    logging.basicConfig(level=level, handlers=[to_stderr])
    try:
        return asyncio.run(_carry_out(options))
    except LabError as error:
        logging.getLogger(__name__).info("%s", error.detail)
        from ailab.cli_words import fail  # noqa: PLC0415

        return fail(Problem.of(error), is_demo=options.demo)
    except KeyboardInterrupt:
        sys.stderr.write("ailab: interrupted\n")
        return INTERRUPTED
    except asyncio.CancelledError:
        sys.stderr.write("ailab: ended by another program or by the system\n")
        return ENDED
    except BrokenPipeError:  # the reader of a pipe has seen enough
        # Else Python tries once more to write when it ends, and complains.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return OK
    except OSError as error:
        if error.errno != errno.ENOSPC:
            raise
        sys.stderr.write("ailab: the output cannot be written: its disk is full.\n")
        return FAILED


def _heed_ending() -> None:
    """Let SIGTERM do what Ctrl+C does, so that what is done by then is saved.

    `timeout`, job schedulers and a system that shuts down send it. A second one ends at once.
    """
    if sys.platform == "win32":  # which has no such signal for programs
        return
    loop, work = asyncio.get_running_loop(), asyncio.current_task()

    def end() -> None:
        loop.remove_signal_handler(signal.SIGTERM)
        if work is not None:
            work.cancel()

    loop.add_signal_handler(signal.SIGTERM, end)


def _own_up(loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
    """Tell of a mistake in ailab, which would end a run without a word."""
    if (error := context.get("exception")) is not None:
        sys.stderr.write(
            f"ailab: this went wrong by a mistake in ailab ({type(error).__name__}).\n"
            "       Please report it, with what --verbose prints.\n"
        )
    loop.default_exception_handler(context)


async def _carry_out(options: argparse.Namespace) -> int:
    asyncio.get_running_loop().set_exception_handler(_own_up)
    if options.command == "docs":  # which needs no lab
        from ailab.cli_docs import show_docs  # noqa: PLC0415

        return await show_docs(options)
    if options.command == "compare":  # neither
        from ailab.cli_compare import compare_runs  # noqa: PLC0415

        return await compare_runs(options)
    from ailab.cli_commands import run_pictures  # noqa: PLC0415
    from ailab.cli_convert import run_convert  # noqa: PLC0415
    from ailab.cli_describe import run_describe  # noqa: PLC0415
    from ailab.cli_info import run_info  # noqa: PLC0415
    from ailab.cli_search import run_search  # noqa: PLC0415
    from ailab.lab_opener import LabOpener  # noqa: PLC0415

    commands = {
        "search": run_search,
        "info": run_info,
        "run": run_pictures,
        "convert": run_convert,
        "describe": run_describe,
    }
    _heed_ending()
    async with LabOpener(is_demo=options.demo) as lab:
        if options.command != "search":  # a list needs no token, and a key ring may ask questions
            await lab.accounts.find()
        if getattr(options, "device", None) is not None:
            lab.choose_device(options.device)
        return await commands[options.command](lab, options)


def make_parser() -> argparse.ArgumentParser:
    """The parser of the command line."""
    parser: argparse.ArgumentParser = CommandParser(
        prog="ailab",
        description=_DESCRIPTION,
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--version", action="version", version=f"ailab {__version__}")
    add_demo(parser)
    parser.add_argument(
        "--theme",
        choices=("system", "light", "dark"),
        help="colours of the window; by default those chosen last",
    )
    parser.add_argument(
        "--tour",
        metavar="DIR",
        help="without a display: go through the whole workflow by itself, print each step, "
        "and leave screenshots and results in DIR",
    )
    commands = parser.add_subparsers(dest="command", metavar="COMMAND")
    add_search(commands)
    _add_info(commands)
    _add_run(commands)
    add_convert(commands)
    add_describe(commands)
    add_compare(commands)
    docs = add_command(commands, "docs", "read the documentation", "Print a page, or list them.")
    docs.add_argument("page", metavar="PAGE", nargs="?", help="name of a page, such as sheet")
    docs.add_argument(
        "--find", metavar="WORDS", help="lines with these words, of the page or of all"
    )
    return parser


def _add_info(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    info = add_command(
        commands,
        "info",
        "tell about one model, and whether it runs here",
        "Tell what the Hub knows about a model, whether ailab runs it, what would be "
        "downloaded, and if it does not run, why.",
    )
    info.add_argument(
        "model",
        metavar="MODEL",
        help="id, with @REVISION for another than the newest and :VARIANT for other weights, "
        "the address of the model's page, path of a local model, or address of one on a server",
    )
    add_device(info)
    add_json(info)


def _add_run(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    run = add_command(
        commands,
        "run",
        "run a model on pictures",
        "Download what the model needs, run it on each picture, print what it found and, "
        "with --save-to, save results that other programs read: JSON, label images, "
        "annotated copies, and a run.json to repeat the run by.",
    )
    run.epilog = EXIT_STATUSES
    run.add_argument(
        "model",
        metavar="MODEL",
        help="id of a Hub model, with @REVISION for another than the newest and :VARIANT for "
        "other weights (such as int8), path of an .onnx file or of a folder in Hugging Face "
        "layout (with :safetensors behind it, where it was converted and these are meant), or "
        "address of a model on a server (http://host:8000/v2/models/NAME)",
    )
    run.add_argument(
        "images",
        metavar="IMAGE",
        nargs="+",
        help="picture, pattern (photos/*.tif), or folder of pictures",
    )
    run.add_argument(
        "--sub-folders",
        action="store_true",
        help="run the pictures of all folders below those named, too, but for hidden folders, "
        "links, and those of saved runs",
    )
    run.add_argument(
        "--save-to", metavar="DIR", default="", help="a new folder for this run is made in DIR"
    )
    add_resume(run)
    run.add_argument(
        "--threshold",
        type=share,
        metavar="0..1",
        help="confidence below which nothing is printed or drawn (default: the model's own)",
    )
    run.add_argument(
        "--pieces-from",
        type=pixels,
        metavar="PIXELS",
        help="what a piece of a region needs to be counted, where the model labels pixels alone "
        f"(default: {PIECES_FROM}; 0 for all)",
    )
    add_pages(run)
    add_prompt(run)
    add_nearest(run)
    add_place(run)
    add_time_limit(run)
    add_device(run)
    add_json(run)
