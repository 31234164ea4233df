"""What a decoder remembers, in and out of a trace: as exports on the Hub take and give it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import torch
from transformers import DynamicCache, EncoderDecoderCache

LOWEST = torch.finfo(torch.float32).min


def cache_of(past: Sequence[Any]) -> Any:
    """The cache of transformers; four tensors for each layer, none for a beginning."""
    cache = EncoderDecoderCache(DynamicCache(), DynamicCache())
    for layer in range(len(past) // 4):
        key, value, cross_key, cross_value = past[4 * layer : 4 * layer + 4]
        cache.self_attention_cache.update(key, value, layer)
        cache.cross_attention_cache.update(cross_key, cross_value, layer)
        cache.is_updated[layer] = True
    return cache


def later_hidden(past: Sequence[Any], length: int) -> Any:
    """What hides later tokens, whole, since transformers' own way of making it can't be exported.

    Shape (length, tokens before and these).
    """
    seen = past[0].shape[2] if past else 0
    column, row = torch.arange(seen + length), torch.arange(seen, seen + length)
    return (column[None, :] > row[:, None]).float() * LOWEST


def kept_in(cache: Any) -> list[Any]:
    """Tensors of a cache, four for each layer."""
    own, cross = cache.self_attention_cache.layers, cache.cross_attention_cache.layers
    return [
        each
        for mine, its in zip(own, cross, strict=True)
        for each in (mine.keys, mine.values, its.keys, its.values)
    ]
