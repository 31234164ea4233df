"""One question about one picture, as OpenAI's chat completions have it, and the answer to it.

Source: `ChatCompletionInput` and `ChatCompletionOutput` of the Hub's task schemas. An answer is a
stranger's: nothing in it is believed.
"""

from __future__ import annotations

import base64
from typing import Any

from ailab.services.inference.chat_models import USUAL_QUESTION
from ailab.services.inference.generated_text import GeneratedText
from ailab.services.inference.generation_settings import MOST_TOKENS
from ailab.services.inference.token_text import printable
from ailab.services.providers.sent_picture import SentPicture

LARGEST_CHAT = 4 * 2**20
"""Bytes that an answer may have: far more than the longest one, and what was thought before it."""


class NoWordsError(Exception):
    """An answer without a word in it.

    Attributes:
        is_cut: True where all tokens were used up before the first word.
    """

    def __init__(self, *, is_cut: bool) -> None:
        super().__init__("all tokens were used up" if is_cut else "nothing was written")
        self.is_cut = is_cut


def messages(picture: SentPicture, question: str) -> list[dict[str, Any]]:
    """What is sent: the picture as a `data:` address, and the question; the usual one if empty."""
    data = base64.b64encode(picture.data).decode("ascii")
    url = f"data:{picture.media_type};base64,{data}"
    content = [
        {"type": "image_url", "image_url": {"url": url}},
        {"type": "text", "text": question.strip() or USUAL_QUESTION},
    ]
    return [{"role": "user", "content": content}]


def answered(completion: Any, question: str) -> GeneratedText:
    """The words of an answer, without what was thought before them.

    Args:
        completion: a `ChatCompletionOutput`, of which nothing is certain.
        question: as a person typed it.

    Raises:
        NoWordsError: there are none.
        ValueError, TypeError, AttributeError: it is no such answer.
    """
    choice = _choice(completion)
    words = choice.message.content
    if words is None:
        words = ""
    if not isinstance(words, str):
        raise ValueError("words that are no text")
    if not (text := printable(words)):
        raise NoWordsError(is_cut=is_cut(completion))
    return GeneratedText(text, question=question)


def is_cut(completion: Any) -> bool:
    """True where an answer ended because it was as long as it may be."""
    return bool(_choice(completion).finish_reason == "length")


def cut_note() -> str:
    """That an answer was cut, in words."""
    return f"The answer was ended after {MOST_TOKENS:,} tokens; it may lack its end."


def _choice(completion: Any) -> Any:
    choices = completion.choices
    if not isinstance(choices, list) or not choices:
        raise ValueError("no choices")
    return choices[0]
