"""Which Inference Providers run a model, as the Hub tells it."""

from __future__ import annotations

from dataclasses import dataclass

from ailab.services.hub.hub_errors import HubFormatError

_MOST = 100


@dataclass(frozen=True, slots=True)
class ModelProvider:
    """One of them.

    Attributes:
        name: the provider's key, such as `hf-inference`.
        task: the pipeline tag that it serves; empty where not told.
        is_live: False for one that only tries the model, or fails at it.
    """

    name: str
    task: str
    is_live: bool


@dataclass(frozen=True, slots=True)
class ModelProviders:
    """Who runs a model.

    Attributes:
        model_id: the model's present id.
        task: its own pipeline tag; None where it has none.
        providers: who runs it, in the Hub's order.
    """

    model_id: str
    task: str | None
    providers: tuple[ModelProvider, ...] = ()


def parse_providers(data: object) -> ModelProviders:
    """The answer of `GET /api/models/{id}?expand=inferenceProviderMapping&expand=pipeline_tag`.

    The mapping is an object by provider on one of the Hub's endpoints, and a list on another.

    Raises:
        HubFormatError: not such an answer.
    """
    if not isinstance(data, dict) or not isinstance(data.get("id"), str):
        raise HubFormatError(
            "The Hub does not say who runs the model.",
            "Check that HF_ENDPOINT names a Hugging Face Hub.",
        )
    mapping = data.get("inferenceProviderMapping")
    entries: list[tuple[object, object]] = []
    if isinstance(mapping, dict):
        entries = list(mapping.items())
    elif isinstance(mapping, list):
        entries = [(each.get("provider"), each) for each in mapping if isinstance(each, dict)]
    task = data.get("pipeline_tag")
    return ModelProviders(
        data["id"],
        task if isinstance(task, str) else None,
        tuple(
            ModelProvider(
                name[:100],
                task if isinstance(task := entry.get("task"), str) else "",
                entry.get("status") == "live",
            )
            for name, entry in entries[:_MOST]
            if isinstance(name, str) and name.isprintable() and isinstance(entry, dict)
        ),
    )
