"""A key ring for tests of whole programs, where none of the system's is at hand."""

from __future__ import annotations

import os
from pathlib import Path

from keyring.backend import KeyringBackend


class RingOnDisk(KeyringBackend):
    """Holds one password, whoever asks: the text of the file that `RING_ON_DISK` names."""

    priority = 1.0

    def get_password(self, service: str, username: str) -> str | None:
        return Path(os.environ["RING_ON_DISK"]).read_text("utf-8")

    def set_password(self, service: str, username: str, password: str) -> None:
        Path(os.environ["RING_ON_DISK"]).write_text(password, "utf-8")
