"""A model on a server as a network."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from ailab.services.inference.device import SERVER
from ailab.services.inference.device_in_use import DeviceInUse
from ailab.services.inference.engine import Terminated
from ailab.services.inference.inference_errors import DescriptionError, ModelFileError
from ailab.services.inference.json_fields import BadFieldError
from ailab.services.inference.network import MODEL, TensorSpec
from ailab.services.served.locked_server import is_locked, locked
from ailab.services.served.oip_json import read_error
from ailab.services.served.oip_tensors import DTYPES, binary_request, json_request, read_outputs
from ailab.services.served.served_error import ServerError

if TYPE_CHECKING:
    import numpy.typing as npt

    from ailab.services.inference.network import Tensors
    from ailab.services.served.oip_connection import OipAnswer, OipConnection
    from ailab.services.served.oip_values import ServedMetadata
    from ailab.services.served.served_address import ServedAddress

_AWAY = frozenset(
    {
        *(HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.BAD_GATEWAY, HTTPStatus.SERVICE_UNAVAILABLE),
        HTTPStatus.GATEWAY_TIMEOUT,
    }
)


class OipNetwork:
    """Sends each run to the server: as binary data where it takes that, else as JSON.

    Whether it takes binary data, not every server tells; the first run tries it then.

    Args:
        connection: to the server; this network's own.
        address: of the model.
        metadata: its inputs and outputs.
        takes_binary: whether the server takes binary data; None where it does not say.
    """

    def __init__(
        self,
        connection: OipConnection,
        address: ServedAddress,
        metadata: ServedMetadata,
        takes_binary: bool | None = None,
    ) -> None:
        self.device = DeviceInUse(SERVER)
        self._connection = connection
        self._address = address
        self._metadata = metadata
        self._outputs = [output.name for output in metadata.outputs]
        self._takes_binary = takes_binary
        self._lock = threading.Lock()
        self._is_running = False
        self._is_terminated = False

    def inputs(self, part: str = MODEL) -> Sequence[TensorSpec]:
        """See `Network.inputs`."""
        _check(part)
        return [
            TensorSpec(
                each.name,
                DTYPES.get(each.datatype, each.datatype),
                tuple(None if length < 0 else length for length in each.shape),
            )
            for each in self._metadata.inputs
        ]

    def has(self, part: str) -> bool:
        """See `Network.has`."""
        return part == MODEL

    def run(self, feeds: Tensors, part: str = MODEL) -> dict[str, npt.NDArray[Any]]:
        """See `Network.run`.

        Raises:
            ServerError: the server does not answer, or not as the protocol says.
        """
        _check(part)
        with self._lock:
            self._is_running, self._is_terminated = True, False
        try:
            outputs = read_outputs(self._ask(feeds))
        except ServerError as error:
            if self._is_terminated:
                raise Terminated from error
            raise
        except BadFieldError as error:
            raise ServerError(
                f"The server at {self._address.place} answered {self._address.model} with "
                "something that is no result.",
                "Look into the server's log; its interface may be of another protocol.",
                detail=str(error),
            ) from error
        finally:
            with self._lock:
                self._is_running = False
        if self._is_terminated:
            raise Terminated
        if not outputs:
            raise ServerError(
                f"{self._address.model} gave no outputs.", "Look into the server's log."
            )
        # In the order that the model names them, since some decoders take the first.
        order = [name for name in self._outputs if name in outputs]
        others = [name for name in outputs if name not in order]
        return {name: outputs[name] for name in (*order, *others)}

    def terminate(self) -> None:
        """See `Network.terminate`."""
        with self._lock:
            if not self._is_running:
                return
            self._is_terminated = True
        self._connection.abort()

    def _ask(self, feeds: Tensors) -> OipAnswer:
        refused = None
        if self._takes_binary is not False:
            answer = self._send_binary(feeds)
            if answer.is_ok:
                self._takes_binary = True
                return answer
            self._raise_if_away(answer)
            if self._takes_binary:
                raise self._refusal(answer)
            refused = answer
        answer = self._connection.post(self._path, json_request(feeds, self._outputs))
        if answer.is_ok:
            self._takes_binary = False
            return answer
        self._raise_if_away(answer)
        # Where it says nothing of the JSON, it may have taken the other but for this picture.
        told = answer if refused is None or read_error(answer.body) else refused
        raise self._refusal(told)

    def _send_binary(self, feeds: Tensors) -> OipAnswer:
        body, length = binary_request(feeds, self._outputs)
        headers = {
            "Content-Type": "application/octet-stream",
            "Inference-Header-Content-Length": str(length),
        }
        return self._connection.post(self._path, body, headers)

    @property
    def _path(self) -> str:
        return f"{self._address.path}/infer"

    def _raise_if_away(self, answer: OipAnswer) -> None:
        place = self._address.place
        if is_locked(answer):
            raise locked(self._connection, answer)
        if answer.status in _AWAY:
            raise ServerError(
                f"The server at {place} has no room for another picture, or is not ready.",
                read_error(answer.body) or "Run it again in a while.",
                detail=f"status {answer.status}",
            )

    def _refusal(self, answer: OipAnswer) -> ModelFileError:
        said = read_error(answer.body)
        words = f": {said}" if said else "."
        return DescriptionError(
            f"The server at {self._address.place} could not run {self._address.model}{words}",
            "Check in its sheet that size, layout and values are those that the network takes, "
            "and look into the server's log.",
            detail=f"status {answer.status}",
        )


def _check(part: str) -> None:
    if part != MODEL:
        raise ValueError(f"a served model has no part {part}")
