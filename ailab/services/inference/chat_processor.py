"""transformers' own processor of a model that answers in a conversation; in the worker alone."""

from __future__ import annotations

import inspect
import logging
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import transformers
from PIL import Image
from transformers.models.auto.processing_auto import PROCESSOR_MAPPING_NAMES

from ailab.services.inference.chat_models import USUAL_QUESTION
from ailab.services.inference.chat_template import PROCESSOR, TOKENIZER, chat_template
from ailab.services.inference.harmless_config import harmless_config
from ailab.services.inference.inference_errors import ModelFileError
from ailab.services.inference.json_file import read_json_object
from ailab.services.inference.out_of_memory import is_out_of_memory
from ailab.services.inference.told_failures import panics_as_errors
from ailab.services.inference.torch_model import network_config

if TYPE_CHECKING:
    import numpy.typing as npt

    Pixels = npt.NDArray[np.uint8]
    Feeds = dict[str, npt.NDArray[Any]]
    _Picture = Pixels | Image.Image

_log = logging.getLogger(__name__)
_PICTURES, _WORDS = "image_processor", "tokenizer"
_NAMED_IN = (PROCESSOR, "preprocessor_config.json", TOKENIZER)
_LEFT_OUT = ("audio_tokenizer", "chat_template", "kwargs")
"""Of a processor's settings: another model, by any path, and what was read with bounds."""

_MOST_LETTERS = 1_000_000
_MOST_POLICIES = 32
_MOST_CHANNELS = 4
_ANOTHER = "Choose another model, or another copy of it."


class ChatProcessor:
    """Puts a picture and a question together as the model's own template and processor have it.

    Of the processor's parts those for pictures and words are made, by Pillow where transformers
    has them so; what is for films and sounds is left out. Nothing of a repository is run but its
    template, by transformers in Jinja's sandbox, and nothing is fetched.

    Args:
        folder: the model's.

    Raises:
        ModelFileError: a file is missing or damaged, or names a class that the installed
            transformers does not have, or that needs a package that is not installed.
    """

    def __init__(self, folder: Path) -> None:
        self._template = chat_template(folder)
        try:
            config = network_config(harmless_config(read_json_object(folder / "config.json")))
            with panics_as_errors():
                self._processor: Any = _processor(folder, config)
        except ImportError as error:
            raise ModelFileError(
                "What prepares the model's pictures needs a package that is not installed.",
                f"Install it, or take another model. transformers says: {_first_line(error)}",
                detail=repr(error),
            ) from error
        except ModelFileError:
            raise
        except Exception as error:  # transformers raises whatever its classes do
            if is_out_of_memory(error):
                raise MemoryError(str(error)) from error
            raise ModelFileError(
                "What the model's files say of its pictures and words is damaged, or of a kind "
                "that the installed transformers does not know.",
                f"{_ANOTHER} transformers says: {_first_line(error)}",
                detail=repr(error),
            ) from error
        backend = getattr(self._processor.image_processor, "backend", "pil")
        self._takes_arrays = backend != "torchvision"

    def feeds(self, pixels: Pixels, question: str) -> Feeds:
        """What the network is given to read.

        Args:
            pixels: an upright RGB picture of shape (height, width, 3).
            question: what a person asks; empty for the usual question.

        Returns:
            Arrays by the names of the network's inputs; floating point in float32.

        Raises:
            ModelFileError: the template or the processor refuses this picture or question.
            MemoryError: either asks for more memory than there is.
        """
        return self._guarded(lambda: self._of_either(pixels, lambda p: self._feeds(p, question)))

    def _of_either(self, pixels: Pixels, make: Callable[[_Picture], Feeds]) -> Feeds:
        """Of the picture as an array, which spares three copies of it, or else as Pillow has it."""
        # What is as short as a picture has channels could be taken for them.
        if self._takes_arrays and min(pixels.shape[:2]) > _MOST_CHANNELS:
            kept = pixels.view()
            kept.flags.writeable = False
            try:
                return make(kept)
            except Exception as error:  # a few ask for Pillow's pictures
                if is_out_of_memory(error):
                    raise
                _log.debug("another try with a picture of Pillow's: %r", error)
                found = make(Image.fromarray(pixels))
                self._takes_arrays = False
                return found
        return make(Image.fromarray(pixels))

    def _guarded(self, make: Callable[[], Feeds]) -> Feeds:
        try:
            with panics_as_errors():
                return make()
        except ModelFileError:
            raise
        except Exception as error:  # transformers and templates raise whatever they like
            if is_out_of_memory(error):
                raise MemoryError(str(error)) from error
            raise ModelFileError(
                "The model's own template or processor refuses this picture with this question.",
                f"{_ANOTHER} transformers says: {_first_line(error)}",
                detail=repr(error)[:2000],
            ) from error

    def policies(self) -> Mapping[str, str]:
        """By their names, the rules that a picture is judged by, as the processor has them.

        Raises:
            ModelFileError: the model's files hold others than a few of some length.
        """
        found = getattr(self._processor, "policy_definitions", {})
        is_right = isinstance(found, dict) and 0 < len(found) <= _MOST_POLICIES
        if not is_right or not all(
            isinstance(name, str) and isinstance(rule, str) for name, rule in found.items()
        ):
            raise ModelFileError(
                "The model's files do not hold the rules that it judges pictures by.", _ANOTHER
            )
        return {str(name): str(rule) for name, rule in found.items()}

    def judged(self, pixels: Pixels) -> Feeds:
        """What the network is given to read: a row of words and a picture for each rule.

        As `ShieldGemma2Processor` of transformers makes it. Args and errors as of `feeds`.
        """
        return self._guarded(lambda: self._of_either(pixels, self._of_policies))

    def _of_policies(self, picture: _Picture) -> Feeds:
        for rule in self.policies().values():
            self._check_length(_messages(picture, rule))
        self._processor.chat_template = self._template
        return _arrays(self._processor(images=[picture], return_tensors="pt"))

    def text(self, tokens: Sequence[int]) -> str:
        """What the network wrote, without its marks.

        Raises:
            ModelFileError: the tokenizer cannot tell.
        """
        try:
            with panics_as_errors():
                (said,) = self._processor.post_process_image_text_to_text(
                    [list(tokens)], skip_special_tokens=True
                )
        except Exception as error:
            raise ModelFileError(
                "The model's tokenizer cannot turn what its network wrote into words.",
                _ANOTHER,
                detail=repr(error)[:2000],
            ) from error
        return str(said)

    def _feeds(self, picture: _Picture, question: str) -> Feeds:
        messages = _messages(picture, question)
        how = {"chat_template": self._template, "add_generation_prompt": True}
        self._check_length(messages)
        inputs = self._processor.apply_chat_template(
            messages, tokenize=True, return_dict=True, return_tensors="pt", **how
        )
        return _arrays(inputs)

    def _check_length(self, messages: list[dict[str, Any]]) -> None:
        how = {"chat_template": self._template, "add_generation_prompt": True}
        # Written down first, since the sandbox bounds neither how long a text becomes nor what
        # the tokenizer then makes of it.
        written = self._processor.apply_chat_template(messages, tokenize=False, **how)
        if len(written) > _MOST_LETTERS:
            raise ModelFileError(
                f"The model's chat template makes more than {_MOST_LETTERS:,} letters of one "
                "question.",
                _ANOTHER,
            )


def _messages(picture: _Picture, question: str) -> list[dict[str, Any]]:
    content = [
        {"type": "image", "image": picture},
        {"type": "text", "text": question.strip() or USUAL_QUESTION},
    ]
    return [{"role": "user", "content": content}]


def _arrays(inputs: Mapping[str, Any]) -> Feeds:
    return {name: _array(name, values) for name, values in inputs.items() if values is not None}


def _array(name: str, values: Any) -> npt.NDArray[Any]:
    import torch  # noqa: PLC0415 - after transformers

    if isinstance(values, torch.Tensor):
        found = (values.float() if values.is_floating_point() else values).numpy()
    else:
        found = np.asarray(values)
    if found.dtype.kind not in "biuf":
        raise ModelFileError(
            f"The model's processor makes something else than numbers of a picture ({name}).",
            _ANOTHER,
        )
    return np.ascontiguousarray(found)


def _processor(folder: Path, config: Any) -> Any:
    kind = _kind(folder, config)
    names = kind.get_attributes()
    if _PICTURES not in names or _WORDS not in names:
        raise ModelFileError(
            f"The model's processor ({kind.__name__}) takes no picture beside words.", _ANOTHER
        )
    parts = {
        _PICTURES: lambda: _picture_processor(folder, config),
        _WORDS: lambda: transformers.AutoTokenizer.from_pretrained(
            folder, config=config, trust_remote_code=False, local_files_only=True
        ),
    }
    own = read_json_object(folder / PROCESSOR) if (folder / PROCESSOR).is_file() else {}
    taken = set(inspect.signature(kind.__init__).parameters) - {"self", *names, *_LEFT_OUT}
    settings = {name: value for name, value in own.items() if name in taken}
    made = {name: parts[name]() if name in parts else _Absent() for name in names}
    return _without_others(kind)(**made, **settings)


def _picture_processor(folder: Path, config: Any) -> Any:
    """By Pillow where transformers has it so, whatever else is installed."""
    return transformers.AutoImageProcessor.from_pretrained(
        folder, backend="pil", config=config, trust_remote_code=False, local_files_only=True
    )


def _kind(folder: Path, config: Any) -> Any:
    """The processor's class, as the first of the model's files that names one does."""
    for name in _NAMED_IN:
        path = folder / name
        said = read_json_object(path).get("processor_class") if path.is_file() else None
        if said is not None:
            return _known(said)
    return _known(PROCESSOR_MAPPING_NAMES.get(config.model_type))


def _known(name: object) -> Any:
    if name not in PROCESSOR_MAPPING_NAMES.values():
        raise ModelFileError(
            "The model's files ask for a processor that the installed transformers "
            f"({transformers.__version__}) does not have: {name!s:.80}.",
            f"{_ANOTHER} Python code of a repository is never run.",
        )
    return getattr(transformers, str(name))


class _Absent:
    """In the place of a part for films or sounds, which is given nothing."""

    model_input_names = ()

    def __getattr__(self, name: str) -> None:
        if name.startswith("__"):
            raise AttributeError(name)


def _without_others(kind: Any) -> Any:
    """The same class, which also takes nothing in the place of a part."""

    def check(self: Any, name: str, part: Any) -> Any:
        if isinstance(part, _Absent):
            return _Absent
        return kind.check_argument_for_proper_class(self, name, part)

    return type(kind.__name__, (kind,), {"check_argument_for_proper_class": check})


def _first_line(error: Exception) -> str:
    return " ".join(str(error).split())[:200]
