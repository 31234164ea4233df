"""How a network that writes words is run: `generation_config.json`, or `config.json` itself."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Literal

from ailab.services.inference.finite import is_finite
from ailab.services.inference.inference_errors import ModelFileError

MOST_TOKENS = 4096
"""A network that never ends its sentence is ended after so many tokens."""

MOST_BEAMS = 32
USUAL_NEW_TOKENS, ASKED_NEW_TOKENS = 20, 256
_MOST_LISTED = 10_000
_DECODERS = ("decoder", "generator", "text_config")
_FORMULAS = "pp_formulanet"
_AGAIN = "Download the model again, or choose another one."


@dataclass(frozen=True, slots=True)
class GenerationSettings:
    """What is asked of each next token; tokens go by their numbers.

    Attributes:
        start: the tokens that the text begins with.
        ends: tokens that end it.
        max_length: tokens at most, the first included.
        min_length: tokens at least, the first included.
        num_beams: how many beginnings are followed at once; with one, the best token is taken.
        length_penalty: exponent of the length that a beginning's score is divided by.
        early_stopping: True to end as soon as `num_beams` texts have ended, False by a guess
            whether others could still win, None to follow all that could (`never`).
        no_repeat_ngram_size: no so many tokens follow each other twice; 0 for no such rule.
        repetition_penalty: what a token that is there already is made less likely by; 1 for none.
        bad_words: sequences of tokens that are not written.
        suppressed: tokens that are never written.
        suppressed_first: tokens that are not written first.
        forced_first: the token that follows the start; None for any.
        forced_last: tokens, one of which is the last where `max_length` is reached.
        counts_start: True where both lengths count all that the text begins with, False where they
            count one token of it.
    """

    start: tuple[int, ...]
    ends: tuple[int, ...] = ()
    max_length: int = USUAL_NEW_TOKENS + 1
    min_length: int = 0
    num_beams: int = 1
    length_penalty: float = 1.0
    early_stopping: bool | None = False
    no_repeat_ngram_size: int = 0
    repetition_penalty: float = 1.0
    bad_words: tuple[tuple[int, ...], ...] = ()
    suppressed: tuple[int, ...] = ()
    suppressed_first: tuple[int, ...] = ()
    forced_first: int | None = None
    forced_last: tuple[int, ...] = ()
    counts_start: bool = False

    def beginning_with(self, start: tuple[int, ...], places: int = 0) -> GenerationSettings:
        """The same for a text that begins otherwise.

        Args:
            start: the tokens that it begins with.
            places: how many of them stand for the picture.

        Raises:
            ModelFileError: the beginning leaves no room for an answer.
        """
        more = 0 if self.counts_start else len(start) - len(self.start)
        most = min(self.max_length + more, MOST_TOKENS + places)
        if len(start) >= most:
            raise ModelFileError(
                f"What is asked has {len(start)} words and signs, as the model counts them, and "
                f"together with the answer it takes {most} at most.",
                "Ask in fewer words.",
            )
        return replace(
            self,
            start=start,
            max_length=most,
            min_length=self.min_length + more if self.min_length else 0,
        )


def usual_new_tokens(config: Mapping[str, Any], *, is_asked: bool) -> int:
    """How long a text is where the files do not say.

    That is 20 tokens by `generate` itself, 256 by transformers' pipeline for networks that are
    asked something, and as much as there is room for by those that read pages or formulas, as their
    authors do.

    Args:
        config: the object in `config.json`.
        is_asked: True for a network that is asked something.
    """
    if reads_pages(config) or config.get("model_type") == _FORMULAS:
        room = _merged(config).get("max_position_embeddings")
        return min(room - 1, MOST_TOKENS) if type(room) is int and room > 1 else USUAL_NEW_TOKENS
    return ASKED_NEW_TOKENS if is_asked else USUAL_NEW_TOKENS


def reads_pages(config: Mapping[str, Any]) -> bool:
    """True for Donut and Nougat, by `config.json`."""
    encoder = config.get("encoder")
    return isinstance(encoder, dict) and encoder.get("model_type") == "donut-swin"


def generation_settings(
    config: Mapping[str, Any],
    generation: Mapping[str, Any] | None,
    usual_new_tokens: int = USUAL_NEW_TOKENS,
) -> GenerationSettings:
    """Read them as `generate` of transformers 5 does; what it would draw by lot is not drawn.

    Args:
        config: the object in `config.json`, which counts where the other file is missing: its own
            values first, then those of the part that writes.
        generation: the object in `generation_config.json`; None where there is none.
        usual_new_tokens: how many are written where they do not say.

    Raises:
        ModelFileError: a value of the wrong type or out of range, or no token to start with.
    """
    values = _Values(_merged(config) if generation is None else generation)
    start = values.integer("decoder_start_token_id")
    if start is None:
        start = values.integer("bos_token_id")
    if start is None:
        start = _Values(_merged(config)).integer("decoder_start_token_id")
    if start is None:
        raise _wrong("decoder_start_token_id", "there")
    max_length = values.integer("max_length")
    if max_length == USUAL_NEW_TOKENS != usual_new_tokens:
        max_length = None  # older files say so where nobody has
    new = values.integer("max_new_tokens")
    if new is not None:
        max_length = new + 1
    min_new = values.integer("min_new_tokens")
    min_length = min_new + 1 if min_new is not None else values.integer("min_length") or 0
    num_beams = values.integer("num_beams") or 1
    if num_beams > MOST_BEAMS:
        raise _wrong("num_beams", f"a whole number from 1 to {MOST_BEAMS}")
    penalty = values.number("repetition_penalty", 1.0)
    if penalty <= 0:
        raise _wrong("repetition_penalty", "a number above 0")
    return GenerationSettings(
        start=(start,),
        ends=values.tokens("eos_token_id"),
        max_length=min(max(2, max_length or usual_new_tokens + 1), MOST_TOKENS),
        min_length=min(min_length, MOST_TOKENS),
        num_beams=num_beams,
        length_penalty=values.number("length_penalty", 1.0),
        early_stopping=values.early_stopping(),
        no_repeat_ngram_size=values.integer("no_repeat_ngram_size") or 0,
        repetition_penalty=penalty,
        bad_words=values.sequences("bad_words_ids"),
        suppressed=values.tokens("suppress_tokens"),
        suppressed_first=values.tokens("begin_suppress_tokens"),
        forced_first=values.integer("forced_bos_token_id"),
        forced_last=values.tokens("forced_eos_token_id"),
        counts_start=new is None and max_length is not None,
    )


def _merged(config: Mapping[str, Any]) -> Mapping[str, Any]:
    own = {key: value for key, value in config.items() if value is not None}
    inner: Mapping[str, Any] = next(
        (config[name] for name in _DECODERS if isinstance(config.get(name), dict)), {}
    )
    return {**inner, **own}


@dataclass(frozen=True, slots=True)
class _Values:
    values: Mapping[str, Any]

    def integer(self, key: str) -> int | None:
        value = self.values.get(key)
        if value is None:
            return None
        if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value < 2**31:
            raise _wrong(key, "a whole number, and not below 0")
        return value

    def number(self, key: str, usual: float) -> float:
        value = self.values.get(key)
        if value is None:
            return usual
        if not is_finite(value) or abs(value) > 1000:
            raise _wrong(key, "a number from -1000 to 1000")
        return float(value)

    def early_stopping(self) -> bool | None:
        value: bool | Literal["never"] | None = self.values.get("early_stopping")
        if value is None or isinstance(value, bool):
            return bool(value)
        if value != "never":
            raise _wrong("early_stopping", 'true, false or "never"')
        return None

    def tokens(self, key: str) -> tuple[int, ...]:
        """One token or a list of them."""
        value = self.values.get(key)
        listed = value if isinstance(value, list) else [] if value is None else [value]
        if len(listed) > _MOST_LISTED:
            raise _wrong(key, "a short list")
        found = (_Values({key: each}).integer(key) for each in listed)
        return tuple(token for token in found if token is not None)

    def sequences(self, key: str) -> tuple[tuple[int, ...], ...]:
        value = self.values.get(key)
        listed = [] if value is None else value
        if not isinstance(listed, list) or len(listed) > _MOST_LISTED:
            raise _wrong(key, "a short list")
        return tuple(filter(None, (_Values({key: each}).tokens(key) for each in listed)))


def _wrong(key: str, expected: str) -> ModelFileError:
    return ModelFileError(
        f'In the model\'s generation_config.json or config.json, "{key}" is not {expected}.', _AGAIN
    )
