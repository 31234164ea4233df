"""The second input of RT-DETR's and D-FINE's own exports: of what size their boxes are told."""

from __future__ import annotations

BOX_SIZES = "orig_target_sizes"
"""Its name: whole numbers of shape (1, 2), width and height in pixels, as the networks multiply
boxes of cx, cy, w, h by both of them twice (lyuwenyu/RT-DETR, `rtdetr_postprocessor.py`)."""
