"""ailab's own modules compiled before a worker may write no file any more."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

_SERVICES = Path(__file__).resolve().parents[2]
_KEPT = "__pycache__"


def compile_ahead() -> None:
    """Compile what has changed, where ailab runs from its source folder; else nothing.

    Installers compile what they install. From a source folder each worker would else compile
    the same modules anew, since Python could not keep them.
    """
    with suppress(OSError):
        is_installed = _SERVICES.parents[1].name in {"site-packages", "dist-packages"}
        if is_installed or not os.access(_SERVICES, os.W_OK):
            return
        stale = tuple(_stale_sources())
        if stale:
            import compileall  # noqa: PLC0415 - after a change only

            for source in stale:
                compileall.compile_file(source, quiet=2)


def _stale_sources() -> Iterator[str]:
    """Sources without compiled code of their own age; as many looks at the disk as files."""
    ending = f".{sys.implementation.cache_tag}.pyc"
    for folder, folders, names in os.walk(_SERVICES):
        if _KEPT in folders:
            folders.remove(_KEPT)
        compiled: dict[str, float] = {}
        with suppress(FileNotFoundError), os.scandir(Path(folder, _KEPT)) as entries:
            compiled = {each.name: each.stat().st_mtime for each in entries}
        for name in names:
            if name.endswith(".py"):
                source = os.path.join(folder, name)  # noqa: PTH118 - hundreds, at each start
                if compiled.get(name[:-3] + ending, 0.0) < os.stat(source).st_mtime:  # noqa: PTH116
                    yield source
