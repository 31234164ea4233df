"""What a model's author wrote into its card, read as people write it: a text, a list, or junk."""

from __future__ import annotations

from ailab.services.hub.json_values import fields_of, rows_of, text_of, texts_of
from ailab.services.hub.model_id import is_model_id
from ailab.services.hub.model_info import Evaluation
from ailab.services.hub.repo_path import is_safe_repo_path

_MOST_VALUES = 100
_MOST_EVALUATIONS = 300
_LONGEST_NAME = 300
_LONGEST_VALUE = 60
_LONGEST_GATE_TEXT = 20_000


def names_in(value: object) -> tuple[str, ...]:
    """The names in a list, or a lone one; each once."""
    names = (name.strip()[:_LONGEST_NAME] for name in texts_of(value))
    return tuple(dict.fromkeys(filter(None, names)))[:_MOST_VALUES]


def dataset_names(card: dict[str, object], tags: tuple[str, ...]) -> tuple[str, ...]:
    """The data sets that the card names; else those of the tags `dataset:<id>`."""
    tagged = [tag.removeprefix("dataset:") for tag in tags if tag.startswith("dataset:")]
    return names_in(card.get("datasets")) or names_in(tagged)


def license_link(card: dict[str, object], page: str, ref: str) -> str | None:
    """The address of the licence's text; a path is one inside the repository.

    Args:
        card: the card's fields.
        page: address of the model's page.
        ref: branch, tag or commit.
    """
    link = (text_of(card.get("license_link")) or "").strip()
    if link.startswith("https://") and link.isprintable() and " " not in link:
        return link
    path = link.removeprefix("./")
    if path and ":" not in path and " " not in path and is_safe_repo_path(path):
        return f"{page}/blob/{ref}/{path}"
    return None


def gate_text(card: dict[str, object]) -> str:
    """What people are asked before they get the files; empty where nothing is."""
    keys = ("extra_gated_heading", "extra_gated_description", "extra_gated_prompt")
    texts = (text_of(card.get(key)) for key in keys)
    return "\n\n".join(text.strip() for text in texts if text)[:_LONGEST_GATE_TEXT]


def space_ids(spaces: object) -> tuple[str, ...]:
    """The ids of apps; at most 100."""
    return tuple(name for name in names_in(spaces) if is_model_id(name))


def evaluations_in(model_index: object) -> tuple[Evaluation, ...]:
    """The results of a `model-index`, in the form that came from Papers with Code.

    `[{"results": [{"task": {"name": …}, "dataset": {"name": …}, "metrics": [{"name": …,
    "value": …}]}]}]`, where `type` stands in for a missing `name`.
    """
    found: list[Evaluation] = []
    results = (row for entry in rows_of(model_index) for row in rows_of(_get(entry, "results")))
    for result in results:
        task, dataset = _name(_get(result, "task")), _name(_get(result, "dataset"))
        for metric in rows_of(_get(result, "metrics")):
            value = _value(_get(metric, "value"))
            if value and len(found) < _MOST_EVALUATIONS:
                found.append(Evaluation(task, dataset, _name(metric), value))
    return tuple(found)


def _get(value: object, key: str) -> object:
    return fields_of(value).get(key)


def _name(value: object) -> str:
    name = text_of(_get(value, "name")) or text_of(_get(value, "type")) or text_of(value)
    return (name or "").strip()[:_LONGEST_NAME]


def _value(value: object) -> str:
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return ""
    return (text_of(str(value)) or "").strip()[:_LONGEST_VALUE]
