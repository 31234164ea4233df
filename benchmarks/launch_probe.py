"""Start a Qt program and print when its first window was painted; run by `startup.py`.

    python launch_probe.py BINDING MODULE[@WIDGET] [ARGUMENT ...]

An event filter on the application waits for the first paint of a top-level window that is no
splash screen, or of a widget of the class named WIDGET; it prints the wall clock in nanoseconds
and ends the process at once. What the probe itself imports, the program would import as well.
"""

from __future__ import annotations

import os
import runpy
import sys
import time
from importlib import import_module
from typing import Any


def main() -> None:
    """Patch the binding's QApplication, then run the program as its own `__main__`."""
    binding, target, *arguments = sys.argv[1:]
    module, _, wanted = target.partition("@")
    core: Any = import_module(f"{binding}.QtCore")
    widgets: Any = import_module(f"{binding}.QtWidgets")
    paint = core.QEvent.Type.Paint
    window_kind = core.Qt.WindowType.Window

    def is_awaited(watched: Any) -> bool:
        if not isinstance(watched, widgets.QWidget) or not watched.isVisible():
            return False
        if wanted:
            return type(watched).__name__ == wanted
        return bool(watched.isWindow() and watched.windowType() == window_kind)

    class FirstPaint(core.QObject):  # type: ignore[misc]  # the binding is chosen at run time
        def eventFilter(self, watched: Any, event: Any) -> bool:  # noqa: N802 - Qt's name
            if event.type() == paint and is_awaited(watched):
                # The paint itself is carried out first: the timer's turn comes after it.
                core.QTimer.singleShot(0, tell)
            return False

    def tell() -> None:
        os.write(1, f"painted {time.time_ns()}\n".encode())
        os._exit(0)

    begin = widgets.QApplication.__init__
    filters: list[Any] = []

    def begin_with_filter(application: Any, *given: Any) -> None:
        begin(application, *given)
        filters.append(FirstPaint())
        application.installEventFilter(filters[0])

    widgets.QApplication.__init__ = begin_with_filter
    sys.argv = [module, *arguments]
    runpy.run_module(module, run_name="__main__", alter_sys=True)


if __name__ == "__main__":
    main()
