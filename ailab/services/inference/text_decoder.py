"""The part of an exported network that writes, run token by token, its past kept.

The names of its inputs and outputs are those of optimum's and transformers.js's exports:
`input_ids`, or `inputs_embeds` where another part makes vectors of tokens; `encoder_hidden_states`
where it looks at what an encoder made; and where there is a cache `past_key_values.*`, which each
step gives back as `present.*`. A merged export (`use_cache_branch`) takes all of the text at first
and the last token from then on, and so do two files of which the second goes on. Keys and values of
the picture (`*.encoder.*`) are made at first alone.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np

from ailab.services.inference.inference_errors import ModelFileError
from ailab.services.inference.network import (
    DECODER,
    WITH_PAST,
    Network,
    TensorSpec,
    check_finite,
)
from ailab.services.listed import few

if TYPE_CHECKING:
    import numpy.typing as npt

    from ailab.services.inference.token_scores import Scores, Tokens

Embed: TypeAlias = "Callable[[Tokens, int], npt.NDArray[Any]]"
"""From tokens of shape (texts, length), and how many of the text stand before them, to vectors of
shape (texts, length, width)."""

_PAST, _PRESENT, _OF_PICTURE = "past_key_values.", "present.", ".encoder."
_IDS, _VECTORS, _STATES, _BRANCH, _POSITIONS, _LOGITS_KEPT = (
    "input_ids",
    "inputs_embeds",
    "encoder_hidden_states",
    "use_cache_branch",
    "position_ids",
    "num_logits_to_keep",
)
_OWN_MASKS = ("attention_mask", "decoder_attention_mask")
_PICTURE_MASK = "encoder_attention_mask"
_ALWAYS_KNOWN = frozenset({_BRANCH, _POSITIONS, _LOGITS_KEPT, *_OWN_MASKS})
_ANOTHER = "Choose another model, or another variant of this one."


class TextDecoder:
    """Reckons the next token of several beginnings of a text about one picture.

    Args:
        network: has the part `decoder`, and `decoder_with_past` where another file goes on.
        states: what the encoder made of the picture, shape (1, n, width); None for a part that
            reads the picture as a piece of the text.
        embed: what makes vectors of tokens; None for a part that takes tokens.
        first_position: the number of the text's first place.
        looked_at: 1 for each of the states that counts, shape (1, n); None where all do.

    Raises:
        ModelFileError: the part wants more than that.
    """

    def __init__(
        self,
        network: Network,
        states: npt.NDArray[Any] | None,
        embed: Embed | None = None,
        first_position: int = 0,
        looked_at: npt.NDArray[Any] | None = None,
    ) -> None:
        self._network = network
        self._looked_at = looked_at
        self._states = states
        self._embed = embed
        self._first_position = first_position
        check_decoder(network, has_states=states is not None, has_vectors=embed is not None)
        self._later = WITH_PAST if network.has(WITH_PAST) else DECODER
        self._specs = {part: _specs(network, part) for part in {DECODER, self._later}}
        self._past: dict[str, npt.NDArray[Any]] = {}

    def next_scores(self, tokens: Tokens, order: npt.NDArray[np.intp] | None) -> Scores:
        """The logits of the next token; see `NextScores`.

        Raises:
            ModelFileError: the part refused what it was given, or answers something else.
            Terminated: it was stopped.
        """
        count = len(tokens)
        is_first = order is None or not self._past
        part = DECODER if is_first else self._later
        feeds: dict[str, npt.NDArray[Any]] = {}
        for name, spec in self._specs[part].items():
            if not name.startswith(_PAST):
                feeds[name] = self._filled(spec, tokens, is_first=is_first)
            elif order is None or is_first:
                feeds[name] = _nothing(spec, count)
            elif _OF_PICTURE in name:  # the same for all beginnings
                feeds[name] = self._past[name]
            else:
                feeds[name] = self._past[name][order]
        outputs = self._network.run(feeds, part)
        self._keep(outputs, count, is_first=is_first)
        return _last_logits(outputs, count)

    def _filled(self, spec: TensorSpec, tokens: Tokens, *, is_first: bool) -> npt.NDArray[Any]:
        """What an input is given that is no past."""
        count, length = tokens.shape
        given = tokens if is_first else tokens[:, -1:]
        start = length - given.shape[1]
        if spec.name == _IDS:
            return given.astype(spec.dtype)
        if spec.name == _VECTORS and self._embed is not None:
            return self._embed(given, start).astype(spec.dtype, copy=False)
        if spec.name == _STATES and self._states is not None:
            return np.repeat(self._states, count, axis=0).astype(spec.dtype, copy=False)
        if spec.name == _PICTURE_MASK and self._states is not None:
            every = np.ones((1, self._states.shape[1]))
            mask = every if self._looked_at is None else self._looked_at
            return np.repeat(mask, count, axis=0).astype(spec.dtype)
        if spec.name == _BRANCH:
            return np.array([not is_first])
        if spec.name == _LOGITS_KEPT:
            return np.ones([1] * len(spec.shape), spec.dtype)
        if spec.name == _POSITIONS:
            positions = np.arange(start, length) + self._first_position
            return np.tile(positions, (count, 1)).astype(spec.dtype)
        return np.ones((count, length), spec.dtype)

    def _keep(self, outputs: Mapping[str, npt.NDArray[Any]], count: int, *, is_first: bool) -> None:
        for name in self._specs[self._later]:
            # What belongs to the picture is made once; later steps give an empty one back, or none.
            if not name.startswith(_PAST) or not (is_first or _OF_PICTURE not in name):
                continue
            made = outputs.get(_PRESENT + name.removeprefix(_PAST))
            if made is None:
                raise ModelFileError(
                    f"The model takes {name} and never gives it: its file is incomplete.", _ANOTHER
                )
            if made.shape[:1] != (count,):
                raise ModelFileError(
                    f"The model gives {name} back for another number of texts than it was given.",
                    _ANOTHER,
                )
            self._past[name] = made


def check_decoder(network: Network, *, has_states: bool = True, has_vectors: bool = False) -> None:
    """Refuse a part that writes which wants what a picture and the text so far cannot fill.

    Args:
        network: has the part `decoder`.
        has_states: an encoder stands before it.
        has_vectors: another part makes vectors of tokens.

    Raises:
        ModelFileError: it wants more, or something else.
    """
    needed = {_VECTORS if has_vectors else _IDS, *((_STATES,) if has_states else ())}
    known = {*_ALWAYS_KNOWN, *needed, *((_PICTURE_MASK,) if has_states else ())}
    for part in (DECODER, WITH_PAST):
        specs = _specs(network, part) if network.has(part) else {}
        others = [name for name in specs if name not in known and not name.startswith(_PAST)]
        if _VECTORS in others:
            raise ModelFileError(
                "The model's part that writes takes vectors in place of words, and the part that "
                "makes these is missing (embed_tokens.onnx).",
                "Download the model again, with all of its parts, or choose another one.",
            )
        if others or (part == DECODER and not needed <= specs.keys()):
            unfilled = few(others) or " or ".join(f"no {name}" for name in sorted(needed))
            raise ModelFileError(
                f"The model's part that writes needs more than a picture ({unfilled}).", _ANOTHER
            )
        for name, spec in specs.items():
            if name.startswith(_PAST):
                _nothing(spec, 1)


def _specs(network: Network, part: str) -> dict[str, TensorSpec]:
    return {spec.name: spec for spec in network.inputs(part)}


def _nothing(spec: TensorSpec, count: int) -> npt.NDArray[Any]:
    """A past of no tokens, shape (beginnings, heads, 0, width)."""
    heads, width = (spec.shape[1], spec.shape[3]) if len(spec.shape) == 4 else (None, None)
    if not isinstance(heads, int) or not isinstance(width, int):
        raise ModelFileError(
            f"The model does not say how large {spec.name} is, which it has to be given.", _ANOTHER
        )
    return np.zeros((count, heads, 0, width), spec.dtype)


def _last_logits(outputs: Mapping[str, npt.NDArray[Any]], count: int) -> Scores:
    logits = outputs.get("logits")
    if logits is None or logits.ndim != 3 or logits.shape[0] != count or not logits.size:
        raise ModelFileError(
            "The model's part that writes gives no logits of its tokens.", _ANOTHER
        )
    last = {"logits": logits[:, -1].astype(np.float32)}
    check_finite(last)
    return last["logits"]
