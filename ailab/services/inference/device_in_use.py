"""What a loaded network runs on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from ailab.services.inference.device import CPU, DEVICES, SERVER, device_name
from ailab.services.inference.json_fields import Fields
from ailab.services.inference.precision import PRECISIONS, half_words


@dataclass(frozen=True, slots=True)
class DeviceInUse:
    """What a network was loaded on, and why not on what was wanted.

    Attributes:
        device: key of the device, see `device.py`.
        note: why it is not the one that was chosen, or the first of the automatic choice, and what
            else a person should know of the run; may be empty.
        precision: in which numbers most of its weights are, one of `PRECISIONS`; empty where that
            is not known.
    """

    device: str = CPU
    note: str = ""
    precision: str = ""

    @property
    def words(self) -> str:
        """` on CUDA, in half precision (bfloat16)`; less where there is less to say of it."""
        where = "" if self.device == CPU else f" on {device_name(self.device)}"
        half = half_words(self.precision)
        return f"{where}, in {half}" if half else where


ON_CPU = DeviceInUse()


def device_to_json(placed: DeviceInUse) -> dict[str, Any]:
    """The JSON object of a device in use."""
    return {"device": placed.device, "note": placed.note, "precision": placed.precision}


def device_from_json(fields: Fields) -> DeviceInUse:
    """The device in use that `device_to_json` was given.

    Raises:
        BadFieldError: something is missing or not what it should be.
    """
    device = fields.text("device")
    precision = fields.text("precision")
    return DeviceInUse(
        device if device in {*DEVICES, SERVER} else CPU,
        fields.text("note"),
        precision if precision in PRECISIONS else "",
    )
