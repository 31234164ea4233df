"""An exported network that writes about a picture, of whatever parts it is.

What the parts are called, and how they go together, is as in optimum's `ORTModelForVision2Seq` and
`ORTModelForPix2Struct`, and in two of transformers.js
(https://github.com/huggingface/transformers.js): `Florence2ForConditionalGeneration`, which puts
the picture before the words that an encoder reads, and `PaliGemmaForConditionalGeneration`, whose
decoder reads both as the beginning of its text and counts places from 1.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from ailab.services.inference.inference_errors import ModelFileError
from ailab.services.inference.network import (
    ENCODER,
    TOKENS,
    VISION,
    Network,
    check_finite,
)
from ailab.services.inference.question_tokens import BEGINNING
from ailab.services.inference.text_decoder import TextDecoder, check_decoder
from ailab.services.inference.token_search import written_tokens
from ailab.services.inference.token_vectors import TokenVectors

if TYPE_CHECKING:
    import numpy.typing as npt

    from ailab.services.inference.generation_settings import GenerationSettings
    from ailab.services.inference.network import Tensors
    from ailab.services.inference.pipeline import Tell
    from ailab.services.inference.token_scores import Tokens

_READ, _VECTORS, _SEEN = "input_ids", "inputs_embeds", "attention_mask"
_ANOTHER = "Choose another model, or another variant of this one."


class ExportedWriter:
    """Runs the parts one after the other, the last of them for each token.

    Args:
        network: has the parts `encoder` and `decoder`; or `vision`, `tokens` and `decoder`, with
            or without `encoder`.
        places: how many tokens of the question stand for the picture.

    Raises:
        ModelFileError: a part is missing, or wants something else.
    """

    def __init__(self, network: Network, places: int = 0) -> None:
        self._network = network
        self._places = places
        self._vectors = TokenVectors(network) if network.has(TOKENS) else None
        self.picture_part = ENCODER if self._vectors is None else VISION
        """The part that takes the picture."""
        if not network.has(self.picture_part):
            raise ModelFileError(
                "The model's network lacks the part that reads the picture or the one that writes.",
                _ANOTHER,
            )
        check_decoder(
            network,
            has_states=network.has(ENCODER),
            has_vectors=self._vectors is not None,
        )
        if self._vectors is not None and network.has(ENCODER):
            names = {spec.name for spec in network.inputs(ENCODER)}
            if names - {_SEEN} != {_VECTORS}:
                raise ModelFileError(
                    "The model's part that reads picture and words together takes something else "
                    f"than these ({', '.join(sorted(names)) or 'nothing'}).",
                    _ANOTHER,
                )

    def written(
        self, prepared: Tensors, settings: GenerationSettings, tell: Tell | None = None
    ) -> list[int]:
        """The tokens about a picture, without a question that the network only goes on from.

        Args:
            prepared: what `picture_part` takes of the picture, and the tokens of the question.
            settings: how it writes.
            tell: is told with each token how many were written, of how many at most.

        Raises:
            ModelFileError: a part refused what it was given, or answers something else.
            Terminated: it was stopped, which each token gives occasion for.
        """
        decoder, rules = self._begun(prepared, settings)
        tokens = written_tokens(decoder.next_scores, rules, tell)
        goes_on = self._vectors is not None and not self._network.has(ENCODER)
        return tokens[len(rules.start) :] if goes_on else tokens

    def _begun(
        self, prepared: Tensors, settings: GenerationSettings
    ) -> tuple[TextDecoder, GenerationSettings]:
        """The part that writes, with what it looks at, and how it writes."""
        if self._vectors is None:
            return self._captioned(prepared, settings)
        pixels = {name: values for name, values in prepared.items() if name in self._pixel_names}
        features = self._output(VISION, pixels, "image_features")
        asked = prepared.get(_READ)
        if asked is None:
            raise ModelFileError("Nothing says what the model is asked.", _ANOTHER)
        if self._network.has(ENCODER):
            return self._answered(features, asked, self._vectors), settings
        return self._gone_on(features, asked, settings, self._vectors)

    @property
    def _pixel_names(self) -> frozenset[str]:
        return frozenset(spec.name for spec in self._network.inputs(VISION))

    def _captioned(
        self, prepared: Tensors, settings: GenerationSettings
    ) -> tuple[TextDecoder, GenerationSettings]:
        """The picture's states, and a decoder that looks at them."""
        beginning = prepared.get(BEGINNING)
        if beginning is not None:
            settings = settings.beginning_with(_listed(beginning))
        seen = {
            spec.name: prepared[spec.name].astype(spec.dtype, copy=False)
            for spec in self._network.inputs(ENCODER)
        }
        states = self._output(ENCODER, seen, "last_hidden_state")
        return TextDecoder(self._network, states, looked_at=seen.get(_SEEN)), settings

    def _answered(
        self, features: npt.NDArray[Any], asked: Tokens, vectors: TokenVectors
    ) -> TextDecoder:
        """The states of picture and question, and a decoder that looks at them."""
        both = _joined(features, vectors.of(asked))
        specs = {spec.name: spec for spec in self._network.inputs(ENCODER)}
        feeds = {_VECTORS: both.astype(specs[_VECTORS].dtype, copy=False)}
        if _SEEN in specs:
            feeds[_SEEN] = np.ones(both.shape[:2], specs[_SEEN].dtype)
        states = self._output(ENCODER, feeds, "last_hidden_state")
        return TextDecoder(self._network, states, lambda tokens, _: vectors.of(tokens))

    def _gone_on(
        self,
        features: npt.NDArray[Any],
        asked: Tokens,
        settings: GenerationSettings,
        vectors: TokenVectors,
    ) -> tuple[TextDecoder, GenerationSettings]:
        """A decoder that reads picture and question, and goes on."""
        count = features.shape[1]
        if count != self._places or count >= asked.shape[1]:
            raise _mismatch(
                f"its files let {self._places} words stand for a picture, and its network makes "
                f"{count} of it"
            )

        def embed(tokens: Tokens, start: int) -> npt.NDArray[Any]:
            return vectors.of(tokens) if start else _joined(features, vectors.of(tokens[:, count:]))

        decoder = TextDecoder(self._network, None, embed, first_position=1)
        return decoder, settings.beginning_with(_listed(asked), count)

    def _output(
        self, part: str, feeds: Mapping[str, npt.NDArray[Any]], name: str
    ) -> npt.NDArray[Any]:
        """What a part makes: one row of vectors, by its name or the first."""
        outputs = self._network.run(feeds, part)
        values = outputs.get(name, next(iter(outputs.values())))
        if values.ndim != 3 or len(values) != 1:
            raise ModelFileError(
                "The model's encoder does not give what its decoder takes.", _ANOTHER
            )
        check_finite({name: values})
        return values


def _listed(tokens: npt.NDArray[Any]) -> tuple[int, ...]:
    return tuple(int(token) for token in tokens[0])


def _joined(features: npt.NDArray[Any], words: npt.NDArray[Any]) -> npt.NDArray[Any]:
    """What was seen of the picture, before the words of each of several texts."""
    if words.shape[2] != features.shape[2]:
        raise _mismatch("what it sees and what it reads differ in width")
    seen = np.repeat(features.astype(words.dtype, copy=False), len(words), axis=0)
    return np.concatenate((seen, words), axis=1)


def _mismatch(why: str) -> ModelFileError:
    return ModelFileError(f"The model's parts do not belong together: {why}.", _ANOTHER)
