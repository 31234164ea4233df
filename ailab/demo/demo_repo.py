"""What the embedded Hub is told about one model: values alone, nothing is read or hashed here."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path, PurePosixPath
from typing import Any

from ailab.demo.demo_file import DemoFile
from ailab.demo.front_matter import read_front_matter
from ailab.services.hub.model_info import Gated

_SOME_DAY = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class DemoRevision:
    """A further revision of a repository, beside `main`.

    Attributes:
        name: of the branch or tag.
        files: its files.
        is_tag: a tag, else a branch.
    """

    name: str
    files: tuple[DemoFile, ...]
    is_tag: bool = False


@dataclass(frozen=True, slots=True)
class DemoRepo:
    """A model's repository.

    Attributes:
        id: `owner/name`.
        files: its files on the branch `main`.
        revisions: its other branches and its tags.
        task: pipeline tag.
        library: the library's name.
        license: the licence's id.
        tags: free tags; those that follow from the other fields are added by `all_tags`.
        downloads: in the last 30 days.
        likes: how many people like it.
        trending: the trending score.
        created: UTC.
        modified: UTC.
        card: the README's metadata as its author wrote it (`cardData`).
        spaces: ids of the apps that use it.
        gated: how its files are gated.
        is_private: only the tokens that may read it see that it is there.
        disabled: the Hub has switched it off: details are given, files are not.
        vanished: it is in the list still, but nothing else of it is there.
        renamed_from: former ids, which are redirected.
    """

    id: str
    files: tuple[DemoFile, ...] = ()
    revisions: tuple[DemoRevision, ...] = ()
    task: str | None = None
    library: str | None = None
    license: str | None = None
    tags: tuple[str, ...] = ()
    downloads: int = 0
    likes: int = 0
    trending: int = 0
    created: datetime = _SOME_DAY
    modified: datetime = _SOME_DAY
    card: Mapping[str, Any] = field(default_factory=dict)
    spaces: tuple[str, ...] = ()
    gated: Gated = ""
    is_private: bool = False
    disabled: bool = False
    vanished: bool = False
    renamed_from: tuple[str, ...] = ()

    @classmethod
    def from_folder(
        cls, model_id: str, folder: Path, *, task: str | None = None, **fields: Any
    ) -> DemoRepo:
        """A repository whose files are those of a folder, sub-folders included.

        The card's metadata is read from the front matter of its `README.md`; task, library,
        licence and tags are taken from there where they are not given.

        Args:
            model_id: `owner/name`.
            folder: the folder; hidden files are left out.
            task: pipeline tag.
            **fields: any other field of `DemoRepo`.
        """
        found = sorted(path for path in folder.rglob("*") if path.is_file())
        relative = [(path.relative_to(folder), path) for path in found]
        files = tuple(
            DemoFile(name.as_posix(), path)
            for name, path in relative
            if not any(part.startswith(".") for part in name.parts)
        )
        readme = folder / "README.md"
        card = read_front_matter(readme.read_text("utf-8")) if readme.is_file() else {}
        licences = card.get("license")
        values: dict[str, Any] = {
            "task": task or card.get("pipeline_tag"),
            "library": card.get("library_name"),
            "license": licences if isinstance(licences, str) else None,
            "tags": tuple(card.get("tags", ())),
            "card": card,
        }
        return cls(model_id, files, **(values | fields))

    @property
    def key(self) -> str:
        """The Hub's `_id`: 24 hexadecimal digits, the first eight the time of creation."""
        rest = hashlib.sha256(self.id.encode()).hexdigest()[:16]
        return f"{int(self.created.timestamp()):08x}{rest}"

    def files_at(self, ref: str) -> tuple[DemoFile, ...]:
        """The files of a branch or tag.

        Raises:
            KeyError: there is none of that name.
        """
        named = {"main": self.files} | {each.name: each.files for each in self.revisions}
        return named[ref]

    @property
    def author(self) -> str:
        """The owner."""
        return self.id.partition("/")[0]

    @property
    def all_tags(self) -> tuple[str, ...]:
        """The tags as the Hub lists them: derived ones and free ones, each once."""
        suffixes = {PurePosixPath(file.path).suffix for file in self.files}
        formats = [name for name in ("onnx", "safetensors") if f".{name}" in suffixes]
        derived = [self.library, *formats, self.task, *self.tags, *self._named("language")]
        licence = f"license:{self.license}" if self.license else None
        related = [f"dataset:{name}" for name in self._named("datasets")]
        related += [f"base_model:{name}" for name in self._named("base_model")]
        return tuple(
            dict.fromkeys(tag for tag in (*derived, *related, licence, "region:us") if tag)
        )

    def _named(self, key: str) -> tuple[str, ...]:
        """What the card names under a key, one thing or several."""
        value = self.card.get(key, ())
        return (value,) if isinstance(value, str) else tuple(value)
