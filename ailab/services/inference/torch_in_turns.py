"""Many texts beside one picture, some at a time, so that memory stays bounded."""

from __future__ import annotations

from collections.abc import Callable

import torch


def in_turns(
    reckon: Callable[..., torch.Tensor], at_once: int | None, *texts: torch.Tensor
) -> torch.Tensor:
    """What `reckon` makes of texts, some of them at a time.

    Args:
        reckon: takes some rows of each of `texts`; gives a row for each.
        at_once: how many rows it takes in one go; None for all, as a trace needs it.
        texts: tensors of as many rows.
    """
    if at_once is None:
        return reckon(*texts)
    parts = zip(*(each.split(at_once) for each in texts), strict=True)
    return torch.cat([reckon(*part) for part in parts])
