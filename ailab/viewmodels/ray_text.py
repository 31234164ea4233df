"""What is said about running pictures on Ray."""

from __future__ import annotations

_NO_SANDBOX = (
    "The model runs there without ailab's sandbox: a harmful one could read and change files there."
)


def ray_text(address: str, pictures: int) -> str:
    """What the choice leads to.

    Args:
        address: of the cluster; empty for this computer.
        pictures: how many are to be run.
    """
    words = []
    if pictures == 1:
        words.append("Made for folders: for one picture, starting takes longer than the run.")
    elif not address.strip():
        words.append(
            "Ray is started on this computer for each run, some ten seconds. It pays for slow "
            "models."
        )
    if address.strip():
        words.append(
            "The cluster's machines need ailab, and see model, pictures and results under the "
            "same paths."
        )
    return " ".join((*words, _NO_SANDBOX))
