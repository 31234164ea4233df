"""The picture that a sheet is tried on before a person has chosen one."""

from __future__ import annotations

from pathlib import Path

_PATH = Path(__file__).resolve().parent / "pictures" / "fasteners" / "bench-1.jpg"

EXAMPLE_PICTURE = str(_PATH) if _PATH.exists() else ""
"""Path of one of the demo's pictures: nuts, bolts and gears on a bench; empty if not there."""
