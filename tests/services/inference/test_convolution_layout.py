"""How the weights of convolutions lie, of a network with one of each kind."""

from __future__ import annotations

from collections import OrderedDict
from typing import Any

import numpy as np
import pytest

torch = pytest.importorskip("torch", reason="the extra torch is not installed")

from ailab.services.inference.convolution_layout import ConvolutionLayout  # noqa: E402

KINDS = ("dense", "one_place", "each_channel", "patches", "own_class")


OWN_CLASS: Any = type("OwnConvolution", (torch.nn.Conv2d,), {})
"""A convolution that may do more with its weights."""


def network() -> Any:
    torch.manual_seed(0)
    layers = (
        torch.nn.Conv2d(3, 8, 3, padding=1),
        torch.nn.Conv2d(8, 8, 1),
        torch.nn.Conv2d(8, 8, 3, groups=8),
        torch.nn.Conv2d(8, 8, 4, stride=4),
        OWN_CLASS(8, 8, 3),
    )
    return torch.nn.Sequential(OrderedDict(zip(KINDS, layers, strict=True))).eval()


def picture(size: int) -> dict[str, Any]:
    return {"pixel_values": np.ones((1, 3, size, size), np.float32)}


def laid(net: Any) -> set[str]:
    """Whose weights lie with the channels last."""
    return {kind for kind, layer in net.named_children() if not layer.weight.is_contiguous()}


@pytest.mark.parametrize(
    ("feeds", "expected"),
    [
        (picture(384), {"dense"}),
        (picture(224), set()),
        ({"input_ids": np.ones((1, 500_000), np.int64)}, set()),
        ({"image_embeddings": np.ones((1, 8, 512, 512), np.float32)}, set()),
    ],
)
def test_that_convolutions_of_several_places_and_all_channels_are_laid_for_large_pictures(
    feeds: dict[str, Any], expected: set[str]
) -> None:
    net = network()
    ConvolutionLayout(net).suit(feeds)
    assert laid(net) == expected


def test_that_a_network_answers_alike_and_is_brought_back_to_what_it_was() -> None:
    net = network()
    before = [parameter.clone() for parameter in net.parameters()]
    feeds = torch.rand(1, 3, 400, 400)
    layout = ConvolutionLayout(net)
    with torch.inference_mode():
        expected = net(feeds)
        layout.suit(picture(400))
        assert (net(feeds) - expected).abs().max() < 1e-5
    layout.undo()
    assert laid(net) == set()
    assert all(map(torch.equal, before, net.parameters()))
