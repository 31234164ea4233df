"""The part of an exported network that writes, run token by token, its past kept.

The names of its inputs and outputs are those of optimum's and transformers.js's exports:
`input_ids`, `encoder_hidden_states`, and where there is a cache `past_key_values.*`, which each
step gives back as `present.*`. A merged export (`use_cache_branch`) takes all of the text at first
and the last token from then on; keys and values of the picture (`*.encoder.*`) are made at first
alone.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from ailab.services.inference.inference_errors import ModelFileError
from ailab.services.inference.network import DECODER, Network, TensorSpec, check_finite

if TYPE_CHECKING:
    import numpy.typing as npt

    from ailab.services.inference.token_scores import Scores, Tokens

_PAST, _PRESENT = "past_key_values.", "present."
_IDS, _STATES, _BRANCH, _POSITIONS = (
    "input_ids",
    "encoder_hidden_states",
    "use_cache_branch",
    "position_ids",
)
_OWN_MASKS = ("attention_mask", "decoder_attention_mask")
_PICTURE_MASK = "encoder_attention_mask"
_KNOWN = frozenset({_IDS, _STATES, _BRANCH, _POSITIONS, _PICTURE_MASK, *_OWN_MASKS})
_ANOTHER = "Choose another model, or another variant of this one."


class TextDecoder:
    """Reckons the next token of several beginnings of a text about one picture.

    Args:
        network: has the part `decoder`.
        states: what the encoder made of the picture, shape (1, n, width).

    Raises:
        ModelFileError: the part wants more than that.
    """

    def __init__(self, network: Network, states: npt.NDArray[Any]) -> None:
        self._network = network
        self._states = states
        self._specs = check_decoder(network)
        self._past: dict[str, npt.NDArray[Any]] = {}

    def next_scores(self, tokens: Tokens, order: npt.NDArray[np.intp] | None) -> Scores:
        """The logits of the next token; see `NextScores`.

        Raises:
            ModelFileError: the part refused what it was given, or answers something else.
            Terminated: it was stopped.
        """
        count, length = tokens.shape
        is_first = order is None or not self._past
        given = tokens if is_first else tokens[:, -1:]
        states = np.repeat(self._states, count, axis=0)
        feeds: dict[str, npt.NDArray[Any]] = {}
        for name, spec in self._specs.items():
            if name == _IDS:
                feeds[name] = given.astype(spec.dtype)
            elif name == _STATES:
                feeds[name] = states.astype(spec.dtype, copy=False)
            elif name == _BRANCH:
                feeds[name] = np.array([not is_first])
            elif name == _POSITIONS:
                positions = np.arange(length - given.shape[1], length)
                feeds[name] = np.tile(positions, (count, 1)).astype(spec.dtype)
            elif name == _PICTURE_MASK:
                feeds[name] = np.ones(states.shape[:2], spec.dtype)
            elif name in _OWN_MASKS:
                feeds[name] = np.ones((count, length), spec.dtype)
            elif order is None or is_first:
                feeds[name] = _nothing(spec, count)
            else:
                feeds[name] = self._past[name][order]
        outputs = self._network.run(feeds, DECODER)
        self._keep(outputs, is_first=is_first)
        return _last_logits(outputs, count)

    def _keep(self, outputs: dict[str, npt.NDArray[Any]], *, is_first: bool) -> None:
        for name in self._specs:
            if not name.startswith(_PAST):
                continue
            made = outputs.get(_PRESENT + name.removeprefix(_PAST))
            if made is None:
                raise ModelFileError(
                    f"The model takes {name} and never gives it: its file is incomplete.", _ANOTHER
                )
            # What belongs to the picture is made once; later steps give an empty one back.
            if is_first or ".encoder." not in name:
                self._past[name] = made


def check_decoder(network: Network) -> dict[str, TensorSpec]:
    """The inputs of the part that writes, by their names.

    Raises:
        ModelFileError: it wants what a picture and the text so far cannot fill.
    """
    specs = {spec.name: spec for spec in network.inputs(DECODER)}
    others = [name for name in specs if name not in _KNOWN and not name.startswith(_PAST)]
    if others or _IDS not in specs or _STATES not in specs:
        unfilled = ", ".join(others) or "no input_ids or no encoder_hidden_states"
        raise ModelFileError(
            f"The model's part that writes needs more than a picture ({unfilled}).", _ANOTHER
        )
    for name, spec in specs.items():
        if name.startswith(_PAST):
            _nothing(spec, 1)
    return specs


def _nothing(spec: TensorSpec, count: int) -> npt.NDArray[Any]:
    """A past of no tokens, shape (beginnings, heads, 0, width)."""
    heads, width = (spec.shape[1], spec.shape[3]) if len(spec.shape) == 4 else (None, None)
    if not isinstance(heads, int) or not isinstance(width, int):
        raise ModelFileError(
            f"The model does not say how large {spec.name} is, which it has to be given.", _ANOTHER
        )
    return np.zeros((count, heads, 0, width), spec.dtype)


def _last_logits(outputs: dict[str, npt.NDArray[Any]], count: int) -> Scores:
    logits = outputs.get("logits")
    if logits is None or logits.ndim != 3 or logits.shape[0] != count or not logits.size:
        raise ModelFileError(
            "The model's part that writes gives no logits of its tokens.", _ANOTHER
        )
    last = {"logits": logits[:, -1].astype(np.float32)}
    check_finite(last)
    return last["logits"]
