"""What PaddleDetection's networks are told of a picture beside it, so that boxes fit the picture.

`im_shape` is the height and width that the picture was resized to, what is filled up left out;
`scale_factor` is by how much it grew, down and across. Source: `deploy/python/preprocess.py` and
`create_inputs` in `deploy/python/infer.py` of PaddlePaddle/PaddleDetection. The rows that come back
are class, score, x0, y0, x1, y1, the box in pixels of the picture as it was before.
"""

from __future__ import annotations

RESIZED, SCALES = "im_shape", "scale_factor"
"""The names of the two inputs, float32 of shape (1, 2); many networks take the second alone."""

PADDLE_SIZES = frozenset({RESIZED, SCALES})

PADDLE_ROWS = "paddle-rows"
"""The decoder of what comes back."""
