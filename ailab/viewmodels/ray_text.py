"""What is said about running pictures on Ray."""

from __future__ import annotations

_NO_WALLS = "Models run there without the walls around ailab's own process."


def ray_text(address: str, pictures: int) -> str:
    """What the choice leads to.

    Args:
        address: of the cluster; empty for this computer.
        pictures: how many are to be run.
    """
    if pictures == 1:
        return f"Made for folders: for one picture, starting takes longer than the run. {_NO_WALLS}"
    if address.strip():
        return (
            "The cluster's machines need ailab, and see model, pictures and results under the "
            f"same paths. {_NO_WALLS}"
        )
    return (
        "Ray is started on this computer for each run, some ten seconds. It pays for slow models. "
        f"{_NO_WALLS}"
    )
