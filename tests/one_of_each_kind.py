"""One result of each kind, for tests of what is to be known of all."""

from __future__ import annotations

import numpy as np

from ailab.services.inference.features import Features
from ailab.services.inference.float_map import FloatMap
from ailab.services.inference.generated_text import GeneratedText
from ailab.services.inference.keypoints import Keypoint, Keypoints, Pose
from ailab.services.inference.masks import Mask, Masks
from ailab.services.inference.output_pixels import output_image
from ailab.services.inference.pixel_map import PixelMap
from ailab.services.inference.predictions import (
    Classification,
    ClassScore,
    Detection,
    Detections,
    Prediction,
    Segment,
    Segmentation,
)
from fakes import a_depth_map

WIDTH, HEIGHT = 40, 30
FULL = b"\xff" * (WIDTH * HEIGHT)
ONE_OF_EACH: tuple[Prediction, ...] = (
    Classification((ClassScore(3, "tabby", 0.9),)),
    Detections((Detection(0, "cell", 0.9, (1, 1, 9, 9)),)),
    Segmentation.pack(WIDTH, HEIGHT, b"\1" * len(FULL), FULL, (Segment(1, 0, "cell", 1, 1),)),
    a_depth_map([[1.0, 2.0], [3.0, 4.0]]),
    output_image(np.zeros((HEIGHT, WIDTH, 3), np.uint8)),
    Masks(WIDTH, HEIGHT, (Mask(0.9, 1, 0, 0, PixelMap.pack(WIDTH, HEIGHT, FULL)),)),
    Keypoints((Pose(0.9, (Keypoint(1, 2, 0.9),)),), ("nose",)),
    Features(FloatMap.pack(np.ones((1, 3), np.float32))),
    GeneratedText("two cats"),
)
