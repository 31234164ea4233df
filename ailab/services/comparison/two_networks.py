"""Whether two runs were made by one network, without which their vectors say nothing."""

from __future__ import annotations

from ailab.services.results.model_identity import ModelIdentity

TWO_NETWORKS = (
    "Vectors of two networks say nothing about one another: their cosine tells something only "
    "where both are the same network, as in two precisions."
)


def is_of_one_network(a: ModelIdentity, b: ModelIdentity) -> bool:
    """True where both are called the same, in whichever precision, or have the same files."""
    return (a.model, a.source) == (b.model, b.source) or a.is_same(b)
