"""Servers of the Open Inference Protocol on this machine, of the kinds that there are."""

from __future__ import annotations

import json
import ssl
import threading
from collections.abc import Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import numpy as np

BOXES = [[0.5, 0.25, 0.25, 0.5]]
"""Centre, width and height of the one thing that the model finds, as shares of the picture."""


@dataclass
class LoopbackServed(AbstractContextManager["LoopbackServed"]):
    """Speaks the protocol as the standard library's own server, in a thread.

    It has `finder`, a model that finds BOXES whatever it sees.

    Attributes:
        takes_binary: whether tensors may be binary data.
        extensions: what it says of itself; None to say nothing.
        has_index: whether it keeps a list of its models.
        is_ready: whether it is.
        is_model_ready: whether its model is.
        answers: bodies that stand for its own, by path, with the status.
        asked: paths of the requests so far.
        kinds: `binary` or `json` for each run.
        held: where set, runs wait for it.
        is_gone: it answers nobody any more.
        arrived: set by the first run.
        token: where set, it answers nobody else: 401 for another or none.
        is_barred: that token is known, but has no right to anything: 403.
        certificate: where set, it speaks https by it.
        logins: the `Authorization` of each request so far; empty where there was none.
    """

    takes_binary: bool = True
    extensions: list[str] | None = None
    has_index: bool = True
    is_ready: bool = True
    is_model_ready: bool = True
    answers: dict[str, tuple[int, bytes]] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    kinds: list[str] = field(default_factory=list)
    held: threading.Event | None = None
    is_gone: bool = False
    arrived: threading.Event = field(default_factory=threading.Event)
    token: str = ""
    is_barred: bool = False
    certificate: Path | None = None
    logins: list[str] = field(default_factory=list)

    def __enter__(self) -> LoopbackServed:
        served = self

        class Handler(_Handler):
            lab = served

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        if self.certificate is not None:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(self.certificate)
            self._server.socket = context.wrap_socket(self._server.socket, server_side=True)
        scheme = "http" if self.certificate is None else "https"
        self.address = f"{scheme}://127.0.0.1:{self._server.server_address[1]}"
        self.model = f"{self.address}/v2/models/finder"
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.01,))
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        if self.held is not None:
            self.held.set()
        self.close()

    def close(self) -> None:
        """End it, with the connections that were kept; a second time does nothing."""
        self.is_gone = True
        if self._thread.is_alive():
            self._server.shutdown()
            self._thread.join()
            self._server.server_close()

    def answer(self, path: str, body: bytes, headers: Mapping[str, str]) -> tuple[int, Any]:
        """Status and JSON of an answer, or its bytes."""
        if self.token and headers.get("Authorization", "") != f"Bearer {self.token}":
            return 401, {"error": "who are you?"}
        if self.is_barred:
            return 403, {"error": f"not for {headers.get('Authorization', '')}"}
        about: dict[str, Any] = {"name": "loopback", "version": "1.0"}
        if self.extensions is not None:
            about["extensions"] = self.extensions
        index = [{"name": "finder", "version": "1", "state": "READY", "reason": ""}]
        match path:
            case "/v2":
                return 200, about
            case "/v2/health/ready":
                return (200 if self.is_ready else 503), {}
            case "/v2/repository/index" if self.has_index:
                return 200, index
            case "/v2/models/finder":
                return 200, _METADATA
            case "/v2/models/finder/ready":
                return (200 if self.is_model_ready else 503), {}
            case "/v2/models/finder/infer":
                return self._infer(body, headers)
            case _:
                return 404, {"error": f"no {path}"}

    def _infer(self, body: bytes, headers: Mapping[str, str]) -> tuple[int, Any]:
        self.arrived.set()
        if self.held is not None:
            self.held.wait(30)
        length = headers.get("Inference-Header-Content-Length")
        self.kinds.append("json" if length is None else "binary")
        if length is not None and not self.takes_binary:
            return 400, {"error": "this is no JSON"}
        request = json.loads(body[: int(length)] if length else body)
        (tensor,) = request["inputs"]
        if tensor["shape"] != [1, 3, 32, 48] or tensor["datatype"] != "FP32":
            return 400, {"error": f"unexpected shape {tensor['shape']}"}
        data = body[int(length) :] if length else tensor["data"]
        values = np.frombuffer(data, "<f4") if length else np.array(data, np.float32)
        assert values.size == 3 * 32 * 48
        found = {
            "logits": np.array([[[-9.0, 4.0]]], np.float32),
            "pred_boxes": np.array([BOXES], np.float32),
        }
        return 200, _packed(found) if length else _plain(found)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    lab: LoopbackServed

    def do_GET(self) -> None:
        self._answer()

    def do_POST(self) -> None:
        self._answer()

    def log_message(self, *_: object) -> None:
        pass

    def _answer(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        if self.lab.is_gone:
            self.close_connection = True
            return
        self.lab.asked.append(self.path)
        self.lab.logins.append(self.headers.get("Authorization", ""))
        if self.path in self.lab.answers:
            status, found = self.lab.answers[self.path]
        else:
            status, found = self.lab.answer(self.path, body, self.headers)  # type: ignore[arg-type]
        length = None
        if isinstance(found, tuple):
            length, found = found
        elif not isinstance(found, bytes):
            found = json.dumps(found).encode()
        try:
            self.send_response(status)
            for name, value in self.lab.headers.items():
                self.send_header(name, value)
            if length is not None:
                self.send_header("Inference-Header-Content-Length", str(length))
            self.send_header("Content-Length", str(len(found)))
            self.end_headers()
            self.wfile.write(found)
        except ConnectionError:
            self.close_connection = True  # who asked went away


_METADATA = {
    "name": "finder",
    "versions": ["1"],
    "platform": "loopback",
    "inputs": [{"name": "pixel_values", "datatype": "FP32", "shape": [-1, 3, 32, 48]}],
    "outputs": [
        {"name": "logits", "datatype": "FP32", "shape": [-1, 1, 2]},
        {"name": "pred_boxes", "datatype": "FP32", "shape": [-1, 1, 4]},
    ],
}


def _plain(found: Mapping[str, Any]) -> dict[str, Any]:
    outputs = [
        {"name": name, "datatype": "FP32", "shape": list(each.shape), "data": each.tolist()}
        for name, each in found.items()
    ]
    return {"model_name": "finder", "outputs": outputs}


def _packed(found: Mapping[str, Any]) -> tuple[int, bytes]:
    outputs = [
        {
            "name": name,
            "datatype": "FP32",
            "shape": list(each.shape),
            "parameters": {"binary_data_size": each.nbytes},
        }
        for name, each in found.items()
    ]
    head = json.dumps({"model_name": "finder", "outputs": outputs}).encode()
    return len(head), head + b"".join(each.tobytes() for each in found.values())
