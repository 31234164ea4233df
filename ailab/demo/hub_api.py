"""The Hub's API: from a request's path to its answer."""

from __future__ import annotations

import asyncio
import html
from collections.abc import Mapping, Sequence
from pathlib import PurePosixPath
from urllib.parse import quote, unquote

from aiohttp import web
from yarl import URL

from ailab.demo import hub_answers
from ailab.demo.content_network import ContentNetwork
from ailab.demo.demo_repo import DemoRepo
from ailab.demo.file_answer import send_file
from ailab.demo.hub_answers import HubRefusal, RequestQuota
from ailab.demo.list_request import read_expand, read_list_query
from ailab.demo.repo_json import (
    DETAIL_EXPANSIONS,
    DETAIL_FIELDS,
    FULL_FIELDS,
    LIST_EXPANSIONS,
    ROW_FIELDS,
    needs_snapshot,
    repo_json,
    tree_json,
)
from ailab.demo.repo_list import BadParameterError, select_page
from ailab.demo.repo_snapshot import RepoSnapshot, read_range, take_snapshot

_TEXT = frozenset({".json", ".md", ".py", ".txt", ".yaml"})
_BRANCHES = frozenset({"main", "HEAD", "refs/heads/main"})


class HubApi:
    """Answers the requests to the Hub's origin.

    Attributes:
        url: the Hub's origin; empty until it is known.
    """

    def __init__(
        self,
        repos: Sequence[DemoRepo],
        network: ContentNetwork,
        tokens: Mapping[str, frozenset[str]],
        quotas: Mapping[str, int],
    ) -> None:
        """Take the catalogue; see `HubServer`."""
        self.url = ""
        self._repos = {repo.id: repo for repo in repos}
        # The Hub redirects former names, and names in another case.
        self._other_names = {repo.id.lower(): repo.id for repo in repos}
        self._other_names |= {old.lower(): repo.id for repo in repos for old in repo.renamed_from}
        self._network = network
        self._tokens = tokens
        self._quota = RequestQuota(hub_answers.QUOTAS | dict(quotas))
        self._snapshots: dict[str, asyncio.Task[RepoSnapshot]] = {}

    async def snapshot(self, model_id: str) -> RepoSnapshot:
        """The files of a model with their hashes; read once, in a thread."""
        if model_id not in self._snapshots:
            work = asyncio.to_thread(take_snapshot, self._repos[model_id])
            self._snapshots[model_id] = asyncio.create_task(work)
        return await asyncio.shield(self._snapshots[model_id])

    async def add_headers(self, request: web.Request, response: web.StreamResponse) -> None:
        """Add what every answer of the Hub has, redirects and refusals included."""
        trace = request.headers.get("X-Amzn-Trace-Id", "")
        response.headers.update(hub_answers.common_headers(self.url, trace))
        response.headers.update(self._quota.headers(hub_answers.bucket_of(request.path)))

    async def handle(self, request: web.Request) -> web.StreamResponse:
        """Answer a GET or HEAD."""
        try:
            if not self._quota.take(hub_answers.bucket_of(request.path)):
                raise hub_answers.over_quota(request.remote or "")
            return await self._answer(request)
        except BadParameterError as error:
            return HubRefusal(400, str(error)).response()
        except HubRefusal as refusal:
            return refusal.response()

    async def _answer(self, request: web.Request) -> web.StreamResponse:
        raw_path = request.raw_path.partition("?")[0]
        parts = [unquote(part) for part in raw_path.strip("/").split("/")]
        match parts:
            case ["api", "models"]:
                return await self._list(request)
            case ["api", "whoami-v2"]:
                return self._who_am_i(request)
            case ["api", "resolve-cache", "models", owner, name, commit, *path]:
                return await self._cached_file(request, f"{owner}/{name}", commit, "/".join(path))
            case ["api", "models", *rest]:
                return await self._model(request, rest)
            case ["api", *_]:
                raise HubRefusal(404, "Sorry, we can't find the page you are looking for.")
            case [_, _, "resolve", revision, *path] if path:
                repo = self._find(request, parts[:2])
                return await self._resolve(request, repo, revision, "/".join(path))
            case [_, "resolve", _, *path] if path:
                self._find(request, parts[:1])
            case [_, _] | [_]:
                return await self._page(self._find(request, parts))
        raise HubRefusal(404, "Sorry, we can't find the page you are looking for.")

    async def _list(self, request: web.Request) -> web.Response:
        self._is_signed_in(request)
        query = read_list_query(request.query)
        fields = read_expand(request.query, LIST_EXPANSIONS)
        if fields is None:
            is_full = request.query.get("full") == "true"
            fields = (*ROW_FIELDS, *FULL_FIELDS) if is_full else ROW_FIELDS
            if query.sort != "trendingScore":
                fields = tuple(name for name in fields if name != "trendingScore")
        page, cursor = select_page(list(self._repos.values()), query)
        wants_files = needs_snapshot(fields)
        rows = [
            repo_json(repo, fields, await self.snapshot(repo.id) if wants_files else None)
            for repo in page
        ]
        response = web.json_response(rows)
        if cursor:
            following = URL(f"{self.url}/api/models").with_query(
                [(name, value) for name, value in request.query.items() if name != "cursor"]
                + [("cursor", cursor)]
            )
            response.headers["Link"] = f'<{following}>; rel="next"'
        return response

    async def _model(self, request: web.Request, rest: list[str]) -> web.Response:
        # Former names have no owner sometimes: `bert-base` is `google-bert/bert-base` today.
        is_bare = len(rest) == 1 or rest[1] in {"revision", "tree"}
        name, rest = (rest[:1], rest[1:]) if is_bare else (rest[:2], rest[2:])
        repo = self._find(request, name)
        match rest:
            case [] | ["revision", _]:
                snapshot = await self._at_revision(repo, rest[1] if rest else "main")
                fields = read_expand(request.query, DETAIL_EXPANSIONS) or DETAIL_FIELDS
                with_blobs = request.query.get("blobs") == "true"
                return web.json_response(repo_json(repo, fields, snapshot, with_blobs=with_blobs))
            case ["tree", revision, *path]:
                snapshot = await self._at_revision(repo, revision)
                recursive = request.query.get("recursive") == "true"
                folder = "/".join(path)
                if folder and folder not in snapshot.folders:
                    raise HubRefusal(
                        404, f'"{folder}" does not exist on "{revision}"', "EntryNotFound"
                    )
                return web.json_response(tree_json(snapshot, folder, recursive=recursive))
        raise HubRefusal(404, "Sorry, we can't find the page you are looking for.")

    async def _resolve(
        self, request: web.Request, repo: DemoRepo, revision: str, path: str
    ) -> web.Response:
        if repo.disabled:
            raise HubRefusal(403, "Access to this resource is disabled.")
        self._check_gate(request, repo)
        snapshot = await self._at_revision(repo, revision)
        commit = {"X-Repo-Commit": snapshot.commit}
        blob = snapshot.blobs.get(path)
        if blob is None:
            raise HubRefusal(404, "Entry not found", "EntryNotFound", commit)
        if blob.sha256:
            headers = commit | {
                "Location": self._network.signed_url(blob, repo.key),
                "X-Linked-Size": str(blob.size),
                "X-Linked-ETag": f'"{blob.sha256}"',
                "Accept-Ranges": "bytes",
            }
            return web.Response(status=302, headers=headers)
        cached = f"/api/resolve-cache/models/{repo.id}/{snapshot.commit}/{quote(path)}"
        query = f"{quote(request.path, safe='')}=&etag=%22{blob.git_sha1}%22"
        return web.Response(status=307, headers={"Location": f"{cached}?{query}"})

    async def _cached_file(
        self, request: web.Request, model_id: str, commit: str, path: str
    ) -> web.StreamResponse:
        repo = self._find(request, model_id.split("/"))
        self._check_gate(request, repo)
        if len(commit) != 40:
            raise HubRefusal(400, "✖ Invalid commit")
        snapshot = await self._at_revision(repo, commit)
        blob = snapshot.blobs.get(path)
        if blob is None or blob.sha256:
            raise HubRefusal(404, "Entry not found", "EntryNotFound")
        headers = {"ETag": f'"{blob.git_sha1}"', "X-Repo-Commit": snapshot.commit}
        is_text = PurePosixPath(path).suffix in _TEXT
        return await send_file(request, blob.file, headers, is_text=is_text)

    def _find(self, request: web.Request, name: list[str]) -> DemoRepo:
        """The repository of that name, or a redirect to it, or the Hub's refusal."""
        asked = "/".join(name)
        repo = self._repos.get(asked)
        is_signed_in = self._is_signed_in(request)
        if repo is not None and not repo.vanished:
            return repo
        current = self._other_names.get(asked.lower())
        if repo is not None or current is None:
            raise hub_answers.repo_missing(is_signed_in=is_signed_in)
        location = request.raw_path.replace(quote(asked), current, 1)
        raise hub_answers.moved(location)

    async def _at_revision(self, repo: DemoRepo, revision: str) -> RepoSnapshot:
        snapshot = await self.snapshot(repo.id)
        if revision not in _BRANCHES and revision != snapshot.commit:
            raise HubRefusal(404, f"Invalid rev id: {revision}", "RevisionNotFound")
        return snapshot

    def _token(self, request: web.Request) -> str:
        kind, _, token = request.headers.get("Authorization", "").partition(" ")
        return token if kind == "Bearer" else ""

    def _is_signed_in(self, request: web.Request) -> bool:
        token = self._token(request)
        if token and token not in self._tokens and "/resolve" not in request.path:
            raise HubRefusal(401, "Invalid credentials in Authorization header")
        return token in self._tokens

    def _check_gate(self, request: web.Request, repo: DemoRepo) -> None:
        if repo.gated and repo.id not in self._tokens.get(self._token(request), frozenset()):
            page = f"{self.url}/{repo.id}"
            is_signed_in = self._is_signed_in(request)
            raise hub_answers.gated(repo.id, page, is_signed_in=is_signed_in)

    def _who_am_i(self, request: web.Request) -> web.Response:
        if not self._is_signed_in(request):
            raise hub_answers.repo_missing(is_signed_in=False)
        token = {"displayName": "lab", "role": "read", "createdAt": "2026-01-02T03:04:05.000Z"}
        person = {"type": "user", "id": "0" * 24, "name": "demo", "fullname": "Demo Person"}
        auth = {"type": "access_token", "accessToken": token}
        return web.json_response(person | {"isPro": False, "orgs": [], "auth": auth})

    async def _page(self, repo: DemoRepo) -> web.Response:
        card = (await self.snapshot(repo.id)).blobs.get("README.md")
        content = await asyncio.to_thread(read_range, card.file, 0, card.size) if card else b""
        title, text = html.escape(repo.id), html.escape(content.decode())
        head = f"<!doctype html><meta charset=utf-8><title>{title}</title>"
        page = f"{head}<h1>{title}</h1><pre>{text}</pre>"
        return web.Response(text=page, content_type="text/html")
