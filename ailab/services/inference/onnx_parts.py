"""The parts of a network of transformers that become ONNX files, and what each is traced on.

Most networks are written whole. Another kind is one more function here and its classes' lines in
the table.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence, Set
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, TypeAlias

from ailab.services.inference.answering_onnx import answering_parts
from ailab.services.inference.blip_onnx import BlipReader, BlipWriter
from ailab.services.inference.exported_files import ANSWERING, PROMPTED, WHOLE, WRITING
from ailab.services.inference.git_onnx import GitReader, GitWriter
from ailab.services.inference.inference_errors import ModelFileError
from ailab.services.inference.levelled_onnx import LevelledDecoder, LevelledVision
from ailab.services.inference.network import MODEL
from ailab.services.inference.phrased_onnx import PhrasedDetector
from ailab.services.inference.pix2struct_onnx import PatchReader, PatchWriter
from ailab.services.inference.prompted_onnx import PromptedDecoder, PromptedVision, decoder_feeds
from ailab.services.inference.tasked_onnx import TaskedDetector
from ailab.services.inference.text_readers import SCENE_READER, TEXT_READERS
from ailab.services.inference.torch_generation import writes
from ailab.services.inference.torch_label_maps import LabelMaps
from ailab.services.inference.torch_matched_texts import MatchedTexts
from ailab.services.inference.torch_pictured_words import PicturedQuestion, PicturedTexts
from ailab.services.inference.torch_scene_text import SceneReader
from ailab.services.inference.writing_models import WRITING_MODELS
from ailab.services.inference.writing_onnx import PictureReader, TextWriter, writer_feeds

if TYPE_CHECKING:
    from ailab.services.inference.network import Tensors

FreeAxes: TypeAlias = Mapping[str, Set[int]]
"""By the names of inputs, which of their axes are of any length."""

PICTURE = "pixel_values"
_SIZE = frozenset({-2, -1})  # height and width, whatever comes before
_WORDS = frozenset({"input_ids", "attention_mask", "token_type_ids"})
_SENTENCE = frozenset({"tasks_input_ids", "tasks_attention_mask"})
_TEXTS = MappingProxyType(
    {**{name: {0, 1} for name in _WORDS}, **{name: {1} for name in _SENTENCE}}
)
"""The axes of words: as many and as long as they are typed, or one sentence of any length."""


@dataclass(frozen=True, slots=True)
class OnnxPart:
    """What becomes one file.

    Attributes:
        file: its name.
        module: a PyTorch module that answers with tensors by name.
        feeds: what it is run on, for one picture; what has names that end in `.0`, `.1` … goes in
            as a list.
        frees: the axes that are left free, in the order in which that is tried.
    """

    file: str
    module: Any
    feeds: Tensors
    frees: Sequence[FreeAxes]

    def free(self, attempt: int) -> FreeAxes:
        """The axes that are left free in an attempt, from 0 on."""
        return self.frees[min(attempt, len(self.frees) - 1)]


def onnx_parts(
    network: Any, runs: Sequence[tuple[str, Tensors]], *, wants_free_size: bool
) -> tuple[OnnxPart, ...]:
    """What a network is written as.

    Args:
        network: a `transformers.PreTrainedModel`, in float32, on the processor.
        runs: what its parts were run on, in order, with the part's name.
        wants_free_size: height and width of the input depend on the picture.

    Raises:
        ModelFileError: there is no such form of it.
    """
    make: _Make = _KINDS.get(type(network).__name__, _whole)
    return make(network, runs, wants_free_size)


def _whole(
    network: Any, runs: Sequence[tuple[str, Tensors]], wants_free_size: bool
) -> tuple[OnnxPart, ...]:
    if runs[0][0] != MODEL:
        kind = "writes by a way of its own" if writes(network) else "has parts of its own"
        raise ModelFileError(
            f"This kind of model {kind}, which ailab has no ONNX form for: it is not converted.",
            "It runs on PyTorch as before.",
        )
    name = WHOLE[0][1]
    feeds = runs[0][1]
    has_words = not _WORDS.isdisjoint(feeds)
    # Labels go in beside one picture: as many as are typed, of any length.
    count: frozenset[int] = frozenset() if has_words else frozenset({0})
    sizes = (count | _SIZE, _SIZE, frozenset[int]()) if wants_free_size else (count, frozenset())
    tried = tuple(_of_all(feeds, axes) for axes in dict.fromkeys(sizes))
    return (OnnxPart(name, network, feeds, tried),)


def _line(
    network: Any, runs: Sequence[tuple[str, Tensors]], wants_free_size: bool
) -> tuple[OnnxPart, ...]:
    """A line of text is of one height, and as wide as it comes."""
    (part,) = _whole(network, runs, wants_free_size)
    widths = tuple({name: axes - {-2} for name, axes in free.items()} for free in part.frees)
    return (replace(part, frees=widths),)


def _of_one_size(
    network: Any, runs: Sequence[tuple[str, Tensors]], _: bool
) -> tuple[OnnxPart, ...]:
    """OneFormer's trace keeps its size, and takes minutes to find that out where it is free.

    The numbers of its deformable attention become formulas of height and width, which the tracer
    simplifies one by one, before each is the number that it was.
    """
    return _whole(network, runs, wants_free_size=False)


def _label_maps(
    network: Any, runs: Sequence[tuple[str, Tensors]], wants_free_size: bool
) -> tuple[OnnxPart, ...]:
    return _whole(LabelMaps(network), runs, wants_free_size)


def _matched_texts(
    network: Any, runs: Sequence[tuple[str, Tensors]], wants_free_size: bool
) -> tuple[OnnxPart, ...]:
    return _whole(MatchedTexts(network), runs, wants_free_size)


def _asked(
    network: Any, runs: Sequence[tuple[str, Tensors]], wants_free_size: bool
) -> tuple[OnnxPart, ...]:
    """One question goes in beside one picture, as long as it is."""
    (part,) = _whole(PicturedQuestion(network), runs, wants_free_size)
    tried = tuple(
        {name: {1} if name in _WORDS else axes for name, axes in free.items()}
        for free in part.frees
    )
    return (replace(part, frees=tried),)


def _ranked(
    network: Any, runs: Sequence[tuple[str, Tensors]], wants_free_size: bool
) -> tuple[OnnxPart, ...]:
    return _whole(PicturedTexts(network), runs, wants_free_size)


def _scene_text(
    network: Any, runs: Sequence[tuple[str, Tensors]], wants_free_size: bool
) -> tuple[OnnxPart, ...]:
    return _whole(SceneReader(network), runs, wants_free_size)


def _phrased(
    network: Any, runs: Sequence[tuple[str, Tensors]], _wants_free_size: bool
) -> tuple[OnnxPart, ...]:
    # Its windows and its places in the picture keep the size that they are traced with.
    return _whole(PhrasedDetector(network), runs, wants_free_size=False)


def _tasked(
    network: Any, runs: Sequence[tuple[str, Tensors]], wants_free_size: bool
) -> tuple[OnnxPart, ...]:
    return _whole(TaskedDetector(network), runs, wants_free_size)


def _of_all(feeds: Tensors, axes: Set[int]) -> FreeAxes:
    """The same axes of all inputs that have them, but for words, which are free in more."""
    return {
        name: _TEXTS.get(name, {axis for axis in axes if _has(values.ndim, axis)})
        for name, values in feeds.items()
    }


def _has(dimensions: int, axis: int) -> bool:
    """Only what has a height and a width, behind the number of pictures, has these axes."""
    return axis == 0 or dimensions > 2


def _prompted(
    network: Any, runs: Sequence[tuple[str, Tensors]], _wants_free_size: bool
) -> tuple[OnnxPart, ...]:
    return _promptable(PromptedVision(network), PromptedDecoder(network), runs)


def _levelled(
    network: Any, runs: Sequence[tuple[str, Tensors]], _wants_free_size: bool
) -> tuple[OnnxPart, ...]:
    return _promptable(LevelledVision(network), LevelledDecoder(network), runs)


def _shown(
    network: Any, runs: Sequence[tuple[str, Tensors]], wants_free_size: bool
) -> tuple[OnnxPart, ...]:
    """Of SAM 3 whole, the network that is shown things."""
    return _levelled(network["shown"], runs, wants_free_size)


def _promptable(see: Any, decode: Any, runs: Sequence[tuple[str, Tensors]]) -> tuple[OnnxPart, ...]:
    (vision, vision_file), (decoder, decoder_file) = PROMPTED
    pixels = next(feeds for part, feeds in runs if part == vision)
    asked = next(feeds for part, feeds in runs if part == decoder)
    feeds, free = decoder_feeds(asked)
    return (
        OnnxPart(vision_file, see, pixels, ({},)),
        OnnxPart(decoder_file, decode, feeds, (free,)),
    )


def _writing(
    network: Any, runs: Sequence[tuple[str, Tensors]], _wants_free_size: bool
) -> tuple[OnnxPart, ...]:
    (_, reader_file), (_, writer_file) = WRITING
    read, write = _WRITERS[type(network).__name__]
    reader = read(network)
    seen = {name: runs[0][1][name] for name in WRITING_MODELS[type(network).__name__].picture}
    feeds, free = writer_feeds(reader, seen)
    return (
        OnnxPart(reader_file, reader, seen, ({},)),
        OnnxPart(writer_file, write(network), feeds, (free,)),
    )


def _answering(
    network: Any, runs: Sequence[tuple[str, Tensors]], _wants_free_size: bool
) -> tuple[OnnxPart, ...]:
    return tuple(
        OnnxPart(file, part.module, part.feeds, (part.free,))
        for (_, file), part in zip(
            ANSWERING, answering_parts(network, runs[0][1][PICTURE]), strict=True
        )
    )


_WRITERS: Mapping[str, tuple[type, type]] = MappingProxyType(
    {
        "BlipForConditionalGeneration": (BlipReader, BlipWriter),
        "GitForCausalLM": (GitReader, GitWriter),
        "Pix2StructForConditionalGeneration": (PatchReader, PatchWriter),
        "VisionEncoderDecoderModel": (PictureReader, TextWriter),
    }
)
_Make: TypeAlias = Callable[[Any, "Sequence[tuple[str, Tensors]]", bool], tuple[OnnxPart, ...]]
_KINDS: Mapping[str, _Make] = MappingProxyType(
    {
        "BlipForImageTextRetrieval": _matched_texts,
        "CLIPSegForImageSegmentation": _label_maps,
        "Florence2ForConditionalGeneration": _answering,
        "GroundingDinoForObjectDetection": _phrased,
        "MMGroundingDinoForObjectDetection": _phrased,
        "OmDetTurboForObjectDetection": _tasked,
        "OneFormerForUniversalSegmentation": _of_one_size,
        "SamModel": _prompted,
        "SamHQModel": _prompted,
        "Sam2Model": _levelled,
        "EdgeTamModel": _levelled,
        "Sam3TrackerModel": _levelled,
        "ModuleDict": _shown,
        "ViltForImageAndTextRetrieval": _ranked,
        "ViltForQuestionAnswering": _asked,
        **dict.fromkeys(_WRITERS, _writing),
        **dict.fromkeys(TEXT_READERS, _line),
        SCENE_READER: _scene_text,
    }
)
