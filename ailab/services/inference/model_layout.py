"""Which files of a model's folder or repository a run needs."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import chain
from types import MappingProxyType

from ailab.services.inference.engine_table import ENGINES, ONNX, TORCH, engine_reading
from ailab.services.inference.exported_parts import (
    HALVES,
    LEADING,
    SUFFIXES,
    VISUAL,
    exported_parts,
    is_of_one_variant,
    leads,
    sees_alone,
    stem_and_suffix,
)
from ailab.services.inference.network import WORDS
from ailab.services.inference.processor_files import nearest, processor_files
from ailab.services.inference.tensor_files import tensor_files
from ailab.services.inference.text_files import (
    QFORMER_FOLDER,
    TEXTUAL_FOLDER,
    TOKENIZER_FOLDERS,
    characters_among,
    text_files,
    tokenizer_among,
)

_ONNX = ".onnx"
_SHEET = ".ailab.json"

INNER_FOLDERS = ("onnx", "visual", *TOKENIZER_FOLDERS)
"""Where in a model's folder a run's files may lie, beside the folder itself."""

SAFETENSORS = "safetensors"
"""The variant that PyTorch runs."""

_VARIANTS: Mapping[str, str] = MappingProxyType(
    {
        f"{folder}{stem}{suffix}.onnx": variant
        for stem in ("model", *LEADING)
        for variant, suffix in SUFFIXES
        for folder in ("onnx/", "")
    }
    | {VISUAL: "fp32"}
)


@dataclass(frozen=True, slots=True)
class ModelLayout:
    """The files of a model that ailab runs; POSIX paths relative to the model's folder.

    Attributes:
        weights: the `.onnx` file (of the first part, where the network has several), the
            `.safetensors` file, or the index of several of these.
        external_data: files beside it that hold its larger tensors.
        config: `config.json`; None where there is none.
        preprocessor: `preprocessor_config.json`, or `processor_config.json`, which holds the
            same; None where there is none.
        processor: the latter beside the former; see `read_processor`.
        sheet: the sheet that describes a bare `.onnx` file; None where there is none.
        labels: text files beside the sheet, one of which may hold the classes' names.
        variant: what tells these weights from the others of the same model, such as `fp16`.
        engine: name of the engine that reads them.
        parts: name and file of each part of a network that has several, that of `weights` first.
        texts: files of the tokenizers and of the generation of text, where there are such.
    """

    weights: str
    external_data: tuple[str, ...] = ()
    config: str | None = None
    preprocessor: str | None = None
    processor: str | None = None
    sheet: str | None = None
    labels: tuple[str, ...] = ()
    variant: str = ""
    engine: str = ONNX
    parts: tuple[tuple[str, str], ...] = ()
    texts: tuple[str, ...] = ()

    @property
    def files(self) -> tuple[str, ...]:
        """All files that a run needs."""
        described = (self.config, self.preprocessor, self.processor, self.sheet)
        named = (path for path in described if path)
        return (*self.weight_files, *named, *self.texts, *self.labels)

    @property
    def weight_files(self) -> tuple[str, ...]:
        """The files that hold weights: those of all parts, and their external data."""
        return (*self.part_files, *self.external_data)

    @property
    def part_files(self) -> tuple[str, ...]:
        """The file of each part of the network, or its one file."""
        return (self.weights, *(path for _, path in self.parts[1:]))

    @property
    def tokenizer(self) -> str | None:
        """`tokenizer.json`, or the vocabulary in its place; None where there is neither."""
        return tokenizer_among(self.texts) or tokenizer_among(self.texts, TEXTUAL_FOLDER)

    @property
    def qformer_tokenizer(self) -> str | None:
        """The same of the part that looks at the picture, where that reads the question too."""
        return tokenizer_among(self.texts, QFORMER_FOLDER)

    @property
    def characters(self) -> str | None:
        """What lists the characters of a network that reads a word; None where nothing does."""
        return characters_among(self.texts)

    @property
    def sees_alone(self) -> bool:
        """True for the part of CLIP's kind that sees, without the one that reads."""
        return sees_alone(self.weights) and WORDS not in dict(self.parts)

    @property
    def is_described(self) -> bool:
        """True where the files say how pictures go in and what comes out."""
        return self.sheet is not None or (self.config is not None and self.preprocessor is not None)

    def with_labels(self, files: Iterable[str]) -> ModelLayout:
        """The same with text files that may hold the classes' names, once a sheet names one."""
        return replace(self, labels=tuple(sorted({*self.labels, *files})))

    def with_data(self, files: Iterable[str]) -> ModelLayout:
        """The same with more files of external data, such as the graphs themselves name."""
        more = set(files) - set(self.files)
        return replace(self, external_data=tuple(sorted({*self.external_data, *more})))


def find_layout(
    paths: Sequence[str], variant: str | None = None, *, is_torch_alone: bool = False
) -> ModelLayout | None:
    """Choose among a folder's files, relative to it; None where none can be chosen.

    Args:
        paths: the files.
        variant: which weights; None for the first of `find_layouts`, but for several `.onnx`
            files of unknown names: any choice among these would be a guess.
        is_torch_alone: True for a network that runs from safetensors alone.
    """
    present = set(paths)
    weights = _weights(present)
    if is_torch_alone and variant is None and any(path in _whole(TORCH) for path in weights):
        variant = SAFETENSORS
    if variant is not None:
        chosen = next((path for path in weights if _is_called(path, variant)), None)
        if chosen is None:
            return _alone(present).get(variant)
    else:
        unnamed = [path for path in weights if not _variant(path)]
        chosen = next((path for path in weights if len(unnamed) < 2 or path not in unnamed), None)
    return _layout(chosen, present) if chosen is not None else None


def find_layouts(paths: Sequence[str]) -> tuple[ModelLayout, ...]:
    """All weights that an engine could read, best first, each of another variant.

    Those with the names that transformers.js uses come first, in `onnx/` rather than at the root;
    else `.onnx` files at the root, those with a sheet where there are such; else those in `onnx/`.
    Parts of one network are of one variant; only where none has them all, each is the best there
    is. Then come safetensors: ONNX Runtime is always there, and the faster of the two. Last comes
    what CLIP's kind sees by, without what it reads by.
    """
    present = set(paths)
    wholes = tuple(_layout(path, present) for path in _weights(present))
    there = {layout.weights for layout in wholes if layout.sees_alone}
    return (*wholes, *(each for each in _alone(present).values() if each.weights not in there))


def described_variant(paths: Sequence[str], described: Collection[str]) -> str | None:
    """The one variant that has a sheet elsewhere, where no files describe the usual weights.

    None where that is not so, or not one alone: then the usual weights are taken.

    Args:
        paths: the files, relative to the folder.
        described: those of them that have a sheet elsewhere.
    """
    layouts = find_layouts(paths) if described else ()
    if not layouts or layouts[0].is_described:
        return None
    found = [layout.variant for layout in layouts if layout.weights in described]
    return found[0] if len(found) == 1 else None


def layout_around(weights: str, paths: Iterable[str]) -> ModelLayout:
    """The layout of an `.onnx` file, whatever its name, among the files of its folder."""
    return _layout(weights, set(paths), is_alone=sees_alone(weights))


def sheet_path(weights: str) -> str:
    """Where an `.onnx` file's sheet lies: `<name>.ailab.json` beside it; a sheet is its own."""
    return weights if is_sheet(weights) else _stem(weights) + _SHEET


def is_sheet(name: str) -> bool:
    """True for the name of a sheet."""
    return name.endswith(_SHEET)


def _weights(present: set[str]) -> tuple[str, ...]:
    """The files of weights to choose from, best first."""
    onnx = tuple(_named(present)) or _unnamed(present)
    others = ([path for path in _whole(engine) if path in present][:1] for engine in ENGINES)
    return (*onnx, *chain.from_iterable(others))


def _whole(engine: str) -> tuple[str, ...]:
    """Names of the weights that another engine than ONNX Runtime reads; of these one is enough."""
    return () if engine == ONNX else ENGINES[engine].weights


def _variant(weights: str) -> str:
    """What weights of a known name are called; empty for an ONNX file of any other."""
    return _VARIANTS.get(weights) or ENGINES[engine_reading(weights)].variant


def _named(present: set[str]) -> Iterator[str]:
    seen: set[str] = set()
    mixed = ""
    for path, variant in _VARIANTS.items():
        if path not in present or variant in seen:
            continue
        if not leads(path, present):
            continue
        if is_of_one_variant(exported_parts(path, present)):
            seen.add(variant)
            yield path
        else:
            mixed = mixed or path
    if mixed and not seen:
        yield mixed


def _unnamed(present: set[str]) -> tuple[str, ...]:
    files = sorted(path for path in present if path.endswith(".onnx"))
    candidates = [path for path in files if "/" not in path]
    described = tuple(path for path in candidates if sheet_path(path) in present)
    inner = [path for path in files if path.rpartition("/")[0] == "onnx"]
    has_parts = any(stem_and_suffix(path)[0] in HALVES for path in inner)
    return described or tuple(candidates) or (() if has_parts else tuple(inner))


def _alone(present: set[str]) -> dict[str, ModelLayout]:
    """What CLIP's kind sees by, by the names of the files."""
    found: dict[str, ModelLayout] = {}
    for path in (path for path in _VARIANTS if path in present and sees_alone(path)):
        name = "visual" if path == VISUAL else _stem(path.rpartition("/")[2])
        found.setdefault(name, replace(_layout(path, present, is_alone=True), variant=name))
    return found


def _layout(weights: str, present: set[str], *, is_alone: bool = False) -> ModelLayout:
    folder = weights.rpartition("/")[0]
    engine = engine_reading(weights)
    sheet = sheet_path(weights) if engine == ONNX else ""
    is_sheet_there = sheet in present
    parts = exported_parts(weights, {weights} if is_alone else present)
    owners = [path for _, path in parts] or [weights]
    preprocessor, processor = processor_files(folder, present)
    is_mute = sees_alone(weights) and WORDS not in dict(parts)
    texts = () if is_sheet_there or is_mute else text_files(present, may_chat=engine == TORCH)
    return ModelLayout(
        weights=weights,
        external_data=tuple(sorted(tensor_files(owners, present))),
        config=nearest("config.json", folder, present),
        preprocessor=preprocessor,
        processor=processor,
        sheet=sheet if is_sheet_there else None,
        labels=tuple(sorted(_texts_in(folder, present))) if is_sheet_there else (),
        variant=_variant(weights) or _stem(weights.rpartition("/")[2]),
        engine=engine,
        parts=parts,
        texts=tuple(name for name in texts if name not in {preprocessor, processor}),
    )


def _is_called(weights: str, variant: str) -> bool:
    """True for a file's variant, and for what its name calls it (`quantized`)."""
    name = _stem(weights.rpartition("/")[2])
    return variant == (_variant(weights) or name) or name == f"model_{variant}"


def _stem(weights: str) -> str:
    """A path without `.onnx` at its end, in whatever case that is written."""
    return weights[: -len(_ONNX)] if weights.lower().endswith(_ONNX) else weights


def _texts_in(folder: str, present: set[str]) -> set[str]:
    return {path for path in present if path.endswith(".txt") and path.rpartition("/")[0] == folder}
