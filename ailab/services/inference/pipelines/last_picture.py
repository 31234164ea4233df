"""What a network saw of the last picture, so that asking anew about it does not look again."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from ailab.services.inference.network import Network, check_finite
from ailab.services.inference.picture_input import picture_input
from ailab.services.inference.preprocess import preprocess

if TYPE_CHECKING:
    import numpy.typing as npt

    from ailab.services.inference.network import Tensors
    from ailab.services.inference.placement import Placement
    from ailab.services.inference.preprocessing import Preprocessing


@dataclass(frozen=True, slots=True, eq=False)
class Sight:
    """A picture, made ready for the network or seen before; its content has a key.

    Attributes:
        key: tells the content from others.
        placement: where the picture lies in the network's input.
        feeds: that input; empty where the picture was seen before.
        seen: what the network made of it; None where it has not seen it yet.
    """

    key: bytes
    placement: Placement
    feeds: Tensors
    seen: Tensors | None = None


class LastPicture:
    """Lets the part of a network that sees a picture do so once for all that is asked of it.

    Args:
        network: has the part.
        part: its name.
        preprocessing: how pictures go in.

    Raises:
        ModelFileError: that does not suit the network.
    """

    def __init__(self, network: Network, part: str, preprocessing: Preprocessing) -> None:
        self._network = network
        self._part = part
        self._picture = picture_input(network.inputs(part), preprocessing)
        self._last: Sight | None = None

    def ready(self, pixels: npt.NDArray[np.uint8]) -> Sight:
        """Make an upright RGB picture of shape (height, width, 3) ready for `seen`."""
        key = _key(pixels)
        if (last := self._last) is not None and last.key == key:
            return last
        tensor, placement = preprocess(pixels, self._picture.preprocessing)
        return Sight(key, placement, self._picture.feeds(tensor, placement))

    def seen(self, sight: Sight) -> Tensors:
        """What the network makes of a picture.

        Raises:
            ModelFileError: numbers that are none.
            Terminated: it was stopped.
        """
        if sight.seen is not None:
            return sight.seen
        self._last = None  # its memory is given back before the next one's is asked for
        seen = self._network.run(sight.feeds, self._part)
        check_finite(seen)
        self._last = Sight(sight.key, sight.placement, {}, seen)
        return seen


def _key(pixels: npt.NDArray[np.uint8]) -> bytes:
    digest = hashlib.sha256(repr(pixels.shape).encode())
    digest.update(np.ascontiguousarray(pixels).data)
    return digest.digest()
