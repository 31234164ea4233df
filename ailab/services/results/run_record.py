"""What a run was, so that it can be repeated."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import PurePath

from ailab.services.hub.model_reference import parse_reference
from ailab.services.images.picture_reference import parse_picture
from ailab.services.images.pixel_size import PixelSize
from ailab.services.images.plane import Plane
from ailab.services.inference.prompts import NO_PROMPTS, Prompts
from ailab.services.results.model_identity import ModelIdentity


@dataclass(frozen=True, slots=True)
class RunRecord:
    """The contents of `run.json`.

    Attributes:
        model: the Hub's id, the path of a local model, or the address of one on a server.
        model_source: `huggingface`, `local` or `server`.
        revision: the exact commit; of a model on a server its version, where that is known;
            None for a local model.
        endpoint: origin of the Hub that the model came from; None for other models.
        task: the pipeline tag.
        threshold: the confidence at which annotated copies were drawn, 0 to 1.
        started: UTC, ISO 8601.
        finished: UTC, ISO 8601; None while the run goes on or where it broke off.
        pictures: references of the input pictures, in order.
        results: names of the result files in the run's folder, in the order of `pictures`;
            empty for a picture that failed; shorter where the run broke off.
        failures: reference of each picture that failed, and why.
        model_files: name and sha256 of each file of the model that was read: weights, and what
            says how pictures go in and what comes out.
        versions: name and version of what took part (ailab, Python, onnxruntime, …).
        variant: which of the model's weights; None where its files leave no choice.
        prompts: what was asked of the model beside the pictures.
        device: key of what the engine ran on, such as `cpu` or `cuda`; None where not recorded.
        precision: in which numbers most of the weights were, such as `bfloat16`; None where not
            known or not recorded.
        place: where the pictures were run, as `--on` names it; None for this computer.
        reader: what names the model that read the lines which the model found; None where none
            did.
        pieces_from: pixels from which a piece of a region was counted; None where not recorded.
        groups_from: the cosine from which pictures were alike, 0 to 1; None where not recorded.
        planes: in the order of `results`, which channel, slice and frame of a stack each is;
            None where it failed or these are not told.
        pixel_sizes: in the order of `results`, how large the pixels of each are; None where it
            failed or that is not known.
        taken: in the order of `results`, when each was taken; empty where that is not known.
    """

    model: str
    model_source: str
    revision: str | None
    endpoint: str | None
    task: str
    threshold: float
    started: str
    finished: str | None = None
    pictures: tuple[str, ...] = ()
    results: tuple[str, ...] = ()
    failures: tuple[tuple[str, str], ...] = ()
    model_files: tuple[tuple[str, str], ...] = ()
    versions: tuple[tuple[str, str], ...] = field(default=())
    variant: str | None = None
    prompts: Prompts = NO_PROMPTS
    device: str | None = None
    precision: str | None = None
    place: str | None = None
    reader: str | None = None
    pieces_from: int | None = None
    groups_from: float | None = None
    planes: tuple[Plane | None, ...] = ()
    pixel_sizes: tuple[PixelSize | None, ...] = ()
    taken: tuple[str, ...] = ()

    @property
    def has_pages(self) -> bool:
        """Of some picture a page was chosen: paths alone do not tell the pictures apart."""
        return any(parse_picture(picture).page is not None for picture in self.pictures)

    @property
    def has_planes(self) -> bool:
        """Of some picture it is told which channel, slice and frame it is."""
        return any(self.planes)

    @property
    def has_pixel_sizes(self) -> bool:
        """Of some picture it is known how large its pixels are."""
        return any(self.pixel_sizes)

    @property
    def has_taken(self) -> bool:
        """Of some picture it is known when it was taken."""
        return any(self.taken)

    @property
    def identity(self) -> ModelIdentity:
        """Which model it was."""
        return ModelIdentity(
            self.model, self.model_source, self.revision, self.variant, self.model_files
        )


def reader_title(reader: str) -> str:
    """What a person calls a reader: the Hub's id, or the name of its file or folder."""
    path = PurePath(reader)
    if path.suffix == ".onnx":
        return path.stem
    return path.name if path.is_absolute() else parse_reference(reader).model
