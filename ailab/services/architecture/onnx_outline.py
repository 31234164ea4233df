"""An ONNX file's outline: its graph without its weights.

The field numbers are those of `onnx.proto3` (https://github.com/onnx/onnx). Weights lie in the
graph, between its nodes and its inputs and outputs; they are stepped over.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Generator

from ailab.services.architecture.byte_walk import Ask, ByteWindow, Walk
from ailab.services.architecture.network_outline import (
    GraphPort,
    NetworkOutline,
    TensorInfo,
    check_shape,
)
from ailab.services.architecture.onnx_tail import read_tail
from ailab.services.architecture.onnx_types import dtype_name, read_port
from ailab.services.architecture.protobuf_fields import (
    Part,
    far_field,
    fields_of,
    packed_varints,
    signed,
    text_of,
)

_IR_VERSION, _PRODUCER, _PRODUCER_VERSION, _GRAPH, _OPSET, _METADATA = 1, 2, 3, 7, 8, 14
_NODE, _GRAPH_NAME, _INITIALIZER, _INPUT, _OUTPUT = 1, 2, 5, 11, 12
_NODE_INPUT, _NODE_OUTPUT, _OP_TYPE, _DOMAIN = 1, 2, 4, 7
_DIMS, _DATA_TYPE, _TENSOR_NAME, _LOCATION = 1, 2, 8, 14

_WHOLE = 16 * 1024
"""Bytes of a message that is read as a whole; a larger one field by field."""
_LONGEST_TEXT = 4096
_LONGEST_METADATA = 256 * 1024
_MOST_METADATA = 64
_MOST_ENTRIES = 200_000
_MOST_FIELDS = 1000
"""Fields of one tensor or node that is read field by field."""
_TAILS = (64 * 1024, 512 * 1024, 2 * 2**20)
"""Bytes in which a graph's inputs are sought from its end; the next where the one does not do."""
_BEHIND = 8 * 1024
"""Bytes behind the graph that are read with them."""
_SHAPING = frozenset(
    {"Cast", "Flatten", "Identity", "Reshape", "Squeeze", "Transpose", "Unsqueeze"}
)
"""Operators that change no value but for its type."""
_MOST_SHAPING = 8


class OnnxOutline:
    """Take `walk` to its end or not; `outline` is what it has seen until then."""

    def __init__(self) -> None:
        self._window = ByteWindow()
        self._facts: dict[str, str] = {}
        self._opsets: list[str] = []
        self._operators: Counter[str] = Counter()
        self._tensors: list[TensorInfo] = []
        self._inputs: list[GraphPort] = []
        self._outputs: list[GraphPort] = []
        self._makers: dict[str, tuple[str, str]] = {}
        self._metadata: dict[str, str] = {}
        self._is_external = False
        self._entries = 0
        self._graph_ends: tuple[int, int] | None = None
        self._is_graph_read = False

    def walk(self, size: int) -> Walk:
        """Walk through a file of `size` bytes.

        Raises:
            ValueError: it is not well formed.
        """
        yield from self._model(0, size)
        if self._graph_ends is None:
            raise ValueError("the graph is missing")

    def walk_tail(self, size: int) -> Walk:
        """Where a limit ended the walk: look for inputs and outputs at the graph's end.

        Raises:
            ValueError: the file is not well formed.
        """
        if self._graph_ends is None or self._is_graph_read:
            return
        first, end = self._graph_ends
        behind = min(size - end, _BEHIND)
        for most in _TAILS:
            start = max(first, end - most)
            data = yield from self._window.take(start, end - start + behind)
            tail = read_tail(data[: end - start])
            if tail.is_whole or start == first:
                break
        if tail.outputs:
            self._inputs, self._outputs = list(tail.inputs), list(tail.outputs)
        yield from self._model(end, size)

    @property
    def has_ports(self) -> bool:
        """Inputs and outputs were seen."""
        return bool(self._inputs and self._outputs)

    def _model(self, place: int, size: int) -> Walk:
        while place < size:
            number, value, start, place = yield from far_field(self._window, place, size)
            if number == _GRAPH:
                self._graph_ends = start, place
                yield from self._graph(start, place)
                self._is_graph_read = True
            elif number == _IR_VERSION and value is not None:
                self._facts["IR version"] = str(value)
            elif number in {_PRODUCER, _PRODUCER_VERSION}:
                text = yield from self._text(start, place)
                made_by = f"{self._facts.get('Made by', '')} {text}".strip()
                if made_by:
                    self._facts["Made by"] = made_by
            elif number == _OPSET and place - start <= _WHOLE:
                opset = yield from self._window.take(start, place - start)
                self._add_opset(opset)
            elif number == _METADATA and place - start <= _LONGEST_METADATA:
                entry = yield from self._window.take(start, place - start)
                self._add_metadata(entry)
            self._count_entry()

    def outline(self, path: str, notes: tuple[str, ...] = ()) -> NetworkOutline:
        """What was seen."""
        weights = {tensor.name for tensor in self._tensors}
        facts = dict(self._facts)
        if self._opsets:
            facts["Operator set"] = ", ".join(self._opsets)
        if self._operators:
            facts["Nodes"] = f"{self._operators.total():,}"
        if self._is_external:
            facts["Weights"] = "in a file of their own"
        return NetworkOutline(
            path,
            tuple(self._tensors),
            # Old exporters list the weights among the inputs.
            tuple(port for port in self._inputs if port.name not in weights),
            tuple(self._outputs),
            tuple(self._operators.most_common()),
            tuple(facts.items()),
            notes,
            tuple(self._metadata.items()),
            tuple(self._maker(port.name) for port in self._outputs),
            self._is_graph_read,
        )

    def _graph(self, place: int, end: int) -> Walk:
        while place < end:
            number, _, start, place = yield from far_field(self._window, place, end)
            self._count_entry()
            if number == _NODE:
                yield from self._node(start, place)
            elif number == _INITIALIZER:
                yield from self._initializer(start, place)
            elif number in {_INPUT, _OUTPUT} and place - start <= _WHOLE:
                message = yield from self._window.take(start, place - start)
                (self._inputs if number == _INPUT else self._outputs).append(read_port(message))
            elif number == _GRAPH_NAME:
                name = yield from self._text(start, place)
                if name:
                    self._facts["Graph"] = name

    def _node(self, start: int, end: int) -> Walk:
        operator = domain = source = ""
        made: list[str] = []
        wanted = (_NODE_INPUT, _NODE_OUTPUT, _OP_TYPE, _DOMAIN)
        for number, _, text in (yield from self._parts(start, end, wanted)):
            if number == _OP_TYPE:
                operator = text_of(text)
            elif number == _DOMAIN:
                domain = text_of(text)
            elif number == _NODE_OUTPUT:
                made.append(text_of(text))
            else:
                source = source or text_of(text)
        is_own = domain not in {"", "ai.onnx"}
        name = f"{domain}.{operator}" if is_own else operator or "?"
        self._operators[name] += 1
        self._makers.update((each, (name, source)) for each in made)

    def _maker(self, name: str) -> str:
        """The operator whose values an output gives, whatever shape they are brought to."""
        operator = ""
        for _ in range(_MOST_SHAPING):
            operator, name = self._makers.get(name, ("", ""))
            if operator not in _SHAPING:
                break
        return operator

    def _initializer(self, start: int, end: int) -> Walk:
        name, dtype = "", 0
        dims: list[int] = []
        wanted = (_DIMS, _DATA_TYPE, _TENSOR_NAME, _LOCATION)
        for number, value, data in (yield from self._parts(start, end, wanted)):
            if number == _DIMS:
                dims += packed_varints(data) if value is None else [value]
            elif number == _DATA_TYPE:
                dtype = value or 0
            elif number == _TENSOR_NAME:
                name = text_of(data)
            elif number == _LOCATION:
                self._is_external |= value == 1
        shape = tuple(map(signed, dims))
        check_shape(shape)
        self._tensors.append(TensorInfo(name, dtype_name(dtype), shape))

    def _parts(
        self, place: int, end: int, wanted: tuple[int, ...]
    ) -> Generator[Ask, bytes, list[Part]]:
        """The wanted fields of a message."""
        if end - place <= _WHOLE:
            message = yield from self._window.take(place, end - place)
            return [part for part in fields_of(message) if part[0] in wanted]
        parts: list[Part] = []
        for _ in range(_MOST_FIELDS):
            if place >= end:
                break
            number, value, start, place = yield from far_field(self._window, place, end)
            if number not in wanted:
                continue
            if value is not None:
                parts.append((number, value, b""))
            elif place - start <= _LONGEST_TEXT:
                data = yield from self._window.take(start, place - start)
                parts.append((number, None, data))
        return parts

    def _text(self, start: int, end: int) -> Generator[Ask, bytes, str]:
        data = yield from self._window.take(start, min(end - start, 200))
        return text_of(data)

    def _add_opset(self, message: bytes) -> None:
        domain, version = "", 0
        for number, value, data in fields_of(message):
            if number == 1:
                domain = text_of(data)
            elif number == 2:
                version = value or 0
        self._opsets.append(f"{domain or 'ai.onnx'} {version}")

    def _add_metadata(self, message: bytes) -> None:
        entry = {number: data for number, _, data in fields_of(message)}
        if len(self._metadata) < _MOST_METADATA and 1 in entry:
            value = entry.get(2, b"").decode("utf-8", errors="replace")
            self._metadata[text_of(entry[1])] = value

    def _count_entry(self) -> None:
        self._entries += 1
        if self._entries > _MOST_ENTRIES:
            raise ValueError(f"more than {_MOST_ENTRIES:,} entries")
