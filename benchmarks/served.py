"""What asking a server costs: the same networks here, and on servers on this same machine.

    python benchmarks/served.py MODEL.onnx [MODEL.onnx …] PICTURE [--mlserver PYTHON]

Each model has its sheet beside it. A server in this process takes binary tensors; with the Python
of an environment that has MLServer and ONNX Runtime, MLServer is asked too, which takes JSON alone.
The servers run one thread. Taken is the forward pass, as the worker does: for a server, packing,
sending, its run, and reading what comes back; the least of 20. ailab's own engine takes every
core; to compare the way alone, give this process one (`taskset -c 0`).
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import onnxruntime

from ailab.services.inference.inference_service import InferenceService
from ailab.services.inference.sheet_file import SheetFile
from ailab.services.served.oip_connection import OipAnswer
from ailab.services.served.oip_tensors import binary_request, read_outputs
from ailab.services.served.served_models import ServedModels

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests"))
from mlserver_lab import MlServer

_ROUNDS = 20
_TYPES = {"tensor(float)": "FP32", "tensor(float16)": "FP16"}


def main() -> None:
    """Print a table."""
    parser = argparse.ArgumentParser(description="What asking a server costs.")
    parser.add_argument("models", nargs="+", type=Path, metavar="MODEL.onnx")
    parser.add_argument("picture", metavar="PICTURE")
    parser.add_argument("--mlserver", metavar="PYTHON", type=os.path.abspath)
    options = parser.parse_args()
    models = {path.stem: path.resolve() for path in options.models}
    with tempfile.TemporaryDirectory() as name, _binary_server(models) as binary:
        folder = Path(name)
        servers = {"binary tensors": binary}
        if not options.mlserver:
            asyncio.run(_compare(models, servers, options.picture, folder))
            return
        (folder / "mlserver").mkdir()
        with MlServer(options.mlserver, folder / "mlserver", models) as mlserver:
            servers["MLServer (JSON)"] = mlserver.address
            asyncio.run(_compare(models, servers, options.picture, folder))


async def _compare(
    models: dict[str, Path], servers: dict[str, str], picture: str, folder: Path
) -> None:
    sys.stdout.write(f"{'':24}" + "".join(f"{who:>24}" for who in ("here", *servers)) + "\n")
    for name, path in models.items():
        found = [await _milliseconds(ServedModels(folder), str(path), picture)]
        draft = SheetFile(str(path)).open().draft
        for address in servers.values():
            served = ServedModels(folder)
            at = f"{address}/v2/models/{name}"
            served.sheet(at).save(replace(draft, label_file=""), None)
            found.append(await _milliseconds(served, at, picture))
        sys.stdout.write(f"{name:24}" + "".join(f"{each:>21.1f} ms" for each in found) + "\n")


async def _milliseconds(served: ServedModels, model: str, picture: str) -> float:
    """Of the forward pass: the least of some, since other programs only ever add to it."""
    service = InferenceService(served=served.open)
    try:
        opened = await service.open(model)
        times = []
        for _ in range(_ROUNDS):
            result = await service.predict(opened, picture, threshold=0.5, save_to=None)
            times.append(result.timings.forward)
        return 1000 * min(times)
    finally:
        await service.close()


@contextmanager
def _binary_server(models: dict[str, Path]) -> Iterator[str]:
    sessions = {name: _session(path) for name, path in models.items()}
    metadata = {name: _metadata(name, session) for name, session in sessions.items()}

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True

        def do_GET(self) -> None:
            name = self.path.split("/")[3] if self.path.count("/") > 2 else ""
            about = {"name": "bench", "extensions": ["binary_tensor_data"]}
            self._send(json.dumps(metadata.get(name, about)).encode(), None)

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            session = sessions.get(self.path.split("/")[3])
            if session is None:  # the list of models, which nobody needs
                self._send(b"[]", None)
                return
            length = self.headers["Inference-Header-Content-Length"]
            head = json.loads(body[: int(length)])
            head["outputs"] = head["inputs"]  # a request's tensors are written as an answer's
            packed = json.dumps(head).encode()
            answer = OipAnswer(200, str(len(packed)), packed + body[int(length) :])
            names = [each.name for each in session.get_outputs()]
            found = dict(zip(names, session.run(names, read_outputs(answer)), strict=True))
            self._send(*_answer(found))

        def log_message(self, *_: object) -> None:
            pass

        def _send(self, body: bytes, length: int | None) -> None:
            self.send_response(200)
            if length is not None:
                self.send_header("Inference-Header-Content-Length", str(length))
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def _answer(found: dict[str, Any]) -> tuple[bytes, int]:
    """Tensors as an answer: written as a request's, under the other name."""
    body, length = binary_request(found, ())
    head = json.loads(body[:length])
    packed = json.dumps({"outputs": head["inputs"]}).encode()
    return packed + body[length:], len(packed)


def _metadata(name: str, session: Any) -> dict[str, Any]:
    ports = {"inputs": session.get_inputs(), "outputs": session.get_outputs()}
    described = {
        kind: [{"name": p.name, "datatype": _TYPES[p.type], "shape": p.shape} for p in each]
        for kind, each in ports.items()
    }
    return {"name": name, **described}


def _session(path: Path) -> Any:
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    return onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])


if __name__ == "__main__":
    main()
