"""Other computers on the network whose shared folders may be opened."""

from __future__ import annotations

import os
import re
from pathlib import Path

from ailab.services.local_path import typed_path

_HERE = re.compile(r"[A-Za-z]:")
_DEVICES = ("\\\\?\\", "\\\\.\\", "\\??\\")


class NamedShares:
    r"""Remembers which of them a person named, by the paths that were chosen in this window.

    To open `\\host\share\a.png` is to sign in to that host with the person's own account, which
    Windows does unasked. Saved results may come from a stranger, and name any host.

    Args:
        paths: where the person is at home.
        is_windows: paths mean other computers; elsewhere shares are mounted before.
    """

    def __init__(self, *paths: str | Path, is_windows: bool = os.name == "nt") -> None:
        self._is_windows = is_windows
        self._hosts: set[str] = set()
        for path in paths:
            self.name(path)

    def name(self, path: str | Path) -> None:
        """Take note of a path that the person chose, as one whose host may be asked."""
        if host := self._host_of(path):
            self._hosts.add(host.lower())

    def strange(self, path: str | Path) -> str:
        """The host of a path whose shares nobody named; empty for any other path."""
        host = self._host_of(path)
        return "" if host.lower() in self._hosts else host

    def _host_of(self, path: str | Path) -> str:
        return host_of_share(str(path)) if self._is_windows else ""


def host_of_share(path: str) -> str:
    r"""The host of a path as Windows reads it, as in `\\host\share\a.png`; else empty.

    Names of devices, such as `\\?\UNC\host\share`, are ways around of writing the same; of those
    that are no drive's the kind counts as the host.
    """
    path = typed_path(path).strip().replace("/", "\\")
    if path.startswith(_DEVICES):
        path = path[4:]
        if _HERE.match(path):
            return ""
        kind, _, rest = path.partition("\\")
        path = f"\\\\{rest}" if kind.upper() == "UNC" else f"\\\\{path}"
    return path[2:].lstrip("\\").partition("\\")[0] if path.startswith("\\\\") else ""
