"""Values out of foreign JSON: each function gives what it is asked for, or None."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import NoReturn

from ailab.services.hub.hub_errors import HubFormatError

_LARGEST = 2**63 - 1


def load_json(body: bytes, what: str) -> object:
    """Decode a JSON document.

    Args:
        body: the document.
        what: it was asked for, for the words of an error.

    Raises:
        HubFormatError: it is not JSON (RFC 8259), or nested beyond all measure.
    """
    try:
        value: object = json.loads(body, parse_constant=_refuse_constant)
    except (ValueError, RecursionError) as error:
        raise HubFormatError(
            f"The Hub's answer for {what} cannot be read: it is not the JSON that was expected.",
            "Try again; if it stays so, check that HF_ENDPOINT names a Hugging Face Hub.",
            detail=f"{type(error).__name__}: {error}",
        ) from error
    return value


def text_of(value: object) -> str | None:
    """A text that is not empty and that can be encoded; None for anything else."""
    if not isinstance(value, str) or not value:
        return None
    return value if value.isascii() or _can_be_encoded(value) else None


def count_of(value: object) -> int | None:
    """A whole number from 0 to 2⁶³ - 1; None for anything else."""
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= _LARGEST:
        return None
    return value


def number_of(value: object) -> float | None:
    """A number of at most 2⁶³ - 1 in size; None for anything else."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return float(value) if abs(value) <= _LARGEST else None


def time_of(value: object) -> datetime | None:
    """An ISO 8601 time as UTC; one without a zone is taken as UTC."""
    try:
        time = datetime.fromisoformat(value) if isinstance(value, str) else None
        return time and (time.astimezone(UTC) if time.tzinfo else time.replace(tzinfo=UTC))
    except (ValueError, OverflowError):
        return None


def texts_of(value: object) -> tuple[str, ...]:
    """The texts of a list, or a lone text; without what is neither."""
    values = value if isinstance(value, list) else [value]
    return tuple(text for item in values if (text := text_of(item)) is not None)


def fields_of(value: object) -> dict[str, object]:
    """An object's fields; none for anything that is not an object."""
    return value if isinstance(value, dict) else {}


def rows_of(value: object) -> list[object]:
    """A list's values; none for anything that is not a list."""
    return value if isinstance(value, list) else []


def _can_be_encoded(value: str) -> bool:
    """False for half a surrogate pair, which JSON can carry and UTF-8 cannot."""
    try:
        value.encode()
    except UnicodeEncodeError:
        return False
    return True


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is no JSON")
