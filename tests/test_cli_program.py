"""The command line as the process that a person starts."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

import ailab
from ailab.exit_status import OK

DETECTOR = "ailab-demo/centre-point-nuclei"
NUCLEI = Path(ailab.__file__).parent / "demo" / "pictures" / "nuclei" / "nuclei-1.jpg"


@pytest.fixture(scope="module")
def whole_program(tmp_path_factory: pytest.TempPathFactory) -> subprocess.CompletedProcess[str]:
    """A run in a terminal that lacks letters; in its last line what it imported that draws."""
    picture = tmp_path_factory.mktemp("pictures") / "zürich 細胞.jpg"
    picture.write_bytes(NUCLEI.read_bytes())
    program = (
        "import sys\n"
        "from ailab.__main__ import main\n"
        "sys.argv = ['ailab', 'run', sys.argv[1], sys.argv[2], '--demo']\n"
        "status = main()\n"
        "drawing = [n for n in sys.modules if n in ('PyQt6.QtGui', 'PyQt6.QtWidgets', 'qasync')]\n"
        "print(drawing)\n"
        "sys.exit(status)\n"
    )
    return subprocess.run(
        [sys.executable, "-c", program, DETECTOR, str(picture)],
        env=os.environ | {"PYTHONIOENCODING": "ascii"},
        capture_output=True,
        text=True,
        check=False,
    )


def test_that_letters_that_the_terminal_lacks_break_nothing(
    whole_program: subprocess.CompletedProcess[str],
) -> None:
    assert whole_program.returncode == OK, whole_program.stderr
    assert "rich" in whole_program.stdout
    assert "nucleus" in whole_program.stdout


def test_that_commands_import_nothing_that_draws(
    whole_program: subprocess.CompletedProcess[str],
) -> None:
    assert whole_program.returncode == OK, whole_program.stderr
    assert whole_program.stdout.splitlines()[-1] == "[]"
