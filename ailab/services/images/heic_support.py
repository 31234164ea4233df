"""Whether the pictures of phones in HEIF's container, HEIC most of all, can be read here."""

from __future__ import annotations

from importlib.util import find_spec

from ailab.services.install_command import install_command

HEIC_ENDINGS = frozenset({".heic", ".heif", ".hif"})


def reads_heic() -> bool:
    """True where pillow-heif is installed, which brings libheif; it is not imported."""
    try:
        return find_spec("pillow_heif") is not None
    except (ImportError, ValueError):  # a broken installation
        return False


def heic_command() -> str:
    """What installs it; empty where nothing can be added (a packed app)."""
    return install_command("heic")
