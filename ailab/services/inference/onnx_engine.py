"""ONNX Runtime on the CPU."""

from __future__ import annotations

import os
import threading
from time import perf_counter
from typing import TYPE_CHECKING, Any

import numpy as np
from onnxruntime import __version__ as runtime_version
from onnxruntime.capi.onnxruntime_inference_collection import InferenceSession
from onnxruntime.capi.onnxruntime_pybind11_state import RunOptions, SessionOptions

from ailab.services.inference.engine import Forward, Terminated
from ailab.services.inference.inference_errors import ModelFileError
from ailab.services.inference.onnx_file import check_onnx_file, no_onnx_file
from ailab.services.inference.onnx_input import picture_input
from ailab.services.inference.open_model import describe_model
from ailab.services.inference.preprocess import preprocess
from ailab.services.inference.tasks.decoders import DECODERS
from ailab.services.inference.tasks.decoding import Decoding

if TYPE_CHECKING:
    from pathlib import Path

    import numpy.typing as npt

    from ailab.services.inference.model_description import ModelDescription
    from ailab.services.inference.placement import Placement
    from ailab.services.inference.runnable_model import RunnableModel

_ERRORS_ONLY = 3
_AGAIN = "Download it again, or choose another variant of the model."


class OnnxEngine:
    """Runs `.onnx` files; loads no custom operators, and no data from outside their folder.

    ONNX Runtime itself refuses external data that is named by an absolute path or lies outside
    the model's folder, links such as the Hub's cache makes followed. It does so rightly from
    1.24.4 on: 1.23 reads any file, 1.24.1 refuses the cache's links.
    """

    name = "onnxruntime"

    def load(self, model: RunnableModel) -> OnnxModel:
        """Load a model's weights.

        Raises:
            ModelFileError: the files are damaged or not what they say they are.
        """
        description = _description(model)
        return OnnxModel(_session(description.weights), description)


class OnnxModel:
    """A network in memory, and what its files say of it."""

    def __init__(self, session: InferenceSession, description: ModelDescription) -> None:
        self._session = session
        self._picture = picture_input(session, description.preprocessing)
        self._description = description
        self._names = [output.name for output in session.get_outputs()]
        self._lock = threading.Lock()
        self._under_way: RunOptions | None = None

    def described_by(self, model: RunnableModel) -> OnnxModel:
        """The same weights, with what `model` says of them.

        Raises:
            ModelFileError: the description does not suit the network.
        """
        return OnnxModel(self._session, _description(model))

    def predict(self, pixels: npt.NDArray[np.uint8]) -> Forward:
        """Run the model on one upright RGB picture of shape (height, width, 3).

        Raises:
            ModelFileError: the outputs are not what the configuration promises.
            PictureError: the picture's shape does not suit the model.
            Terminated: `terminate` was called meanwhile.
        """
        options = RunOptions()
        with self._lock:
            self._under_way = options
        try:
            start = perf_counter()
            tensor, placement = preprocess(pixels, self._picture.preprocessing)
            feeds = self._picture.feeds(tensor, placement)
            prepared = perf_counter()
            outputs = self._run(feeds, options)
            done = perf_counter()
            prediction = self._decode(outputs, placement)
            _raise_if_terminated(options)
        finally:
            with self._lock:
                self._under_way = None
        return Forward(
            prediction=prediction,
            preprocess=prepared - start,
            forward=done - prepared,
            postprocess=perf_counter() - done,
        )

    def terminate(self) -> None:
        """Stop a prediction under way, from another thread; it then raises `Terminated`."""
        with self._lock:
            if self._under_way is not None:
                self._under_way.terminate = True

    def _run(
        self, feeds: dict[str, npt.NDArray[Any]], options: RunOptions
    ) -> dict[str, npt.NDArray[Any]]:
        _raise_if_terminated(options)
        try:
            outputs = self._session.run(self._names, feeds, options)
        except Exception as error:  # ONNX Runtime's own errors share no base of their own
            _raise_if_terminated(options)
            raise _failed_run(error) from error
        return dict(zip(self._names, outputs, strict=True))

    def _decode(self, outputs: dict[str, npt.NDArray[Any]], placement: Placement) -> Any:
        for name, values in outputs.items():
            if not isinstance(values, np.ndarray):
                raise ModelFileError(
                    f"The model's output {name} is not a tensor.", "Choose another model."
                )
            if values.dtype.kind == "f" and not np.isfinite(values).all():
                raise ModelFileError(
                    "The model returned numbers that are not numbers (NaN or infinity).",
                    "Its file may be damaged or badly converted: download it again, or choose "
                    "another variant of it.",
                    detail=f"output {name}",
                )
        decoding = Decoding(self._description.labels, self._description.decoder, placement)
        return DECODERS[self._description.decoder.name](outputs, decoding)


def _description(model: RunnableModel) -> ModelDescription:
    return describe_model(model.path, model.variant or None, sheet=model.sheet)


def _session(weights: Path) -> InferenceSession:
    options = SessionOptions()
    options.intra_op_num_threads = max(1, (os.cpu_count() or 1) - 1)
    options.inter_op_num_threads = 1
    options.log_severity_level = _ERRORS_ONLY
    # Spinning threads slow both sides down several times over beside another busy process.
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    check_onnx_file(weights)
    try:
        return InferenceSession(str(weights), options, providers=["CPUExecutionProvider"])
    except Exception as error:  # ONNX Runtime's own errors share no base of their own
        raise _failed_load(weights, error) from error


def _failed_load(weights: Path, error: Exception) -> ModelFileError:
    name, said = weights.name, str(error)
    if "xternal data" in said:
        message = f"{name} keeps its weights in another file, which is missing, damaged or not "
        return ModelFileError(message + "in the model's own folder.", _AGAIN, detail=said)
    if "NOT_IMPLEMENTED" in said or "Unsupported model IR" in said or "opset" in said:
        return ModelFileError(
            f"{name} needs operators that the installed ONNX Runtime "
            f"({runtime_version}) does not have.",
            "Update ONNX Runtime, or choose another variant of the model.",
            detail=said,
        )
    if isinstance(error, MemoryError) or "bad_alloc" in said or "allocate" in said:
        return ModelFileError(
            f"There is not enough memory to load {name}.",
            "Close other programs, or choose a smaller model.",
            detail=said,
        )
    if "initializer" in said:
        message = f"{name}, or the file beside it with its weights, is damaged or incomplete."
        return ModelFileError(message, _AGAIN, detail=said)
    return no_onnx_file(weights, said)


def _failed_run(error: Exception) -> ModelFileError:
    said = str(error)
    if isinstance(error, MemoryError) or "bad_alloc" in said or "allocate" in said:
        return ModelFileError(
            "There is not enough memory to run the model on this picture.",
            "Close other programs, choose a smaller model, or cut the picture into pieces.",
            detail=said,
        )
    return ModelFileError(
        "The model could not be run on this picture: its network refused what its description "
        "makes of it.",
        "Check the preprocessing in its description, or choose another model.",
        detail=said,
    )


def _raise_if_terminated(options: RunOptions) -> None:
    if options.terminate:
        raise Terminated
