"""How the labels that a person types go into a network, as values."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class TextInput:
    """What a network that takes words beside the picture expects of them.

    Attributes:
        template: the sentence that a label is put into, at `{}`.
        length: the most tokens that the network takes.
        is_filled: True where a text is always filled up to that length.
        is_plain: True where a text goes in in lower case, without punctuation.
    """

    template: str = "{}"
    length: int = 77
    is_filled: bool = False
    is_plain: bool = False
