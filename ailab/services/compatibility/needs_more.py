"""What networks ask for beside a picture, or lack for what they are asked."""

from __future__ import annotations

from ailab.services.compatibility.model_case import ModelCase
from ailab.services.inference.answer_models import ANSWER_MODELS
from ailab.services.inference.chat_models import chats, packages_for
from ailab.services.inference.engine_table import ONNX
from ailab.services.inference.exported_parts import HALVES, stem_and_suffix
from ailab.services.inference.network import WORDS
from ailab.services.inference.text_files import CHARACTER_LIST, QFORMER_FOLDER, TOKENIZER
from ailab.services.inference.text_readers import SCENE_READER, TEXT_READERS
from ailab.services.inference.writing_models import INSTRUCT_BLIP, WRITES, WRITING_MODELS
from ailab.services.inference.zero_shot_heads import ZERO_SHOT_HEADS

_WORDS = "words or patches, which only its safetensors are given here"
# These are told in words, ailab's own, what kind of answer is wanted.
_TOLD_ITS_TASK = frozenset({"OneFormerForUniversalSegmentation"})
_WITH_WORDS = frozenset({*ZERO_SHOT_HEADS, *ANSWER_MODELS, *_TOLD_ITS_TASK})


def asked_for(case: ModelCase) -> str:
    """What an export asks for beside a picture; empty for nothing that cannot be given."""
    model = WRITING_MODELS.get(case.architecture)
    layout = case.layout
    if layout is not None and layout.engine == ONNX:
        if chats(case.architectures):
            return _WORDS
        parts = {part for part, _ in layout.parts}
        if model is not None and (model.has_no_export or not parts >= set(model.export)):
            return _WORDS
    return ""


def missing_packages(case: ModelCase) -> tuple[str, ...]:
    """Names of the packages that a network that chats needs and this machine lacks."""
    if not case.runs_on_torch:
        return ()
    there = case.machine.packages
    missing = tuple(name for name in packages_for(case.architectures) if name not in there)
    return (*case.lacking_engine, *missing) if missing else ()


def lacking_tokenizer(case: ModelCase) -> str:
    """The file that is missing where words go in or come out; empty where none is."""
    layout = case.layout
    is_reader = case.architecture in TEXT_READERS  # its characters stand elsewhere
    has_words = (
        chats(case.architectures)
        or (case.task == WRITES and not is_reader)
        or any(name in _WITH_WORDS for name in case.architectures)
    )
    if case.architecture == SCENE_READER and layout is not None and layout.characters is None:
        return CHARACTER_LIST
    if layout is not None and WORDS in dict(layout.parts):
        has_words = True  # whatever its configuration names
    if not has_words or layout is None or layout.sheet is not None or layout.sees_alone:
        return ""  # what a sheet describes has no words, but characters
    if layout.tokenizer is None or (chats(case.architectures) and layout.tokenizer != TOKENIZER):
        return TOKENIZER
    model = WRITING_MODELS.get(case.architecture)
    is_read_twice = model is not None and model.form == INSTRUCT_BLIP
    lacks_second = is_read_twice and layout.qformer_tokenizer is None
    return f"{QFORMER_FOLDER}/{TOKENIZER}" if lacks_second else ""


def lacks_parts(case: ModelCase) -> bool:
    """Parts of a network that do not go together in a way that is known."""
    stems = {stem_and_suffix(path)[0] for path in case.paths if path.endswith(".onnx")}
    return case.knows_files and case.layout is None and not stems.isdisjoint(HALVES)
