"""Fixtures and hooks for every test."""

from __future__ import annotations

import asyncio
import inspect
import itertools
import os
import sys
from collections.abc import Callable, Generator, Iterator
from pathlib import Path
from typing import Any

import pytest

from real_models import real_model_layout

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ.setdefault("QT_API", "pyqt6")


def _limit(test: pytest.Function) -> float:
    """Seconds that a coroutine test may take."""
    return 60 if test.get_closest_marker("slow") is None else 240


def pytest_pyfunc_call(pyfuncitem: pytest.Function) -> bool | None:
    """Run a coroutine test on an asyncio loop of its own; a stray error in the loop fails it."""
    if not inspect.iscoroutinefunction(pyfuncitem.obj):
        return None
    arguments = {
        name: pyfuncitem.funcargs[name]
        for name in pyfuncitem._fixtureinfo.argnames  # the hook's own contract
    }
    stray: list[dict[str, Any]] = []

    async def run() -> None:
        asyncio.get_running_loop().set_exception_handler(lambda _, context: stray.append(context))
        try:
            await asyncio.wait_for(pyfuncitem.obj(**arguments), timeout=_limit(pyfuncitem))
        finally:
            _still_the_views()

    with asyncio.Runner() as runner:
        runner.run(run())
    if stray:
        error = stray[0].get("exception")
        raise AssertionError(f"stray error in the loop: {stray[0]['message']}") from error
    return True


def _still_the_views() -> None:
    """Stop the timers of widgets: one that fired later would start work with no loop to run it."""
    if sys.modules.get("PyQt6.QtWidgets") is None:  # or kept from being imported
        return
    from PyQt6.QtCore import QTimer  # noqa: PLC0415 - most tests need no Qt
    from PyQt6.QtWidgets import QApplication  # noqa: PLC0415

    for widget in QApplication.topLevelWidgets():
        for timer in widget.findChildren(QTimer):
            timer.stop()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_teardown() -> Generator[None]:
    """Delete the test's windows in the end, which Qt puts off to a loop that never comes.

    Python would collect what it has of them while a later test dresses all windows anew.
    """
    yield
    if sys.modules.get("PyQt6.QtWidgets") is not None:
        from PyQt6.QtCore import QCoreApplication, QEvent  # noqa: PLC0415 - most need no Qt

        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)


@pytest.fixture(scope="session")
def shared_dir() -> Path:
    """The folder of shared real data beside the project."""
    folder = Path(__file__).parents[2] / "shared"
    if not (folder / "realdata").is_dir():
        pytest.skip("the shared data folder ../shared is not here")
    return folder


@pytest.fixture
def real_models(shared_dir: Path, tmp_path: Path) -> Callable[[str], Path]:
    """A factory of folders with real trained models; see `real_model_layout`."""
    return real_model_layout(shared_dir / "realdata", tmp_path / "models")


@pytest.fixture(scope="session")
def homes(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Folders that lie nowhere yet, another for each test."""
    folder = tmp_path_factory.mktemp("homes")
    return (folder / f"{number}" for number in itertools.count())


@pytest.fixture(autouse=True)
def no_surroundings(
    request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch, homes: Iterator[Path]
) -> None:
    """Keep a person's own token, cache, proxy, settings and key ring out of the tests."""
    # Making `tmp_path` takes longer than most tests, so that it is left to those that ask for it,
    # which then find all that was written there.
    asks = "tmp_path" in request.fixturenames
    home: Path = request.getfixturevalue("tmp_path") if asks else next(homes)
    for name in list(os.environ):
        if name.startswith(
            ("HF_", "HUGGING", "TRANSFORMERS_", "AILAB_SERVER_")
        ) or name.lower().endswith("_proxy"):
            monkeypatch.delenv(name)
    monkeypatch.setenv("HF_HOME", str(home / "hf-home"))
    monkeypatch.setenv("AILAB_HOME", str(home / "ailab-home"))
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", "keyring.backends.null.Keyring")
    monkeypatch.setenv("NO_PROXY", "127.0.0.1,localhost")
