"""Frozen values as JSON and back.

Reading is total: any JSON gives a value or None. A field that does not fit takes its default; a
value without a usable field that has no default is None.
"""

from __future__ import annotations

import types
from collections.abc import Callable
from dataclasses import MISSING, fields, is_dataclass
from datetime import UTC, date, datetime
from enum import Enum
from functools import cache
from typing import Any, Literal, TypeVar, Union, get_args, get_origin, get_type_hints

T = TypeVar("T")
_Reader = Callable[[object], object]


def to_plain(value: object) -> Any:
    """What `json.dumps` takes; fields that hold their default are left out."""
    if is_dataclass(value) and not isinstance(value, type):
        return {
            field.name: to_plain(item)
            for field in fields(value)
            if (item := getattr(value, field.name)) != field.default
        }
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, tuple):
        return [to_plain(item) for item in value]
    return value


def from_plain(kind: type[T], data: object) -> T | None:
    """A value of a dataclass out of what `json.loads` gave; None where it cannot be made."""
    try:
        value = _reader_of(kind)(data)
    except ValueError:
        return None
    return value if isinstance(value, kind) else None


def _reader_of(kind: Any) -> _Reader:
    return _reader(kind)


@cache
def _reader(kind: Any) -> _Reader:
    """A function that gives a value of a type, or raises `ValueError`."""
    origin, arguments = get_origin(kind), get_args(kind)
    if origin in (Union, types.UnionType):
        return _any_of(tuple(_reader(argument) for argument in arguments))
    if origin is Literal:
        return _one_of(arguments)
    if origin is tuple:
        return _tuple_of(arguments)
    if is_dataclass(kind):
        return _fields_of(kind)
    if issubclass(kind, Enum):
        make: _Reader = kind
        return make
    return _SCALARS[kind]


def _fields_of(kind: Any) -> _Reader:
    hints = get_type_hints(kind)
    readers = {field.name: _reader(hints[field.name]) for field in fields(kind) if field.init}
    needed = [
        field.name
        for field in fields(kind)
        if field.default is MISSING and field.default_factory is MISSING
    ]

    def read(data: object) -> object:
        if not isinstance(data, dict):
            raise ValueError("not an object")
        given: dict[str, object] = {}
        for name, item in data.items():
            if name in readers:
                try:
                    given[name] = readers[name](item)
                except ValueError:
                    continue
        if any(name not in given for name in needed):
            raise ValueError("a field is missing")
        return kind(**given)

    return read


def _tuple_of(arguments: tuple[Any, ...]) -> _Reader:
    if len(arguments) == 2 and arguments[1] is ...:
        item = _reader(arguments[0])

        def read_all(data: object) -> object:
            found = []
            for value in _list(data):
                try:
                    found.append(item(value))
                except ValueError:
                    continue
            return tuple(found)

        return read_all
    readers = tuple(_reader(argument) for argument in arguments)

    def read(data: object) -> object:
        values = _list(data)
        if len(values) != len(readers):
            raise ValueError("another number of values")
        return tuple(reader(value) for reader, value in zip(readers, values, strict=True))

    return read


def _any_of(readers: tuple[_Reader, ...]) -> _Reader:
    def read(data: object) -> object:
        for reader in readers:
            try:
                return reader(data)
            except ValueError:
                continue
        raise ValueError("of none of the kinds")

    return read


def _one_of(values: tuple[object, ...]) -> _Reader:
    def read(data: object) -> object:
        if isinstance(data, str | int) and data in values:
            return data
        raise ValueError("not one of the values")

    return read


def _list(data: object) -> list[object]:
    if isinstance(data, list):
        return data
    raise ValueError("not a list")


def _text(data: object) -> object:
    if isinstance(data, str) and (data.isascii() or data.encode(errors="replace").decode() == data):
        return data
    raise ValueError("not a text")


def _whole(data: object) -> object:
    if isinstance(data, int) and not isinstance(data, bool):
        return data
    raise ValueError("not a whole number")


def _number(data: object) -> object:
    if isinstance(data, int | float) and not isinstance(data, bool) and abs(data) < 1e300:
        return float(data)
    raise ValueError("not a number")


def _flag(data: object) -> object:
    if isinstance(data, bool):
        return data
    raise ValueError("not a flag")


def _nothing(data: object) -> object:
    if data is None:
        return None
    raise ValueError("not nothing")


def _time(data: object) -> object:
    if not isinstance(data, str):
        raise ValueError("not a time")
    time = datetime.fromisoformat(data)
    return time if time.tzinfo else time.replace(tzinfo=UTC)


def _day(data: object) -> object:
    if not isinstance(data, str):
        raise ValueError("not a day")
    return date.fromisoformat(data)


_SCALARS: dict[Any, _Reader] = {
    str: _text,
    int: _whole,
    float: _number,
    bool: _flag,
    types.NoneType: _nothing,
    datetime: _time,
    date: _day,
}
