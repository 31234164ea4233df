"""A real MLServer with ONNX models, as a process of its own."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import time
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any

import onnxruntime

# MLServer has no runtime for ONNX of its own; this is how one is added to it.
_RUNTIME = """
import numpy
import onnxruntime
from mlserver import MLModel
from mlserver.codecs import NumpyCodec
from mlserver.types import InferenceRequest, InferenceResponse


class OnnxFile(MLModel):
    async def load(self):
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        self._session = onnxruntime.InferenceSession(
            self.settings.parameters.uri, options, providers=["CPUExecutionProvider"]
        )
        return True

    async def predict(self, payload):
        feeds = {each.name: NumpyCodec.decode_input(each) for each in payload.inputs}
        names = [each.name for each in self._session.get_outputs()]
        found = self._session.run(names, feeds)
        return InferenceResponse(
            model_name=self.name,
            outputs=[NumpyCodec.encode_output(*pair) for pair in zip(names, found)],
        )
"""
_TYPES = {"tensor(float)": "FP32", "tensor(float16)": "FP16"}
_ROOT = Path(__file__).resolve().parents[1]
_STARTED_WITHIN = 90.0


def mlserver_python() -> str | None:
    """A Python that has MLServer and ONNX Runtime; None where there is none."""
    own = _ROOT / ".venv-serve" / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    named = os.environ.get("AILAB_MLSERVER_PYTHON", "")
    return next((each for each in (named, str(own)) if each and Path(each).exists()), None)


class MlServer:
    """Serves `.onnx` files by their names; a context around its process.

    Args:
        python: that has MLServer.
        folder: empty, for its files.
        models: paths by name.

    Attributes:
        address: of its REST interface.
    """

    def __init__(self, python: str, folder: Path, models: dict[str, Path]) -> None:
        self._python = python
        self._folder = folder
        self._port, *others = _free_ports(3)
        self.address = f"http://127.0.0.1:{self._port}"
        (folder / "onnx_file.py").write_text(_RUNTIME)
        settings: dict[str, Any] = {
            "host": "127.0.0.1",
            "http_port": self._port,
            "grpc_port": others[0],
            "metrics_port": others[1],
            "parallel_workers": 0,
            "debug": False,
        }
        (folder / "settings.json").write_text(json.dumps(settings))
        for name, path in models.items():
            place = folder / name
            place.mkdir()
            (place / "model-settings.json").write_text(json.dumps(_settings(name, path)))

    def __enter__(self) -> MlServer:
        self._log = (self._folder / "log.txt").open("wb")
        self._process = subprocess.Popen(
            [self._python, "-c", "from mlserver.cli import main; main()", "start", "."],
            cwd=self._folder,
            env={**os.environ, "PYTHONPATH": str(self._folder)},
            stdout=self._log,
            stderr=subprocess.STDOUT,
        )
        self._wait_until_ready()
        return self

    def __exit__(self, *_: object) -> None:
        self._process.terminate()
        try:
            self._process.wait(10)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._log.close()

    def _wait_until_ready(self) -> None:
        end = time.monotonic() + _STARTED_WITHIN
        while time.monotonic() < end and self._process.poll() is None:
            try:
                with urllib.request.urlopen(f"{self.address}/v2/health/ready", timeout=5):
                    return
            except (urllib.error.URLError, OSError):
                time.sleep(0.1)
        self.__exit__()
        raise AssertionError((self._folder / "log.txt").read_text(errors="replace")[-3000:])


def _settings(name: str, path: Path) -> dict[str, Any]:
    session = onnxruntime.InferenceSession(str(path), providers=["CPUExecutionProvider"])
    return {
        "name": name,
        "implementation": "onnx_file.OnnxFile",
        "parameters": {"uri": str(path), "version": "3"},
        "inputs": [_tensor(each) for each in session.get_inputs()],
        "outputs": [_tensor(each) for each in session.get_outputs()],
    }


def _tensor(port: Any) -> dict[str, Any]:
    shape = [length if isinstance(length, int) else -1 for length in port.shape]
    return {"name": port.name, "datatype": _TYPES[port.type], "shape": shape}


def _free_ports(count: int) -> list[int]:
    sockets = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    ports = [each.getsockname()[1] for each in sockets]
    for each in sockets:
        each.close()
    return ports
