"""The Hub's API: from a request's path to its answer."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping, Sequence
from pathlib import PurePosixPath
from urllib.parse import quote, unquote

from aiohttp import web
from yarl import URL

from ailab.demo import hub_answers
from ailab.demo.content_network import ContentNetwork
from ailab.demo.demo_repo import DemoRepo
from ailab.demo.demo_token import DemoToken
from ailab.demo.file_answer import send_file
from ailab.demo.hub_access import HubAccess
from ailab.demo.hub_answers import HubRefusal, RequestQuota
from ailab.demo.hub_pages import model_page, tokens_page
from ailab.demo.hub_repos import HubRepos
from ailab.demo.known_answer import unless_known
from ailab.demo.list_request import read_expand, read_list_query
from ailab.demo.repo_json import (
    DETAIL_EXPANSIONS,
    DETAIL_FIELDS,
    FULL_FIELDS,
    LIST_EXPANSIONS,
    ROW_FIELDS,
    needs_facts,
    needs_snapshot,
    refs_json,
    repo_json,
    tree_json,
)
from ailab.demo.repo_list import LARGEST_PAGE, BadParameterError, select_page
from ailab.demo.repo_snapshot import RepoSnapshot

_TEXT = frozenset({".json", ".md", ".py", ".txt", ".yaml"})
_NO_PAGE = "Sorry, we can't find the page you are looking for."


class HubApi:
    """Answers the requests to the Hub's origin.

    Attributes:
        url: the Hub's origin; empty until it is known.
    """

    def __init__(
        self,
        repos: Sequence[DemoRepo],
        network: ContentNetwork,
        tokens: Mapping[str, DemoToken],
        quotas: Mapping[str, int],
    ) -> None:
        """Take the catalogue; see `HubServer`."""
        self.url = ""
        self._repos = HubRepos(repos)
        self._network = network
        self._access = HubAccess(tokens)
        self._quotas = dict(quotas)
        self._counts: dict[str, RequestQuota] = {}

    async def snapshot(self, model_id: str, ref: str = "main") -> RepoSnapshot:
        """The files of a model at a branch or tag, with their hashes."""
        return await self._repos.snapshot(model_id, ref)

    async def add_headers(self, request: web.Request, response: web.StreamResponse) -> None:
        """Add what every answer of the Hub has, redirects and refusals included."""
        trace = request.headers.get("X-Amzn-Trace-Id", "")
        response.headers.update(hub_answers.common_headers(self.url, trace))
        bucket = hub_answers.bucket_of(request.path)
        response.headers.update(self._quota(request).headers(bucket))

    async def handle(self, request: web.Request) -> web.StreamResponse:
        """Answer a GET or HEAD."""
        try:
            self._count(request)
            return unless_known(request, await self._answer(request))
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
                return web.json_response(self._access.who_am_i(request))
            case ["api", "resolve-cache", "models", owner, name, commit, *path]:
                return await self._cached_file(request, f"{owner}/{name}", commit, "/".join(path))
            case ["api", "models", *rest]:
                return await self._model(request, rest)
            case ["api", *_]:
                raise HubRefusal(404, _NO_PAGE)
            case [_, _, "resolve", revision, *path] if path:
                repo = self._find(request, parts[:2])
                return await self._resolve(request, repo, revision, "/".join(path))
            case [_, "resolve", _, *path] if path:
                self._find(request, parts[:1])
            case [_, _] | [_]:
                return await self._page(request, parts)
            case _:
                pass
        raise HubRefusal(404, _NO_PAGE)

    async def _list(self, request: web.Request) -> web.Response:
        token = self._access.token(request)
        query = read_list_query(request.query)
        fields = read_expand(request.query, LIST_EXPANSIONS)
        if fields is None:
            is_full = request.query.get("full") == "true"
            fields = (*ROW_FIELDS, *FULL_FIELDS) if is_full else ROW_FIELDS
            if query.sort != "trendingScore":
                fields = tuple(name for name in fields if name != "trendingScore")
        is_read = query.needs_parameters or needs_facts(fields)
        facts = await self._repos.facts() if is_read else {}
        seen = [repo for repo in self._repos if self._access.may_see(repo, token)]
        counts = {model_id: each.parameter_count for model_id, each in facts.items()}
        page, cursor = select_page(seen, query, counts)
        is_hashed = needs_snapshot(fields)
        rows = [
            repo_json(
                repo,
                fields,
                await self._repos.snapshot(repo.id) if is_hashed else None,
                facts.get(repo.id),
            )
            for repo in page
        ]
        response = web.json_response(rows)
        if cursor:
            self._link_next(request, response, cursor)
        return response

    async def _model(self, request: web.Request, rest: list[str]) -> web.Response:
        # Former names have no owner sometimes: `bert-base` is `google-bert/bert-base` today.
        is_bare = len(rest) == 1 or rest[1] in {"revision", "tree", "refs"}
        name, rest = (rest[:1], rest[1:]) if is_bare else (rest[:2], rest[2:])
        repo = self._find(request, name)
        match rest:
            case [] | ["revision", _]:
                snapshot = await self._repos.at_revision(repo, rest[1] if rest else "main")
                fields = read_expand(request.query, DETAIL_EXPANSIONS) or DETAIL_FIELDS
                with_blobs = request.query.get("blobs") == "true"
                return web.json_response(repo_json(repo, fields, snapshot, with_blobs=with_blobs))
            case ["tree", revision, *path]:
                return await self._tree(request, repo, revision, "/".join(path))
            case ["refs"]:
                names = ["main", *(each.name for each in repo.revisions)]
                commits = {ref: (await self._repos.snapshot(repo.id, ref)).commit for ref in names}
                tags = frozenset(each.name for each in repo.revisions if each.is_tag)
                return web.json_response(refs_json(commits, tags))
            case ["auth-check"]:
                self._check_gate(request, repo)
                return web.Response(text="OK")
            case _:
                raise HubRefusal(404, _NO_PAGE)

    async def _tree(
        self, request: web.Request, repo: DemoRepo, revision: str, folder: str
    ) -> web.Response:
        snapshot = await self._repos.at_revision(repo, revision)
        if folder and folder not in snapshot.folders:
            raise HubRefusal(404, f'"{folder}" does not exist on "{revision}"', "EntryNotFound")
        is_recursive = request.query.get("recursive") == "true"
        entries = tree_json(snapshot, folder, recursive=is_recursive)
        start, limit = _tree_window(request)
        response = web.json_response(entries[start : start + limit])
        if start + limit < len(entries):
            cursor = base64.b64encode(str(start + limit).encode()).decode()
            self._link_next(request, response, cursor)
        return response

    async def _resolve(
        self, request: web.Request, repo: DemoRepo, revision: str, path: str
    ) -> web.Response:
        if repo.disabled:
            raise HubRefusal(403, "Access to this resource is disabled.")
        self._check_gate(request, repo)
        snapshot = await self._repos.at_revision(repo, revision)
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
        snapshot = await self._repos.at_revision(repo, commit)
        blob = snapshot.blobs.get(path)
        if blob is None or blob.sha256:
            raise HubRefusal(404, "Entry not found", "EntryNotFound")
        headers = {"ETag": f'"{blob.git_sha1}"', "X-Repo-Commit": snapshot.commit}
        is_text = PurePosixPath(path).suffix in _TEXT
        return await send_file(request, blob.file, headers, is_text=is_text)

    async def _page(self, request: web.Request, parts: list[str]) -> web.Response:
        if parts == ["settings", "tokens"]:
            return tokens_page(self._access.secrets)
        repo = self._find(request, parts)
        return await model_page(repo.id, await self._repos.snapshot(repo.id))

    def _find(self, request: web.Request, name: list[str]) -> DemoRepo:
        """The repository of that name, or a redirect to it, or the Hub's refusal."""
        asked = "/".join(name)
        token = self._access.token(request)
        repo = self._repos.get(asked)
        current = self._repos.current_name(asked)
        target = self._repos.get(current) if current else None
        is_there = target is not None and self._access.may_see(target, token)
        if repo is not None and is_there and not repo.vanished:
            return repo
        if repo is not None or target is None or not is_there:
            raise hub_answers.repo_missing(is_signed_in=token is not None)
        location = request.raw_path.replace(quote(asked), target.id, 1)
        raise hub_answers.moved(location)

    def _check_gate(self, request: web.Request, repo: DemoRepo) -> None:
        self._access.check_gate(repo, self._access.token(request), f"{self.url}/{repo.id}")

    def _count(self, request: web.Request) -> None:
        bucket, quota = hub_answers.bucket_of(request.path), self._quota(request)
        if not quota.take(bucket):
            raise hub_answers.over_quota(
                request.remote or "",
                bucket,
                quota.quota(bucket),
                is_signed_in=bool(self._access.caller(request)),
            )

    def _quota(self, request: web.Request) -> RequestQuota:
        """Whoever asks is counted apart, and accounts may ask more."""
        caller = self._access.caller(request)
        usual = hub_answers.ACCOUNT_QUOTAS if caller else hub_answers.QUOTAS
        return self._counts.setdefault(caller, RequestQuota(usual | self._quotas))

    def _link_next(self, request: web.Request, response: web.Response, cursor: str) -> None:
        kept = [(name, value) for name, value in request.query.items() if name != "cursor"]
        following = URL(self.url).with_path(request.path).with_query([*kept, ("cursor", cursor)])
        response.headers["Link"] = f'<{following}>; rel="next"'


def _tree_window(request: web.Request) -> tuple[int, int]:
    """First entry and most entries of a page of a tree."""
    limit = request.query.get("limit", str(LARGEST_PAGE))
    cursor = request.query.get("cursor", "")
    try:
        start = int(base64.b64decode(cursor, validate=True)) if cursor else 0
    except (binascii.Error, ValueError) as error:
        raise BadParameterError("✖ Invalid cursor") from error
    if not limit.isascii() or not limit.isdigit() or int(limit) == 0:
        raise BadParameterError(f"✖ Invalid limit: {limit}")
    return start, min(int(limit), LARGEST_PAGE)
