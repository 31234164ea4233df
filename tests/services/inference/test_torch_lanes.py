"""Pictures beside each other in one network of PyTorch."""

from __future__ import annotations

import threading
from typing import Any

import numpy as np
import pytest

from ailab.services.inference.engine import Terminated

torch = pytest.importorskip("torch", reason="the extra torch is not installed")
transformers = pytest.importorskip("transformers", reason="the extra torch is not installed")

from ailab.services.inference.torch_network import TorchNetwork  # noqa: E402 - needs PyTorch

pytestmark = pytest.mark.filterwarnings("ignore")  # of PyTorch and transformers themselves

PATIENCE = 20.0
_SIZES = {"hidden_size": 32, "num_hidden_layers": 2, "num_attention_heads": 2}
FEEDS = {"pixel_values": np.random.default_rng(1).random((1, 3, 32, 32), np.float32)}


@pytest.fixture(autouse=True)
def four_cores(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ailab.services.inference.torch_network.network_threads", lambda: 4)


def _vit() -> Any:
    config = transformers.ViTConfig(**_SIZES, intermediate_size=64, image_size=32, patch_size=8)
    return transformers.ViTForImageClassification(config).eval()


def _writer() -> Any:
    vision = {**_SIZES, "intermediate_size": 64, "image_size": 32, "patch_size": 8}
    config = transformers.GitConfig(
        vision_config=vision, **_SIZES, intermediate_size=64, vocab_size=99
    )
    return transformers.GitForCausalLM(config).eval()


def test_that_each_lane_gives_what_all_cores_give_on_its_share_of_them() -> None:
    network = _vit()
    cores: list[int] = []
    network.register_forward_pre_hook(lambda *_: cores.append(torch.get_num_threads()))
    whole = TorchNetwork(network)
    assert whole.most_lanes == 4
    before = torch.get_num_threads()
    expected = whole.run(FEEDS)["logits"]
    lanes = whole.lanes(2)
    for lane in lanes:
        assert np.allclose(lane.run(FEEDS)["logits"], expected, rtol=0, atol=1e-6)
    assert cores[1:] == [2, 2]
    assert torch.get_num_threads() == before


def test_that_stopping_one_lane_does_not_stop_the_other() -> None:
    network = _vit()
    stopped, other = TorchNetwork(network).lanes(2)
    begun, may_go_on = threading.Event(), threading.Event()
    ended: list[type[BaseException]] = []

    def hold(*_: object) -> None:
        if threading.current_thread() is thread:
            begun.set()
            assert may_go_on.wait(PATIENCE)

    def run() -> None:
        try:
            stopped.run(FEEDS)
        except Terminated as termination:
            ended.append(type(termination))

    network.vit.embeddings.register_forward_pre_hook(hold)
    thread = threading.Thread(target=run)
    thread.start()
    assert begun.wait(PATIENCE)
    stopped.terminate()
    assert other.run(FEEDS)
    may_go_on.set()
    thread.join(PATIENCE)
    assert ended == [Terminated]
    assert stopped.run(FEEDS)


def test_that_what_writes_has_no_lanes() -> None:
    assert TorchNetwork(_writer()).most_lanes == 1
