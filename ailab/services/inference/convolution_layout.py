"""How the weights of a network's convolutions lie in memory."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import torch

if TYPE_CHECKING:
    from ailab.services.inference.network import Tensors

_LARGE = 384 * 384
"""Pixels. Of smaller pictures the last layers see so few places (7 × 7 of 224 × 224) that there
is not enough to share out among the cores, and a ResNet-50 took a tenth longer."""


class ConvolutionLayout:
    """Lays weights with the channels last where a network sees large pictures on the processor.

    PyTorch's convolutions reckon with the channels together: a picture that lies otherwise is laid
    anew before each of them, and back behind it. What a convolution makes lies as its weights do,
    so that it is enough to lay those that look at several places at once; the others follow what
    they are given. Laying all others too gains nothing more, and where transformers' layers of
    words lie between them (SegFormer) it costs.

    Args:
        network: a `torch.nn.Module` on the processor.
    """

    def __init__(self, network: Any) -> None:
        self._network = network
        self._is_laid = False

    def suit(self, feeds: Tensors) -> None:
        """Lay the weights once a large picture is among what the network is to be run on."""
        if self._is_laid or not any(_is_large_picture(values.shape) for values in feeds.values()):
            return
        self._lay(torch.channels_last)
        self._is_laid = True

    def undo(self) -> None:
        """Lay them as they were."""
        if self._is_laid:
            self._lay(torch.contiguous_format)
            self._is_laid = False

    def _lay(self, layout: torch.memory_format) -> None:
        for convolution in _dense_convolutions(self._network):
            weights = convolution.weight
            weights.data = weights.data.contiguous(memory_format=layout)


def _is_large_picture(shape: tuple[int, ...]) -> bool:
    return len(shape) == 4 and shape[1] == 3 and shape[2] * shape[3] >= _LARGE


def _dense_convolutions(network: Any) -> Iterator[torch.nn.Conv2d]:
    """Those of several places and all channels, but for those that cut a picture into patches."""
    for module in network.modules():
        if type(module) is not torch.nn.Conv2d:  # a class of its own may do more with its weights
            continue
        is_wide = module.kernel_size not in {(1, 1), module.stride}
        if is_wide and module.groups == 1:
            yield module
