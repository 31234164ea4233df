"""What may be imported before the window is painted, and before it is used."""

from __future__ import annotations

import subprocess
import sys

import pytest

HEAVY = ("aiohttp", "numpy", "onnxruntime", "PIL", "filelock", "huggingface_hub")


def imported_by(program: str) -> set[str]:
    """The top-level modules in a fresh interpreter after a program."""
    outcome = subprocess.run(
        [sys.executable, "-c", f"{program}\nimport sys\nprint(*sys.modules, sep='\\n')"],
        capture_output=True,
        text=True,
        check=True,
    )
    return set(outcome.stdout.splitlines())


def test_that_the_window_paints_before_the_lab_is_imported() -> None:
    modules = imported_by("import ailab.cli, ailab.app")
    assert "ailab.views.main_window" in modules
    assert not modules & {*HEAVY, "ailab.lab", "ailab.views.inference_view"}
    assert not {name for name in modules if name.startswith("ailab.viewmodels")}


@pytest.mark.parametrize(
    "program",
    [
        "import ailab.lab, ailab.views.inference_view, ailab.views.model_browser_picker",
        "import ailab.views.model_browser_dialog, ailab.views.results_panel",
        "from ailab.lab import Lab; Lab('http://127.0.0.1:9')",
    ],
)
def test_that_the_lab_stands_in_the_window_before_anything_heavy_is_imported(program: str) -> None:
    assert not imported_by(program) & set(HEAVY)


def test_that_the_process_of_the_models_imports_nothing_that_only_the_window_needs() -> None:
    modules = imported_by("import ailab.services.inference.worker")
    assert "ailab.services.inference.worker_loop" in modules
    assert not modules & {*HEAVY, "asyncio", "http", "urllib.request"}
