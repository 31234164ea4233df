"""Where PyTorch puts a network."""

from __future__ import annotations

import pytest

pytest.importorskip("torch", reason="the extra torch is not installed")

import torch

from ailab.services.inference import torch_devices
from ailab.services.inference.device_in_use import DeviceInUse
from ailab.services.inference.torch_devices import place_network


class _Network:
    """Tells where it was moved to; one device has no room for it."""

    def __init__(self, full: str = "") -> None:
        self.places: list[str] = []
        self._full = full

    def to(self, place: str) -> _Network:
        if place == self._full:
            raise torch.OutOfMemoryError("CUDA out of memory.\nTried to allocate 2 GiB.")
        self.places.append(place)
        return self


@pytest.fixture
def all_there(monkeypatch: pytest.MonkeyPatch) -> None:
    there = frozenset({"cpu", "cuda", "mps"})
    monkeypatch.setattr(torch_devices, "available_devices", lambda: there)


@pytest.mark.usefixtures("all_there")
@pytest.mark.parametrize(
    ("choice", "place", "key"),
    [
        ("auto", "cuda", "cuda"),
        ("cpu", "cpu", "cpu"),
        ("tensorrt", "cuda", "cuda"),
        ("coreml", "mps", "mps"),
        ("mps", "mps", "mps"),
    ],
)
def test_that_a_network_is_moved_to_what_was_chosen(choice: str, place: str, key: str) -> None:
    network, placed = place_network(_Network(), choice)
    assert (network.places, placed) == ([place], DeviceInUse(key))


@pytest.mark.usefixtures("all_there")
def test_that_a_card_without_room_leaves_it_to_the_processor_and_says_so() -> None:
    network, placed = place_network(_Network(full="cuda"), "auto")
    assert network.places == ["cpu"]
    why = "CUDA could not be used: CUDA out of memory. Tried to allocate 2 GiB."
    assert placed == DeviceInUse("cpu", why)


@pytest.mark.usefixtures("all_there")
def test_that_what_pytorch_does_not_know_is_said() -> None:
    _, placed = place_network(_Network(), "openvino")
    assert placed == DeviceInUse("cpu", "PyTorch does not know OpenVINO.")


def test_that_a_build_without_the_chosen_device_is_said() -> None:
    if "cuda" in torch_devices.available_devices():
        pytest.skip("this machine has CUDA")
    _, placed = place_network(_Network(), "cuda")
    assert placed.device == "cpu"
    assert "CUDA" in placed.note
    assert place_network(_Network(), "auto")[1] == DeviceInUse()
