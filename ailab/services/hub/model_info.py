"""The Hub's models as frozen values: a row of the list, a page of rows, a model's details."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

Gated = Literal["", "auto", "manual"]
"""How a model is gated: not at all, granted at once after a form, or granted by its author."""


@dataclass(frozen=True, slots=True)
class ModelInfo:
    """One row of the Hub's list. What the Hub does not tell is None or empty.

    Attributes:
        key: the Hub's own `_id` (24 hexadecimal digits), by which rows are told apart;
            the model's id where the Hub gave none.
        id: `owner/name` (a few old models have no owner).
        author: the owner.
        task: the pipeline tag, an open set.
        library: the library's name as the Hub spells it, an open set.
        license: the licence's id, from the tag `license:<id>`.
        downloads: in the last 30 days.
        likes: how many people like it.
        last_modified: UTC.
        tags: as the Hub gives them.
        gated: see `Gated`.
        parameters: the number of parameters, known for safetensors and GGUF weights only.
        created: UTC.
        size: bytes on disk: of all files where these are known, else of the weights as reckoned
            from the parameters and their dtypes.
        files: paths of the repository's files, without their sizes; empty where not told.
        architectures: `architectures` of the model's configuration, or what its type means.
        needs_remote_code: the configuration or tags name Python code of the repository itself.
        is_private: only its owner sees it.
        trending: the Hub's own score of how much it is noticed at present.
    """

    key: str
    id: str
    author: str | None = None
    task: str | None = None
    library: str | None = None
    license: str | None = None
    downloads: int | None = None
    likes: int | None = None
    last_modified: datetime | None = None
    tags: tuple[str, ...] = ()
    gated: Gated = ""
    parameters: int | None = None
    created: datetime | None = None
    size: int | None = None
    files: tuple[str, ...] = ()
    architectures: tuple[str, ...] = ()
    needs_remote_code: bool = False
    is_private: bool = False
    trending: float | None = None


@dataclass(frozen=True, slots=True)
class ModelPage:
    """Some rows of the list, and where the next ones are.

    Attributes:
        models: the rows, in the order of the query.
        next_cursor: where the next page begins, for whoever gave this one: an address from the
            `Link` header, or a place in the catalogue; None on the last page.
    """

    models: tuple[ModelInfo, ...]
    next_cursor: str | None = None


@dataclass(frozen=True, slots=True)
class RepoFile:
    r"""A file of a model's repository.

    Attributes:
        path: POSIX path inside the repository; relative, without `..`.
        size: bytes; None where the Hub does not tell.
        sha256: of the content, for a large file (LFS or Xet); None for a small one.
        git_sha1: of the git blob (`blob <size>\0` + content), for a small file; None for a
            large one, where the Hub's value is that of the pointer.
    """

    path: str
    size: int | None = None
    sha256: str | None = None
    git_sha1: str | None = None


@dataclass(frozen=True, slots=True)
class Evaluation:
    """A result that the card's author names (`model-index`); texts as written.

    Attributes:
        task: what was evaluated.
        dataset: on which data.
        metric: which measure.
        value: its value, as text.
    """

    task: str
    dataset: str
    metric: str
    value: str


@dataclass(frozen=True, slots=True)
class ModelDetails:
    """What the Hub knows about one model at one revision.

    Attributes:
        info: the same values as a row of the list.
        revision: the full commit (40 hexadecimal digits); None where the Hub does not tell.
        files: the repository's files at that revision.
        architectures: `architectures` of the model's configuration, or what its type means.
        model_type: `model_type` of the model's configuration.
        needs_remote_code: the configuration or tags name Python code of the repository itself.
        disabled: the Hub has switched the model off.
        base_models: ids of the models that it was made from.
        url: the address of the model's page.
        ref: the branch, tag or commit that was asked for.
        license_name: the name that the author gave a licence of its own; None for none.
        license_link: https address of the licence's text; None where none is named.
        languages: as the card names them.
        datasets: ids of the data that it was trained on.
        evaluations: results that the card names.
        spaces: ids of the Hub's apps that use it, at most 100.
        parameters_by_dtype: number of parameters by safetensors dtype (`F32`), largest first.
        images: candidates for a preview, best first: https addresses, or paths of the repository.
        gate_text: what the author asks of people before giving out the files; may be empty.
    """

    info: ModelInfo
    revision: str | None = None
    files: tuple[RepoFile, ...] = ()
    architectures: tuple[str, ...] = ()
    model_type: str | None = None
    needs_remote_code: bool = False
    disabled: bool = False
    base_models: tuple[str, ...] = ()
    url: str = field(default="")
    ref: str = "main"
    license_name: str | None = None
    license_link: str | None = None
    languages: tuple[str, ...] = ()
    datasets: tuple[str, ...] = ()
    evaluations: tuple[Evaluation, ...] = ()
    spaces: tuple[str, ...] = ()
    parameters_by_dtype: tuple[tuple[str, int], ...] = ()
    images: tuple[str, ...] = ()
    gate_text: str = ""

    @property
    def size_on_disk(self) -> int | None:
        """Bytes of all files; None where the size of any is unknown or there are none."""
        sizes = [file.size for file in self.files]
        known = [size for size in sizes if size is not None]
        return sum(known) if sizes and len(known) == len(sizes) else None
