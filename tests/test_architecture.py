"""The floors of the house, held by reading the imports."""

from __future__ import annotations

import ast
import os
import re
import subprocess
import sys
from collections.abc import Iterator, Mapping
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "ailab"

FORBIDDEN = {
    "services": ("PyQt6", "qasync", "ailab.viewmodels", "ailab.views", "ailab.app"),
    "viewmodels": (
        "aiohttp",
        "numpy",
        "onnxruntime",
        "PIL",
        "qasync",
        "PyQt6.QtGui",
        "PyQt6.QtWidgets",
        "ailab.views",
        "ailab.app",
    ),
    "views": ("aiohttp", "numpy", "onnxruntime", "PIL", "qasync", "ailab.app"),
    "demo": ("PyQt6", "qasync", "ailab.viewmodels", "ailab.views", "ailab.app"),
    "cli": ("PyQt6.QtGui", "PyQt6.QtWidgets", "qasync", "ailab.views", "ailab.app"),
}
"""What the files of a floor may not import, at their top or lazily."""

IMPORTED = re.compile(r"^[ \t]*(?:from|import) (ailab[\w.]*)(?: import (\w+))?", re.MULTILINE)
HALVES = {
    # What the lab is made of, and how its parts follow one another.
    ("ailab.lab_links", "ailab.lab"),
    # The actor that holds a run on the cluster holds the same as runs elsewhere.
    ("ailab.services.ray_run.run_there", "ailab.services.ray_run.ray_pictures"),
}
"""What is one thing in two files: the import of the second by the first does not count."""


def imports_of(source: str) -> Iterator[str]:
    """Every module that a source imports, the names taken from it included."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "imports are absolute"
            yield node.module or ""
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def breaches(floor: str, source: str) -> list[str]:
    """The imports that a floor may not have."""
    # Each stands there by its own name: reading all of the code as code takes a second a floor.
    named = (re.escape(forbidden.rpartition(".")[2]) for forbidden in FORBIDDEN[floor])
    if not re.search(rf"\b({'|'.join(named)})\b|from \.", source):
        return []
    return [
        name
        for name in imports_of(source)
        for forbidden in FORBIDDEN[floor]
        if name == forbidden or name.startswith(forbidden + ".")
    ]


def files_of(floor: str) -> list[Path]:
    return [*(PACKAGE / floor).rglob("*.py"), *PACKAGE.glob(f"{floor}*.py")]


def circle_in(sources: Mapping[str, str]) -> list[str]:
    """The modules of a circle, each imported by the next; none where there is none."""
    order: TopologicalSorter[str] = TopologicalSorter()
    for name, source in sources.items():
        for module, taken in IMPORTED.findall(source):
            of_package = f"{module}.{taken}"
            needed = of_package if of_package in sources else module
            if needed in sources and needed != name and (name, needed) not in HALVES:
                order.add(name, needed)
    try:
        order.prepare()
    except CycleError as error:
        return list(error.args[1])
    return []


@pytest.mark.parametrize("floor", FORBIDDEN)
def test_that_each_floor_imports_only_what_it_may(floor: str) -> None:
    files = files_of(floor)
    assert files
    found = {
        str(file.relative_to(ROOT)): names
        for file in files
        if (names := breaches(floor, file.read_text(encoding="utf-8")))
    }
    assert found == {}


@pytest.mark.parametrize(
    ("floor", "source"),
    [
        ("viewmodels", "from PyQt6.QtWidgets import QWidget"),
        ("viewmodels", "from PyQt6 import QtWidgets"),
        ("viewmodels", "def late():\n    import aiohttp"),
        ("services", "import PyQt6"),
        ("services", "from PyQt6.QtCore import QObject"),
        ("views", "import aiohttp.web"),
        ("cli", "from PyQt6.QtGui import QImage"),
    ],
)
def test_that_a_breach_would_be_seen(floor: str, source: str) -> None:
    assert breaches(floor, source)


def test_that_no_nested_event_loop_is_ever_started() -> None:
    found = [
        str(file.relative_to(ROOT))
        for file in PACKAGE.rglob("*.py")
        if any(word in file.read_text(encoding="utf-8") for word in (".exec(", "processEvents("))
    ]
    assert found == []


def test_that_no_file_grows_beyond_what_can_be_read_at_a_sitting() -> None:
    long = {
        str(file.relative_to(ROOT)): lines
        for file in PACKAGE.rglob("*.py")
        if (lines := len(file.read_text(encoding="utf-8").splitlines())) > 300
    }
    assert long == {}


@pytest.mark.slow  # runs all of their tests once more
def test_that_view_models_need_no_widgets_no_display_and_no_network(tmp_path: Path) -> None:
    """Their tests pass in a process that has none of these."""
    settings = tmp_path / "pytest.ini"
    settings.write_text(
        f"[pytest]\npythonpath = {ROOT / 'tests'}\naddopts = --import-mode=importlib\n"
        "markers = slow\n",
        encoding="utf-8",
    )
    program = (
        "import socket, sys\n"
        "for name in ('PyQt6.QtGui', 'PyQt6.QtWidgets', 'PyQt6.QtNetwork', 'aiohttp'):\n"
        "    sys.modules[name] = None\n"
        "def refuse(*_): raise OSError('no network here')\n"
        "socket.socket.connect = refuse\n"
        "import pytest\n"
        "sys.exit(pytest.main(['-q', '-c', sys.argv[1], '-p', 'no:pytest-qt',\n"
        "    '-p', 'no:cacheprovider', '-m', 'not slow', '--assert=plain',\n"
        "    '--basetemp', sys.argv[3], sys.argv[2]]))\n"
    )
    environment = {
        name: value
        for name, value in os.environ.items()
        if name not in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")
    }
    outcome = subprocess.run(
        [
            *(sys.executable, "-c", program, str(settings)),
            *(str(ROOT / "tests" / "viewmodels"), str(tmp_path / "made")),
        ],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert outcome.returncode == 0, outcome.stdout + outcome.stderr


def test_that_nothing_is_imported_in_a_circle_not_even_lazily_or_for_its_types_alone() -> None:
    sources = {
        ".".join(file.relative_to(PACKAGE.parent).with_suffix("").parts): file.read_text("utf-8")
        for file in PACKAGE.rglob("*.py")
    }
    assert len(sources) > 500
    assert circle_in(sources) == []


def test_that_a_circle_would_be_found() -> None:
    assert circle_in(
        {
            "ailab.a": "from ailab.b import B\n",
            "ailab.b": "def b() -> None:\n    from ailab import c\n",
            "ailab.c": "if TYPE_CHECKING:\n    from ailab.a import A\n",
        }
    )


def test_that_every_file_that_the_plan_of_the_house_names_is_there() -> None:
    plan = (ROOT / "ARCHITECTURE.md").read_text(encoding="utf-8")
    named = set(re.findall(r"(?<![\w/*…])[a-z_]\w*(?:/\w+)*\.py\b", plan))
    files = {
        "/" + file.relative_to(ROOT).as_posix()
        for folder in (PACKAGE, ROOT / "tests")
        for file in folder.rglob("*.py")
    }
    assert len(named) > 50
    assert {each for each in named if not any(file.endswith(f"/{each}") for file in files)} == set()
