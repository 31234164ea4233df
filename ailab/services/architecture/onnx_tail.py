"""An ONNX graph's inputs and outputs, found from its end.

They stand behind the weights, so a walk that ends early does not come by. Protobuf cannot be read
backwards, but where the graph ends is known, and everything that follows the weights
(`onnx.proto3`, `GraphProto`: inputs 11, outputs 12, values 13, and 14 to 16) is a message whose
first field is a text or a message of number 1. So the places are sought from which such fields,
one after the other, lead to the very end; the earliest of them is where the inputs begin.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from ailab.services.architecture.network_outline import GraphPort
from ailab.services.architecture.onnx_types import read_port
from ailab.services.architecture.protobuf_fields import fields_of, read_field

_INPUT, _OUTPUT, _VALUE = 11, 12, 13
# The tag of a field from 11 to 16, its length, and the tag of its content's first field. The
# look-ahead finds those too that begin within another.
_HEAD = re.compile(rb"(?=(?:[\x5a\x62\x6a\x72\x7a]|\x82\x01)[\x80-\xff]{0,4}[\x00-\x7f]\x0a)")
_LAST_FIELD = 4  # of a `ValueInfoProto`
_MARGIN = 4096  # more than any one of the fields has


@dataclass(frozen=True, slots=True)
class GraphTail:
    """What stands at a graph's end.

    Attributes:
        inputs: of the network, its weights among them where the exporter lists them there.
        outputs: of the network.
        start: the place in the data from which on it is understood.
    """

    inputs: tuple[GraphPort, ...]
    outputs: tuple[GraphPort, ...]
    start: int

    @property
    def is_whole(self) -> bool:
        """More data would not tell of further inputs."""
        return bool(self.inputs and self.outputs) and self.start >= _MARGIN


def read_tail(data: bytes) -> GraphTail:
    """The inputs and outputs in the last bytes of a graph; none where they are not there.

    Args:
        data: ends where the graph ends.
    """
    following: dict[int, tuple[GraphPort | None, int, int]] = {}
    for match in reversed(list(_HEAD.finditer(data))):
        place = match.start()
        number, _, start, end = read_field(data, place)
        if end != len(data) and end not in following:
            continue
        try:
            following[place] = _port_in(number, data[start:end]), number, end
        except ValueError:
            continue
    place = first = min(following, default=len(data))
    inputs: list[GraphPort] = []
    outputs: list[GraphPort] = []
    while place < len(data):
        port, number, place = following[place]
        if port is not None and number != _VALUE:
            (inputs if number == _INPUT else outputs).append(port)
    return GraphTail(tuple(inputs), tuple(outputs), first)


def _port_in(number: int, message: bytes) -> GraphPort | None:
    """The port; None for a field of another kind. Chance bytes are refused."""
    if number not in {_INPUT, _OUTPUT, _VALUE}:
        for _ in fields_of(message):
            pass
        return None
    port = read_port(message)
    if not port.name or "�" in port.name or any(n > _LAST_FIELD for n, *_ in fields_of(message)):
        raise ValueError("no name")
    return port
