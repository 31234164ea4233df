"""The decoders, by the names that sheets use."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from ailab.services.inference.paddle_sizes import PADDLE_ROWS
from ailab.services.inference.tasks.decoding import Decoder
from ailab.services.inference.tasks.depth_estimation import decode_depth
from ailab.services.inference.tasks.face_points import decode_yunet
from ailab.services.inference.tasks.feature_extraction import decode_features
from ailab.services.inference.tasks.image_classification import decode_class_scores
from ailab.services.inference.tasks.image_segmentation import decode_label_map, decode_matte
from ailab.services.inference.tasks.interest_points import decode_interest_points
from ailab.services.inference.tasks.mask_logits import decode_mask_logits
from ailab.services.inference.tasks.mask_queries import decode_mask_queries
from ailab.services.inference.tasks.object_detection import decode_detr
from ailab.services.inference.tasks.paddle_rows import decode_paddle_rows
from ailab.services.inference.tasks.painted_masks import decode_painted_masks
from ailab.services.inference.tasks.pose_columns import decode_yolo_pose_columns
from ailab.services.inference.tasks.ssd_detection import decode_ssd
from ailab.services.inference.tasks.text_detection import decode_text_map
from ailab.services.inference.tasks.text_line import decode_text_line
from ailab.services.inference.tasks.yolo_detection import (
    decode_box_rows,
    decode_yolo_class_rows,
    decode_yolo_columns,
    decode_yolo_rows,
    decode_yolox,
)
from ailab.services.inference.tasks.yolo_heads import (
    decode_yolo_anchor_heads,
    decode_yolo_distance_heads,
)
from ailab.services.inference.yolo_anchors import USES_ANCHORS, V8_HEADS

DECODERS: Mapping[str, Decoder] = MappingProxyType(
    {
        "class-scores": decode_class_scores,
        "answer-scores": decode_class_scores,
        "detr": decode_detr,
        "yolox": decode_yolox,
        "yolo-rows": decode_yolo_rows,
        "yolo-class-rows": decode_yolo_class_rows,
        "yolo-columns": decode_yolo_columns,
        **dict.fromkeys(USES_ANCHORS, decode_yolo_anchor_heads),
        V8_HEADS: decode_yolo_distance_heads,
        "box-rows": decode_box_rows,
        PADDLE_ROWS: decode_paddle_rows,
        "ssd": decode_ssd,
        "text-line": decode_text_line,
        "text-map": decode_text_map,
        "label-map": decode_label_map,
        "mask-queries": decode_mask_queries,
        "task-queries": decode_mask_queries,
        "mask-logits": decode_mask_logits,
        "painted-masks": decode_painted_masks,
        "matte": decode_matte,
        "depth": decode_depth,
        "features": decode_features,
        "yunet": decode_yunet,
        "yolo-pose-columns": decode_yolo_pose_columns,
        "interest-points": decode_interest_points,
    }
)
