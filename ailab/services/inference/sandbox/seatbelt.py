"""macOS's own sandbox around this process, which needs no root.

`sandbox_init` (`sandbox.h`) has been called deprecated for years, and is what browsers use; a
profile is a list of rules of which the last that applies counts. It is kept to what is certain
to hold without breaking a framework: no network, no programs, no writing in the person's home
folder, no reading where programs keep secrets.
"""

from __future__ import annotations

import ctypes
import json
from collections.abc import Iterable
from pathlib import Path

_LIBRARY = "/usr/lib/libSystem.B.dylib"


def seatbelt_profile(
    folder: str, readable: Iterable[str], private: Iterable[str], home: Path, *, network: bool
) -> str:
    """The profile's text.

    Args:
        folder: the only one in the home folder that may be written to.
        readable: folders that may be read though they lie in a private place.
        private: folders and files that may not be read.
        home: the person's home folder.
        network: whether connections may be made.
    """
    rules = ["(version 1)", "(allow default)", "(deny process-exec*)"]
    if not network:
        rules.append("(deny network*)")
    rules.append(f"(deny file-write* {_beneath([str(home)])})")
    if private_places := _beneath(private):
        rules.append(f"(deny file-read-data {private_places})")
    if readable_places := _beneath(readable):
        rules.append(f"(allow file-read-data {readable_places})")
    if folder:
        rules.append(f"(allow file-read-data file-write* {_beneath([folder])})")
    return "\n".join(rules)


def enter_seatbelt(
    folder: str, readable: Iterable[str], private: Iterable[str], home: Path, *, network: bool
) -> None:
    """Hold this process to the profile, for good; see `seatbelt_profile`.

    Raises:
        OSError: macOS refuses the profile.
    """
    profile = seatbelt_profile(folder, readable, private, home, network=network)
    library = ctypes.CDLL(_LIBRARY)
    said = ctypes.c_char_p()
    if library.sandbox_init(profile.encode(), ctypes.c_uint64(0), ctypes.byref(said)) != 0:
        raise OSError(f"sandbox_init: {said.value!r}")


def _beneath(paths: Iterable[str]) -> str:
    # The profile's strings are quoted like those of JSON.
    return " ".join(f"(subpath {json.dumps(path, ensure_ascii=False)})" for path in paths)
