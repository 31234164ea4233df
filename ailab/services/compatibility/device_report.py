"""What models can run on here, and will, in words."""

from __future__ import annotations

from dataclasses import dataclass, replace

from ailab.services.compatibility.device_forecast import forecast
from ailab.services.compatibility.gpu import NVIDIA, Gpu
from ailab.services.compatibility.machine import Machine, read_machine
from ailab.services.inference.device import AUTO, CUDA, TENSORRT, device_name
from ailab.services.inference.engine_name import engine_name
from ailab.services.inference.engine_table import SERVED


@dataclass(frozen=True, slots=True)
class DeviceReport:
    """What there is to say beside the choice of a device.

    Attributes:
        usable: keys of the devices that an installed engine can use here.
        words: on what each engine runs by the choice, and why not on the graphics card.
        command: what to type so that the card is used; empty where nothing helps.
    """

    usable: tuple[str, ...]
    words: str
    command: str = ""


def report_devices(choice: str = AUTO, machine: Machine | None = None) -> DeviceReport:
    """Tell what a choice leads to; to be called in a thread.

    Args:
        choice: one of `device.CHOICES`.
        machine: what is known of this machine; None to read it.
    """
    machine = replace(machine or read_machine(), choice=choice)
    engines = sorted(machine.engines - {SERVED})  # which runs nothing here
    found = [(engine, forecast(engine, machine)) for engine in engines]
    runs = [f"{engine_name(engine)} on {_device(each.device, each.card)}" for engine, each in found]
    words = [f"Now: {', '.join(runs)}."] if runs else []
    words += [word for _, each in found for word in (each.why_not, each.advice) if word]
    built = {key for engine in engines for key in machine.devices.get(engine, ())}
    has_cuda = machine.gpu is not None and machine.gpu.maker == NVIDIA
    usable = sorted(key for key in built if has_cuda or key not in {CUDA, TENSORRT})
    command = next((each.command for _, each in found if each.command), "")
    return DeviceReport(tuple(usable), " ".join(words), command)


def _device(key: str, card: Gpu | None) -> str:
    if card is not None:
        return f"{device_name(key)} ({card.name})"
    return f"the {device_name(key)}" if key == "cpu" else device_name(key)
