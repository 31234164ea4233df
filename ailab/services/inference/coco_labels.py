"""The names of the 80 classes that detectors trained on COCO tell apart, by index.

Source: `categories` of COCO's `instances_val2017.json` (https://cocodataset.org/#download), those
numbers left out that no object has, as the YOLO family does.
"""

COCO_LABELS: tuple[str, ...] = (
    *("person", "bicycle", "car", "motorcycle", "airplane"),
    *("bus", "train", "truck", "boat", "traffic light"),
    *("fire hydrant", "stop sign", "parking meter", "bench", "bird"),
    *("cat", "dog", "horse", "sheep", "cow"),
    *("elephant", "bear", "zebra", "giraffe", "backpack"),
    *("umbrella", "handbag", "tie", "suitcase", "frisbee"),
    *("skis", "snowboard", "sports ball", "kite", "baseball bat"),
    *("baseball glove", "skateboard", "surfboard", "tennis racket", "bottle"),
    *("wine glass", "cup", "fork", "knife", "spoon"),
    *("bowl", "banana", "apple", "sandwich", "orange"),
    *("broccoli", "carrot", "hot dog", "pizza", "donut"),
    *("cake", "chair", "couch", "potted plant", "bed"),
    *("dining table", "toilet", "tv", "laptop", "mouse"),
    *("remote", "keyboard", "cell phone", "microwave", "oven"),
    *("toaster", "sink", "refrigerator", "book", "clock"),
    *("vase", "scissors", "teddy bear", "hair drier", "toothbrush"),
)
"""Eighty."""

_NOBODYS = (0, 12, 26, 29, 30, 45, 66, 68, 69, 71, 83)

COCO_NUMBERED: tuple[str, ...] = tuple(
    "N/A" if number in _NOBODYS else COCO_LABELS[number - sum(each < number for each in _NOBODYS)]
    for number in range(len(COCO_LABELS) + len(_NOBODYS))
)
"""Ninety-one: the same by COCO's own numbers, of which eleven are nobody's, as RF-DETR has them."""
