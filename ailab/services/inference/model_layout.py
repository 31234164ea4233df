"""Which files of a model's folder or repository a run needs."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

ONNX, TORCH = "onnxruntime", "torch"
"""Names of the engines, by the weights that they read."""

SERVED = "open-inference-protocol"
"""Name of the engine that reads no weights, but asks a server that has them."""

_SHEET = ".ailab.json"

SAFETENSORS = "safetensors"
"""The variant that PyTorch runs."""

# What transformers.js calls its weights, and how it names their files
# (https://github.com/huggingface/transformers.js, `DEFAULT_DTYPE_SUFFIX_MAPPING`); what loses
# least comes first.
_SUFFIXES: Mapping[str, str] = MappingProxyType(
    {
        "fp32": "",
        "fp16": "_fp16",
        "q8": "_quantized",
        "int8": "_int8",
        "uint8": "_uint8",
        "q4": "_q4",
        "q4f16": "_q4f16",
        "bnb4": "_bnb4",
    }
)
_WHOLE, _INDEX = "model.safetensors", "model.safetensors.index.json"
# How networks of several parts are exported: the name of each part, and what its file may be
# called. The file of the first leads to the others, which have the same suffix.
_EXPORTS: Mapping[str, tuple[tuple[str, tuple[str, ...]], ...]] = MappingProxyType(
    {
        "model": (),
        "vision_encoder": (("vision", ()), ("decoder", ("prompt_encoder_mask_decoder",))),
        "encoder_model": (("encoder", ()), ("decoder", ("decoder_model_merged", "decoder_model"))),
    }
)
_VARIANTS: Mapping[str, str] = MappingProxyType(
    {
        f"{folder}{stem}{suffix}.onnx": variant
        for stem in _EXPORTS
        for variant, suffix in _SUFFIXES.items()
        for folder in ("onnx/", "")
    }
    | {_WHOLE: SAFETENSORS, _INDEX: SAFETENSORS}
)
_TEXT_FILES = (
    "tokenizer.json",
    "tokenizer_config.json",
    "special_tokens_map.json",
    "generation_config.json",
)
"""What networks that read or write words need beside their weights."""
_VOCABULARIES = (("vocab.json", "merges.txt"), ("vocab.txt",))
"""What older repositories have in place of `tokenizer.json`: CLIP's or TrOCR's, and BERT's."""
_SHARD = re.compile(r"model-\d+-of-\d+\.safetensors")


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
        sheet: the sheet that describes a bare `.onnx` file; None where there is none.
        labels: text files beside the sheet, one of which may hold the classes' names.
        variant: what tells these weights from the others of the same model, such as `fp16`.
        engine: name of the engine that reads them.
        parts: name and file of each part of a network that has several, that of `weights` first.
        texts: files of the tokenizer and of the generation of text, where there are such.
    """

    weights: str
    external_data: tuple[str, ...] = ()
    config: str | None = None
    preprocessor: str | None = None
    sheet: str | None = None
    labels: tuple[str, ...] = ()
    variant: str = ""
    engine: str = ONNX
    parts: tuple[tuple[str, str], ...] = ()
    texts: tuple[str, ...] = ()

    @property
    def files(self) -> tuple[str, ...]:
        """All files that a run needs."""
        described = (self.config, self.preprocessor, self.sheet)
        named = (path for path in described if path)
        others = (path for _, path in self.parts[1:])
        return (self.weights, *others, *self.external_data, *named, *self.texts, *self.labels)

    @property
    def weight_files(self) -> tuple[str, ...]:
        """The files that hold weights: those of all parts, and their external data."""
        return (self.weights, *(path for _, path in self.parts[1:]), *self.external_data)

    @property
    def tokenizer(self) -> str | None:
        """`tokenizer.json`, or the vocabulary in its place; None where there is neither."""
        names = (_TEXT_FILES[0], *(names[0] for names in _VOCABULARIES))
        return next((name for name in names if name in self.texts), None)

    @property
    def is_described(self) -> bool:
        """True where the files say how pictures go in and what comes out."""
        return self.sheet is not None or (self.config is not None and self.preprocessor is not None)


def find_layout(paths: Sequence[str], variant: str | None = None) -> ModelLayout | None:
    """Choose among a folder's files; None where none can be chosen.

    Args:
        paths: the files, relative to the folder.
        variant: which weights; None for the first of `find_layouts`, but for several `.onnx`
            files of unknown names: any choice among these would be a guess.
    """
    present = set(paths)
    weights = _weights(present)
    if variant is not None:
        chosen = next((path for path in weights if _is_called(path, variant)), None)
    else:
        unnamed = [path for path in weights if path not in _VARIANTS]
        chosen = next((path for path in weights if len(unnamed) < 2 or path not in unnamed), None)
    return _layout(chosen, present) if chosen is not None else None


def find_layouts(paths: Sequence[str]) -> tuple[ModelLayout, ...]:
    """All weights that an engine could read, best first, each with a variant of its own.

    Those with the names that transformers.js uses come first, in `onnx/` rather than at the
    root; else the `.onnx` files at the root, those with a sheet where there are such. Safetensors
    come last: ONNX Runtime is always there, and the faster of the two.
    """
    present = set(paths)
    return tuple(_layout(path, present) for path in _weights(present))


def layout_around(weights: str, paths: Iterable[str]) -> ModelLayout:
    """The layout of an `.onnx` file, whatever its name, among the files of its folder."""
    return _layout(weights, set(paths))


def sheet_path(weights: str) -> str:
    """Where the sheet of an `.onnx` file lies: beside it, as `<name>.ailab.json`.

    A sheet is its own: that of a model on a server lies beside nothing.
    """
    return weights if is_sheet(weights) else weights.removesuffix(".onnx") + _SHEET


def is_sheet(name: str) -> bool:
    """True for the name of a sheet."""
    return name.endswith(_SHEET)


def _weights(present: set[str]) -> tuple[str, ...]:
    """The files of weights to choose from, best first."""
    onnx = tuple(_named(present)) or _unnamed(present)
    torch = [path for path in (_WHOLE, _INDEX) if path in present][:1]
    return (*onnx, *torch)


def _named(present: set[str]) -> Iterator[str]:
    seen: set[str] = set()
    for path, variant in _VARIANTS.items():
        if path not in present or variant in seen or variant == SAFETENSORS:
            continue
        if _is_whole(path, present):
            seen.add(variant)
            yield path


def _is_whole(weights: str, present: set[str]) -> bool:
    """True where all parts of a network are there."""
    stem, _ = _stem_and_suffix(weights)
    return len(_parts(weights, present)) == len(_EXPORTS.get(stem, ()))


def _parts(weights: str, present: set[str]) -> tuple[tuple[str, str], ...]:
    """Name and file of each part that is there; nothing for a network that is whole in one."""
    folder = weights[: weights.rfind("/") + 1]
    stem, suffix = _stem_and_suffix(weights)
    found = []
    for part, names in _EXPORTS.get(stem, ()):
        paths = [f"{folder}{name}{suffix}.onnx" for name in names] or [weights]
        found += [(part, path) for path in paths if path in present][:1]
    return tuple(found)


def _stem_and_suffix(weights: str) -> tuple[str, str]:
    """What comes first in a file's name and what tells its variant: `encoder_model`, `_fp16`."""
    name = weights.rpartition("/")[2].removesuffix(".onnx")
    suffix = _SUFFIXES.get(_VARIANTS.get(weights, ""), "")
    return name.removesuffix(suffix), suffix


def _unnamed(present: set[str]) -> tuple[str, ...]:
    candidates = sorted(path for path in present if path.endswith(".onnx") and "/" not in path)
    return tuple(path for path in candidates if sheet_path(path) in present) or tuple(candidates)


def _layout(weights: str, present: set[str]) -> ModelLayout:
    folder = weights.rpartition("/")[0]
    sheet = sheet_path(weights) if weights.endswith(".onnx") else ""
    is_sheet_there = sheet in present
    parts = _parts(weights, present)
    owners = [path for _, path in parts] or [weights]
    return ModelLayout(
        weights=weights,
        external_data=tuple(
            sorted(path for path in present if any(_belongs_to(path, owner) for owner in owners))
        ),
        config=_nearest("config.json", folder, present),
        preprocessor=_nearest("preprocessor_config.json", folder, present)
        or _nearest("processor_config.json", folder, present),
        sheet=sheet if is_sheet_there else None,
        labels=tuple(sorted(_texts_in(folder, present))) if is_sheet_there else (),
        variant=_VARIANTS.get(weights) or weights.rpartition("/")[2].removesuffix(".onnx"),
        engine=ONNX if weights.endswith(".onnx") else TORCH,
        parts=parts,
        texts=() if is_sheet_there else _texts(present),
    )


def _is_called(weights: str, variant: str) -> bool:
    """True for a file's variant, and for what its name calls it (`quantized`)."""
    name = weights.rpartition("/")[2].removesuffix(".onnx")
    return variant == (_VARIANTS.get(weights) or name) or name == f"model_{variant}"


def _belongs_to(path: str, weights: str) -> bool:
    """True for a file that holds tensors of another."""
    if weights == _INDEX:
        return _SHARD.fullmatch(path) is not None
    # Exporters write `model.onnx_data`, `model.onnx_data_1`, `model.onnx.data`.
    return path != weights and path.startswith((weights + "_data", weights + ".data"))


def _texts_in(folder: str, present: set[str]) -> set[str]:
    return {path for path in present if path.endswith(".txt") and path.rpartition("/")[0] == folder}


def _texts(present: set[str]) -> tuple[str, ...]:
    """Files of words; a vocabulary counts only where there is no whole tokenizer."""
    words = [name for name in _TEXT_FILES if name in present]
    if _TEXT_FILES[0] not in present:
        whole = next((each for each in _VOCABULARIES if present.issuperset(each)), ())
        words = [*whole, *words]
    return tuple(words)


def _nearest(name: str, folder: str, present: set[str]) -> str | None:
    """A file at the root, where the Hub's models keep it, or else beside the weights."""
    return next((path for path in (name, f"{folder}/{name}") if path in present), None)
