"""What a model's `config.json` and `preprocessor_config.json` say, as values."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any

from ailab.services.inference.classification_head import UNNAMED

_LONGEST_TEXT = 120
_MOST_FACTS = 200
_MOST_LABELS = 200_000
_DEEPEST = 3
_LABELS = frozenset({"id2label", "label2id", "label_names", "label_descriptions"})


@dataclass(frozen=True, slots=True)
class ConfigSheet:
    """A model's configuration.

    Attributes:
        architecture: the network's class, such as `SegformerForSemanticSegmentation`.
        model_type: its family, such as `segformer`.
        input_size: of a picture, in words, such as `224 × 224`; empty where it is not told.
        labels: a class's number and name each, by number.
        facts: everything else, as names and values in the file's order; a name within an object
            follows the object's and a dot.
    """

    architecture: str = ""
    model_type: str = ""
    input_size: str = ""
    labels: tuple[tuple[int, str], ...] = field(default=(), repr=False)
    facts: tuple[tuple[str, str], ...] = ()

    @property
    def names(self) -> tuple[str, ...]:
        """The classes' names in order; none where they are only numbered, as `LABEL_0`."""
        is_named = any(name != f"{UNNAMED}{number}" for number, name in self.labels)
        return tuple(name for _, name in self.labels) if is_named else ()


def read_sheet(config: bytes | None, preprocessor: bytes | None) -> ConfigSheet:
    """The sheet of a model's files, of which either may be missing.

    `timm`'s form of `config.json` is read too (`architecture`, `pretrained_cfg`, `label_names`).

    Raises:
        ValueError: the configuration is no JSON object.
    """
    network = {} if config is None else _object(config)
    try:
        pictures = {} if preprocessor is None else _object(preprocessor)
    except ValueError:  # the less important of the two
        pictures = {}
    named = network.get("architectures")
    architecture = named[0] if isinstance(named, list) and named else network.get("architecture")
    facts = [fact for name, value in network.items() for fact in _facts(name, value, 1)]
    facts += [fact for name, value in pictures.items() for fact in _facts(name, value, 1)]
    return ConfigSheet(
        _text(architecture),
        _text(network.get("model_type")),
        _input_size(network, pictures),
        _labels(network),
        tuple(facts[:_MOST_FACTS]),
    )


def _object(content: bytes) -> dict[str, Any]:
    try:
        value = json.loads(content)
    except RecursionError as error:
        raise ValueError("JSON that is nested too deep") from error
    if not isinstance(value, dict):
        raise ValueError("no JSON object")
    return value


def _facts(name: str, value: object, depth: int) -> list[tuple[str, str]]:
    if value is None or name in _LABELS or name.startswith("_"):
        return []
    if isinstance(value, dict):
        if depth == _DEEPEST:
            return []
        inner = ((key, each) for key, each in value.items() if key not in _LABELS)
        return [fact for key, each in inner for fact in _facts(f"{name}.{key}", each, depth + 1)]
    if isinstance(value, list):
        simple = all(not isinstance(each, (list, dict)) for each in value)
        words = ", ".join(map(_text, value[:20])) if simple else f"{len(value)} entries"
        return [
            (name[:_LONGEST_TEXT], _short(words + (" …" if len(value) > 20 and simple else "")))
        ]
    return [(name[:_LONGEST_TEXT], _text(value))]


def _text(value: object) -> str:
    if value is None or isinstance(value, (list, dict)):
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return _short(str(value) if not isinstance(value, float) else f"{value:.6g}")


def _short(text: str) -> str:
    text = " ".join(text.split())
    return text if len(text) <= _LONGEST_TEXT else f"{text[:_LONGEST_TEXT]}…"


def _input_size(network: dict[str, Any], pictures: dict[str, Any]) -> str:
    """The size that pictures are brought to; that of the preprocessor is the last word."""
    timm = network.get("pretrained_cfg")
    if isinstance(timm, dict) and isinstance(shape := timm.get("input_size"), list):
        return _sides(shape[-2:])
    does_crop = pictures.get("do_center_crop") is True
    for size in (
        pictures.get("crop_size") if does_crop else None,
        pictures.get("size"),
        network.get("image_size"),
    ):
        if words := _size_words(size):
            return words
    return ""


def _size_words(size: object) -> str:
    if isinstance(size, dict):
        if "height" in size:
            return _sides([size.get("height"), size.get("width")])
        shortest, longest = _side(size.get("shortest_edge")), _side(size.get("longest_edge"))
        if shortest:
            return f"shorter side {shortest}" + (f", longer side up to {longest}" * bool(longest))
        return f"longer side {longest}" if longest else ""
    return _sides(size if isinstance(size, list) else [size, size])


def _sides(sides: list[object]) -> str:
    """Width × height in pixels, from height and width."""
    if len(sides) != 2:
        return ""
    height, width = map(_side, sides)
    return f"{width} × {height}" if height and width else ""


def _side(value: object) -> int | None:
    is_length = isinstance(value, int) and not isinstance(value, bool) and 0 < value < 100_000
    return value if is_length and isinstance(value, int) else None


def _labels(network: dict[str, Any]) -> tuple[tuple[int, str], ...]:
    named = network.get("id2label") or network.get("label_names")
    if isinstance(named, list):
        return tuple((at, _text(each)) for at, each in enumerate(named[:_MOST_LABELS]))
    if not isinstance(named, dict):
        return ()
    found = [(number, _text(each)) for key, each in named.items() if (number := _index(key)) >= 0]
    return tuple(sorted(found)[:_MOST_LABELS])


def _index(key: str) -> int:
    return int(key) if key.isascii() and key.isdigit() and len(key) < 10 else -1
