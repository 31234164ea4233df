"""A model on a server, and the sheet that describes it, which lies on this disk."""

from __future__ import annotations

import shlex
from dataclasses import replace
from pathlib import Path
from typing import Any

from ailab.services.architecture.network_outline import GraphPort, NetworkOutline
from ailab.services.inference.engine_table import SERVED
from ailab.services.inference.inference_errors import NotDescribedError
from ailab.services.inference.json_file import read_json_object
from ailab.services.inference.model_description import ModelDescription
from ailab.services.inference.model_layout import sheet_path
from ailab.services.inference.model_sheet import read_sheet
from ailab.services.inference.runnable_model import RunnableModel
from ailab.services.inference.sheet_file import SheetFile
from ailab.services.inference.sheets import LabelFile, OpenedSheet
from ailab.services.results.safe_name import distinct_name
from ailab.services.served.oip_connection import OipConnection
from ailab.services.served.oip_server import check_ready, read_served_metadata, served_version
from ailab.services.served.oip_values import ServedMetadata, ServedTensor
from ailab.services.served.served_address import ServedAddress
from ailab.services.served.server_token import OPEN, ServerAccess
from ailab.services.whole_file import replace_whole

# What ONNX calls the types, where the protocol does otherwise.
_ONNX_NAMES = {"FP16": "FLOAT16", "FP32": "FLOAT", "FP64": "DOUBLE", "BF16": "BFLOAT16"}
_PICTURES_LEAVE = "What you choose is tried on your picture, which is sent to the server for it."


class ServedSheet(SheetFile):
    """Asks a server what its model takes; reads, checks and writes the sheet.

    The sheet counts for all versions of the model.

    Args:
        address: of the model.
        folder: where sheets of models on servers lie; made by saving.
        access: by what its server is asked.
    """

    _teller = "the server"
    _where_it_lies = "Make the folder writable, and save again."

    def __init__(self, address: ServedAddress, folder: Path, access: ServerAccess = OPEN) -> None:
        self._address = address
        self._access = access
        name = sheet_path(f"{_file_name(address.model)}.onnx")
        self._place = folder / _file_name(address.server) / name
        self._weights = self._place

    def open(self) -> OpenedSheet:
        """See `Sheets.open`."""
        opened = super().open()
        return replace(opened, notes=(*opened.notes, _PICTURES_LEAVE))

    def runnable(self) -> RunnableModel:
        """The model as its sheet describes it, once its server has said that it is ready.

        Raises:
            NotDescribedError: there is no sheet yet.
            SheetError: it is wrong.
            ServerError: the server does not answer, or the model is not ready.
            ModelFileError: the server has no such model.
        """
        connection = OipConnection(self._address.server, self._access)
        try:
            metadata = read_served_metadata(connection, self._address)
            check_ready(connection, self._address)
            version = served_version(connection, self._address, metadata)
        finally:
            connection.close()
        if not self._place.exists():
            address = shlex.quote(str(self._address))
            raise NotDescribedError(
                f"Nothing says how pictures go into {self._address.model} and what comes out.",
                f"A sheet has to: ailab describe {address} --picture PICTURE, and with --write the "
                "sheet is kept; in the window “Describe…” does so. "
                f"{_PICTURES_LEAVE}",
                by_button=f"Press “Describe…” to say so. {_PICTURES_LEAVE}",
            )
        described = read_sheet(self._place, self._place)
        model = self._runnable(read_json_object(self._place), described)
        return replace(model, revision=version)

    @property
    def _called(self) -> str:
        return self._address.model

    @property
    def _opened(self) -> str:
        return str(self._address)

    def _outline(self) -> NetworkOutline:
        connection = OipConnection(self._address.server, self._access)
        try:
            return outline_of(read_served_metadata(connection, self._address))
        finally:
            connection.close()

    def _runnable(self, fields: dict[str, Any], described: ModelDescription) -> RunnableModel:
        # The worker reads no files: it is told the names rather than where they stand.
        sheet = fields | ({"labels": list(described.labels)} if described.labels else {})
        model = super()._runnable(sheet, described)
        name, address = self._address.model, str(self._address)
        token = self._access.token
        return replace(model, name=name, engine=SERVED, address=address, token=token)

    def _write(self, data: bytes) -> None:
        replace_whole(self._place, data)

    def _label_files(self) -> tuple[LabelFile, ...]:
        return ()


def outline_of(metadata: ServedMetadata) -> NetworkOutline:
    """A model's metadata as what is known of any network."""
    facts = [("Runs on", metadata.platform)] if metadata.platform else []
    return NetworkOutline(
        metadata.name,
        inputs=tuple(map(_port, metadata.inputs)),
        outputs=tuple(map(_port, metadata.outputs)),
        facts=tuple(facts),
    )


def _port(tensor: ServedTensor) -> GraphPort:
    shape = tuple(str(length) if length > 0 else "?" for length in tensor.shape)
    return GraphPort(tensor.name, _ONNX_NAMES.get(tensor.datatype, tensor.datatype), shape)


def _file_name(name: str) -> str:
    """The name of a file, by an address or by a model's name."""
    return distinct_name(name, name.partition("://")[2] or name)
