"""Graphics cards made ready before a worker can start no program any more."""

from __future__ import annotations

import logging
from pathlib import Path

_log = logging.getLogger(__name__)
_PATIENCE = 10.0  # seconds
_PLACES = ("/usr/bin/nvidia-modprobe", "/usr/sbin/nvidia-modprobe", "/sbin/nvidia-modprobe")


def make_devices_ready(devices: Path = Path("/dev"), tools: tuple[str, ...] = _PLACES) -> None:
    """Have NVIDIA's device for computing made where it is not there yet.

    CUDA makes it by starting NVIDIA's own small tool, which the worker's walls refuse; it is
    there already on most machines, and always once anything has computed.
    """
    if not (devices / "nvidiactl").exists() or (devices / "nvidia-uvm").exists():
        return
    tool = next((tool for tool in tools if Path(tool).is_file()), None)
    if tool is None:
        return
    import subprocess  # noqa: PLC0415 - hardly ever needed

    try:
        subprocess.run((tool, "-u", "-c=0"), timeout=_PATIENCE, check=True)  # noqa: S603 - fixed
    except (OSError, subprocess.SubprocessError) as error:
        _log.info("no device for computing on the graphics card: %r", error)
