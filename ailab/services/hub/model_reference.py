"""A model with its revision and variant, as one text that stands in the model field."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ModelReference:
    """`owner/name`, `owner/name@revision`, `owner/name:variant`, `owner/name@revision:variant`.

    Neither an id nor a git reference can hold a colon, so the text has one meaning.

    Attributes:
        model: `owner/name`, or whatever stands in its place, such as a page's address.
        revision: branch, tag or commit; None for the default branch.
        variant: which of several weight files, such as `fp16` or `int8`; None for the usual one.
    """

    model: str
    revision: str | None = None
    variant: str | None = None

    def __str__(self) -> str:
        at = f"@{self.revision}" if self.revision else ""
        of = f":{self.variant}" if self.variant else ""
        return f"{self.model}{at}{of}"


def parse_reference(text: str) -> ModelReference:
    """The parts of a reference; an address is not taken apart."""
    text = text.strip()
    if "://" in text:  # an address may hold colons and an @ of its own
        return ModelReference(text)
    head, _, variant = text.partition(":")
    model, _, revision = head.partition("@")
    return ModelReference(model.strip(), revision.strip() or None, variant.strip() or None)
