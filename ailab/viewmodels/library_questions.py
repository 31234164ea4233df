"""What the Library tab asks the Hub, where a person wants it."""

from __future__ import annotations

from ailab.services.hub.hub_errors import HubError, RateLimitError
from ailab.services.hub.model_source import ModelSource
from ailab.services.library.cached_repo import CachedRepo
from ailab.viewmodels.library_state import Update


async def ask_update(hub: ModelSource, repo: CachedRepo) -> Update:
    """Whether the Hub has a newer commit of a model's main branch.

    Raises:
        HubError: nothing can be asked now.
    """
    try:
        commit = (await hub.get_model_info(repo.id)).revision
    except HubError as error:
        if error.is_offline or isinstance(error, RateLimitError):
            raise
        return Update.UNKNOWN
    if commit is None:
        return Update.UNKNOWN
    return Update.NONE if repo.main_commit == commit else Update.AVAILABLE


async def ask_checksums(hub: ModelSource, repo: CachedRepo) -> dict[str, str]:
    """The checksums of files that are not named by theirs, by `commit/path`.

    That is so where links are not allowed. Nothing is asked for other models, and what the Hub
    does not answer stays unknown.
    """
    checksums: dict[str, str] = {}
    if not repo.check.unnamed:
        return checksums
    for revision in repo.revisions:
        try:
            details = await hub.get_model_info(repo.id, revision.commit)
        except HubError:
            continue
        for file in details.files:
            if checksum := file.sha256 or file.git_sha1:
                checksums[f"{revision.commit}/{file.path}"] = checksum
    return checksums
