"""Where a download's files come from."""

from __future__ import annotations

from contextlib import AbstractAsyncContextManager
from typing import Protocol

from ailab.services.hub.remote_file import RemoteFile


class FileSource(Protocol):
    """Something that gives files of models; `ModelService` is one."""

    def open_file(
        self, model_id: str, revision: str, path: str, *, start: int = 0
    ) -> AbstractAsyncContextManager[RemoteFile]:
        """A file on its way, from byte `start` on; leaving the context ends the transfer.

        The file says where it really begins: a server that knows no ranges gives all of it.

        Raises:
            HubError: on entering, and from reading the chunks.
        """
        ...
