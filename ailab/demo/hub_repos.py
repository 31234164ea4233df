"""The embedded Hub's repositories: found by name, read once, at each of their revisions."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Sequence

from ailab.demo.demo_repo import DemoRepo
from ailab.demo.hub_answers import HubRefusal
from ailab.demo.repo_facts import RepoFacts, read_facts
from ailab.demo.repo_snapshot import RepoSnapshot, take_snapshot


class HubRepos:
    """The catalogue, with what had to be read for it.

    Args:
        repos: the models.
    """

    def __init__(self, repos: Sequence[DemoRepo]) -> None:
        self._repos = {repo.id: repo for repo in repos}
        # The Hub redirects former names, and names in another case.
        self._other_names = {repo.id.lower(): repo.id for repo in repos}
        self._other_names |= {old.lower(): repo.id for repo in repos for old in repo.renamed_from}
        self._snapshots: dict[tuple[str, str], asyncio.Task[RepoSnapshot]] = {}
        self._facts: asyncio.Task[dict[str, RepoFacts]] | None = None

    def __iter__(self) -> Iterator[DemoRepo]:
        return iter(self._repos.values())

    def get(self, name: str) -> DemoRepo | None:
        """The repository of exactly that name."""
        return self._repos.get(name)

    def current_name(self, name: str) -> str | None:
        """The name that a former one, or one in another case, stands for."""
        return self._other_names.get(name.lower())

    async def facts(self) -> dict[str, RepoFacts]:
        """The facts of every model by its id; read once, in a thread."""
        if self._facts is None:
            work = asyncio.to_thread(lambda: {r.id: read_facts(r.files) for r in self})
            self._facts = asyncio.create_task(work)
        return await asyncio.shield(self._facts)

    async def snapshot(self, model_id: str, ref: str = "main") -> RepoSnapshot:
        """The files of a model at a branch or tag, with their hashes; read once, in a thread."""
        key = (model_id, ref)
        if key not in self._snapshots:
            work = asyncio.to_thread(take_snapshot, self._repos[model_id], ref)
            self._snapshots[key] = asyncio.create_task(work)
        return await asyncio.shield(self._snapshots[key])

    async def at_revision(self, repo: DemoRepo, revision: str) -> RepoSnapshot:
        """The files at a branch, tag or commit.

        Raises:
            HubRefusal: there is no such revision.
        """
        names = ["main", *(each.name for each in repo.revisions)]
        for prefix in ("refs/heads/", "refs/tags/", ""):
            if revision.removeprefix(prefix) in names:
                return await self.snapshot(repo.id, revision.removeprefix(prefix))
        if revision == "HEAD":
            return await self.snapshot(repo.id)
        for name in names if len(revision) == 40 else ():
            snapshot = await self.snapshot(repo.id, name)
            if snapshot.commit == revision:
                return snapshot
        raise HubRefusal(404, f"Invalid rev id: {revision}", "RevisionNotFound")
