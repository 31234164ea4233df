"""Boxes of OWLv2, whose input is filled up to a square."""

from __future__ import annotations

import numpy as np
import pytest

from ailab.services.inference.model_description import DecoderSettings
from ailab.services.inference.placement import Placement
from ailab.services.inference.tasks.decoding import Decoding
from ailab.services.inference.tasks.zero_shot_detection import decode_label_boxes

ASKED = Decoding(("cat",), DecoderSettings("label-boxes"), Placement(200, 100, 50, 50, 0.25, 0.25))


def test_that_what_is_found_in_the_filling_alone_is_kept_as_transformers_keeps_it() -> None:
    # `Owlv2ImageProcessor.post_process_object_detection` scales by the longer side, cuts nothing.
    outputs = {
        "logits": np.array([[[2], [1]]], np.float32),
        "pred_boxes": np.array([[[0.5, 0.75, 0.5, 0.25], [0.25, 0.25, 0.5, 0.5]]], np.float32),
    }
    in_filling, inside = decode_label_boxes(outputs, ASKED).items
    assert in_filling.box == pytest.approx((50, 125, 150, 175))
    assert inside.box == pytest.approx((0, 0, 100, 100))
