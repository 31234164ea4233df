"""The second wall, on every system: what Python itself is not to do in the worker.

An audit hook (PEP 578) hears of each file that Python opens, each address that it connects to,
each program that it starts, before that happens, and can never be taken away again. It sees
nothing of native code, for which the first wall stands where the system has one; so it holds what
no model's files ask for as long as libraries do what they are meant to, and stops a slip of ours
or of theirs: a pickle that is opened after all, a download, code from a repository.
"""

from __future__ import annotations

import errno
import os
import sys
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

_NEVER = frozenset(
    {
        "os.exec", "os.fork", "os.forkpty", "os.posix_spawn", "os.spawn", "os.startfile",
        "os.startfile/2", "os.system", "pty.spawn", "subprocess.Popen", "webbrowser.open",
        "_winapi.CreateProcess", "pickle.find_class", "sqlite3.load_extension",
        "winreg.CreateKey", "winreg.DeleteKey", "winreg.DeleteValue", "winreg.SetValue",
        "winreg.LoadKey", "winreg.SaveKey", "syslog.syslog", "os.symlink", "os.link",
    }
)  # fmt: skip
_NETWORK = frozenset(
    {
        "socket.connect", "socket.bind", "socket.sendto", "socket.sendmsg", "socket.getaddrinfo",
        "socket.gethostbyaddr", "socket.gethostbyname", "socket.getnameinfo",
        "ftplib.connect", "http.client.connect", "imaplib.open", "nntplib.connect",
        "poplib.connect", "smtplib.connect", "telnetlib.Telnet.open", "urllib.Request",
    }
)  # fmt: skip
_CHANGES = frozenset(
    {
        "os.chmod", "os.chown", "os.mkdir", "os.remove", "os.removexattr", "os.rename", "os.rmdir",
        "os.setxattr", "os.truncate", "os.utime", "os.chflags",
    }
)  # fmt: skip
_PRIVATE = (
    "snap",
    # macOS.
    "Library/Application Support", "Library/Cookies", "Library/Keychains", "Library/Mail",
    "Library/Messages", "Library/Safari",
    # Windows; its folder for temporary files lies beside these.
    "AppData/Local/BraveSoftware", "AppData/Local/Google", "AppData/Local/Microsoft",
    "AppData/Roaming/gnupg", "AppData/Roaming/Microsoft", "AppData/Roaming/Mozilla",
)  # fmt: skip
_WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND


class AuditWall:
    """Refuses, by `PermissionError`, what no model needs of Python; see `build`.

    Args:
        folder: the only one in which files may be made, written and removed.
        readable: folders and files that may be read though they lie in a private place; no code
            in them, nor in `folder`, is run.
        code: where Python and its packages lie, which may be read and run.
        private: folders and files that may not be read: a person's keys, tokens, browsers.
        network: whether connections may be made.
    """

    def __init__(
        self,
        folder: str,
        readable: Iterable[str],
        code: Iterable[str],
        private: Iterable[str],
        *,
        network: bool,
    ) -> None:
        self._own = _beneath((folder,) if folder else ())
        self._given = _beneath((*readable, *self._own))
        self._code = _beneath(code)
        self._private = _beneath(private)
        self._is_open_to_it = (*self._given, *self._code)
        self._devices = {_absolute(os.devnull), "/dev/full/", "/dev/tty/"}
        self._pid = os.getpid()
        self._checks: dict[str, Callable[[str, tuple[Any, ...]], None]] = {
            **dict.fromkeys(_NEVER if network else _NEVER | _NETWORK, _refuse),
            **dict.fromkeys(_CHANGES, self._check_change),
            "open": self._check_open,
            "os.listdir": self._check_listing,
            "os.scandir": self._check_listing,
            "os.kill": self._check_kill,
            "os.killpg": _refuse,
            "exec": self._check_code,
            "import": self._check_import,
        }

    def build(self) -> None:
        """Put the wall up, for good."""
        find = self._checks.get

        def hook(event: str, arguments: tuple[Any, ...]) -> None:
            if (check := find(event)) is not None:
                check(event, arguments)

        sys.addaudithook(hook)

    def _is_hidden(self, path: str) -> bool:
        return path.startswith(self._private) and not path.startswith(self._is_open_to_it)

    def _is_given(self, name: str) -> bool:
        """True for what belongs to a model.

        A model may lie among packages, and packages in a folder of models.
        """
        path = f"{name}{os.sep}"
        if not path.startswith(self._given):
            return False
        return _depth(path, self._given) > _depth(path, self._code)

    def _check_open(self, event: str, arguments: tuple[Any, ...]) -> None:
        path, _, flags = arguments
        place = _absolute(path)
        if place is None:
            return
        if isinstance(flags, int) and flags & _WRITING:
            if not place.startswith(self._own) and place not in self._devices:
                _refuse(event, arguments)
        elif self._is_hidden(place):
            _refuse(event, arguments)

    def _check_change(self, event: str, arguments: tuple[Any, ...]) -> None:
        for path in arguments[: 2 if event == "os.rename" else 1]:
            place = _absolute(path)
            if place is not None and not place.startswith(self._own):
                _refuse(event, arguments)

    def _check_listing(self, event: str, arguments: tuple[Any, ...]) -> None:
        place = _absolute(arguments[0])
        if place is not None and self._is_hidden(place):
            _refuse(event, arguments)

    def _check_kill(self, event: str, arguments: tuple[Any, ...]) -> None:
        if arguments[0] != self._pid:
            _refuse(event, arguments)

    def _check_code(self, event: str, arguments: tuple[Any, ...]) -> None:
        name = getattr(arguments[0], "co_filename", "")
        if name[:1] != "<" and self._is_given(name):
            _refuse(event, (name,))

    def _check_import(self, event: str, arguments: tuple[Any, ...]) -> None:
        name = arguments[1]
        if isinstance(name, str) and self._is_given(name):
            _refuse(event, (name,))


def private_places(home: Path) -> tuple[str, ...]:
    """Where programs keep keys, tokens and browsers' profiles in a home folder, by system."""
    try:
        hidden = [entry.path for entry in os.scandir(home) if entry.name.startswith(".")]
    except OSError:
        hidden = [str(home / ".ssh")]
    return (*hidden, *(str(home / name) for name in _PRIVATE))


def _depth(path: str, places: Iterable[str]) -> int:
    """The length of the longest of the places that a path lies beneath."""
    return max((len(place) for place in places if path.startswith(place)), default=0)


def _beneath(paths: Iterable[str]) -> tuple[str, ...]:
    """Paths as the start of all that lies beneath them, links followed and not."""
    both = {form for path in paths for form in (os.path.realpath(path), os.path.abspath(path))}  # noqa: PTH100
    return tuple(f"{path.rstrip(os.sep)}{os.sep}" for path in sorted(both))


def _absolute(place: object) -> str | None:
    """A path as the start of what lies beneath it; None for an open descriptor."""
    if isinstance(place, int) or place is None:
        return None
    # Thousands of files are opened while an engine is imported, most of them by a plain path.
    is_plain = isinstance(place, str) and "/." not in place and "//" not in place
    if is_plain and place[:1] == os.sep == "/":  # type: ignore[index]
        return f"{place}/"
    try:
        return f"{os.path.abspath(os.fsdecode(place))}{os.sep}"  # type: ignore[arg-type] # noqa: PTH100
    except (TypeError, ValueError):
        return None


def _refuse(event: str, arguments: tuple[Any, ...]) -> None:
    what = ", ".join(f"{each!r:.200}" for each in arguments[:2])
    raise PermissionError(errno.EACCES, f"the worker's walls refuse {event}: {what}")
