"""Runs on the command line that are ended in the middle, and their folders compared."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import ailab

NUCLEI = Path(ailab.__file__).parent / "demo" / "pictures" / "nuclei"

# In a thread of its own, so that the loop lives on and hears signals.
_GATED = """
import sys, threading
from ailab.services.results.run_journal import RunJournal

note, seen, gate = RunJournal._note, [], threading.Event()

def note_and_stop(self, result):
    if len(seen) == {count}:
        print("the gate", flush=True)
        gate.wait()
    note(self, result)
    seen.append(result.picture)

RunJournal._note, close = note_and_stop, RunJournal.close

async def open_and_close(self, *, is_over):
    gate.set()
    await close(self, is_over=is_over)

RunJournal.close = open_and_close
from ailab.__main__ import main
sys.exit(main())
"""

_PATIENCE = 120.0  # seconds
_TIMES = ("started", "finished", "date_created", "timings")


def kill_after(count: int, *arguments: str, by: signal.Signals | None = None) -> str:
    """Run `ailab` and end it once so many pictures are noted as done and one more is saved.

    Args:
        count: of pictures.
        arguments: of the command.
        by: a signal that it hears; None to kill it.

    Returns:
        What it wrote to standard error.
    """
    command = [sys.executable, "-c", _GATED.format(count=count), *arguments]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=dict(os.environ)
    ) as child:
        assert child.stdout is not None
        for line in child.stdout:
            if line == b"the gate\n":
                break
        else:
            assert child.stderr is not None
            raise AssertionError(child.stderr.read().decode())
        if by is None:
            child.kill()
        else:
            child.send_signal(by)
        try:
            return child.communicate(timeout=_PATIENCE)[1].decode()
        finally:
            child.kill()  # without effect where it has ended


def contents(folder: Path) -> dict[str, Any]:
    """The files of a run by their names: bytes, and of JSON what it says but for times."""
    return {
        str(file.relative_to(folder)): _content(file)
        for file in sorted(folder.rglob("*"))
        if file.is_file()
    }


def _content(file: Path) -> Any:
    if file.suffix != ".json":
        return file.read_bytes()
    return _without_times(json.loads(file.read_bytes()))


def _without_times(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _without_times(each) for name, each in value.items() if name not in _TIMES}
    return [_without_times(each) for each in value] if isinstance(value, list) else value
