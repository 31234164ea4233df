"""A model's card, ready to be shown."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class CardPicture:
    """A picture that a card names; it is fetched only where a person asks for it.

    Attributes:
        url: https address, or http where the Hub itself is there.
        alt: its author's words for it; may be empty.
        host: whom fetching it would tell of the person.
        width: in pixels as the author wants it; None for its own.
        is_in_link: it stands within a link, which has no room for a second one.
    """

    url: str
    alt: str
    host: str
    width: int | None = None
    is_in_link: bool = False


@dataclass(frozen=True, slots=True)
class ModelCard:
    """Cleaned HTML with gaps for pictures.

    Attributes:
        pieces: HTML of few tags and attributes, without scripts, styles, frames or anything
            that is loaded; one more than there are pictures, each of which belongs between two.
        pictures: in the order in which they stand.
        is_cut: the card goes on beyond what is shown.
    """

    pieces: tuple[str, ...] = field(repr=False)
    pictures: tuple[CardPicture, ...] = ()
    is_cut: bool = False

    @property
    def is_empty(self) -> bool:
        """Nothing is written in it."""
        return not self.pictures and not any(piece.strip() for piece in self.pieces)
