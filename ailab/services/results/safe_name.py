"""Names that Linux, macOS and Windows all accept for a file or folder."""

from __future__ import annotations

import hashlib
import re

# Microsoft, "Naming Files, Paths, and Namespaces"; surrogates stand for bytes that are no text.
_FORBIDDEN = re.compile(r'[<>:"/\\|?*\x00-\x1f\x7f\ud800-\udfff]')
_DEVICE = re.compile(r"(con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³])(\.|$)", re.IGNORECASE)
_LONGEST = 180
"""Bytes in UTF-8; file systems allow 255, and endings and numbers are yet to come."""

_MOST_IN_NAME = 60


def safe_name(text: str) -> str:
    """A text as a name for a file or folder, as like it as the three systems allow."""
    name = _FORBIDDEN.sub("_", text)
    name = name.encode()[:_LONGEST].decode(errors="ignore").strip(" .") or "_"
    return f"_{name}" if _DEVICE.match(name) else name


def distinct_name(text: str, shown: str = "") -> str:
    """A name that the three systems allow, and that no other text becomes too.

    Args:
        text: what is told apart.
        shown: what of it people read in the name; empty for all.
    """
    digest = hashlib.sha256(text.encode()).hexdigest()[:8]
    return f"{safe_name(shown or text)[:_MOST_IN_NAME]}-{digest}"
