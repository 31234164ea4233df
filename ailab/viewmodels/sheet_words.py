"""The choices of a sheet in a person's words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType

from ailab.services.inference.color_order import GREY
from ailab.services.inference.keypoints import Keypoints, Pose
from ailab.services.inference.normalisation import Normalisation, Recipe, Scaling
from ailab.services.inference.picture_result import PictureResult
from ailab.services.inference.predictions import Classification, DepthMap, Detection, Detections
from ailab.viewmodels.prediction_text import counted, summary
from ailab.viewmodels.sheet_trial import Trial

DECODERS: Mapping[str, str] = MappingProxyType(
    {
        "class-scores": "A score per class",
        "yolox": "YOLOX: boxes on grids",
        "yolo-rows": "YOLO v5, v7: a row per box",
        "yolo-class-rows": "YOLO v8, v11, turned: rows",
        "yolo-columns": "YOLO v8, v11: a column per box",
        "yolo-v8-heads": "YOLO v8, v11: undecoded heads",
        "yolo-v5-heads": "YOLO v5, v7: undecoded heads",
        "yolo-v4-heads": "YOLO v4: undecoded heads",
        "yolo-v3-heads": "YOLO v3: undecoded heads",
        "box-rows": "Finished boxes (YOLO v10, NMS)",
        "paddle-rows": "PaddleDetection: finished boxes",
        "ssd": "SSD: boxes, and classes or scores",
        "detr": "DETR: logits and boxes",
        "detr-sigmoid": "RF-DETR: each class by itself",
        "text-map": "A map of where text is",
        "text-line": "Characters of a line of text",
        "label-map": "Scores or the class of each pixel",
        "mask-queries": "Masks (MaskFormer, DETR)",
        "matte": "Foreground, 0 to 1 or logits",
        "depth": "Depth: the larger, the nearer",
        "depth-distance": "Distance: the larger, the farther",
        "depth-metres": "Distance in metres",
        "image": "A picture, 0 to 1",
        "image-255": "A picture, 0 to 255",
        "image-signed": "A picture, -1 to 1",
        "yunet": "YuNet: faces with five points",
        "yolo-pose-columns": "YOLO pose: a column per thing",
        "features": "A vector (of tokens the first)",
        "features-mean": "Tokens, whose mean is the vector",
    }
)
"""What a network gives, by the decoder's name."""

BOX_ORDERS: Mapping[str, str] = MappingProxyType(
    {"xyxy": "x before y (left, top, …)", "yxyx": "y before x (top, left, …)"}
)
BACKGROUNDS: Mapping[bool, str] = MappingProxyType(
    {False: "A thing like the others", True: "Background: labels begin with 1"}
)
"""What class 0 stands for."""

RESIZES: Mapping[str, str] = MappingProxyType(
    {
        "stretch": "Stretch to the size",
        "letterbox": "Letterbox: keep shape, fill up",
        "shrink": "Shrink to the size, sides of 32",
        "line": "A line: to the height, any length",
        "shortest-edge": "Shorter side, then cut the middle",
        "tiles": "Run in pieces, joined after",
        "none": "Cut the middle only",
    }
)
COLOR_ORDERS: Mapping[str, str] = MappingProxyType(
    {
        "RGB": "Red, green, blue (RGB)",
        "BGR": "Blue, green, red (BGR)",
        "grey": "Grey: one channel",
        "Y": "Luma, colours put back (Y)",
    }
)
INVERSIONS: Mapping[bool, str] = MappingProxyType(
    {False: "No: as in the picture", True: "Yes: white becomes 0"}
)
"""Whether bright becomes dark."""

SCALINGS: Mapping[Scaling, str] = MappingProxyType(
    {
        Scaling.UNIT: "0 to 1",
        Scaling.BYTE: "0 to 255",
        Scaling.SIGNED: "\N{MINUS SIGN}1 to 1",
        Scaling.OTHER: "Another factor",
    }
)
NORMALISATIONS: Mapping[Normalisation, str] = MappingProxyType(
    {
        Normalisation.NONE: "None",
        Normalisation.IMAGENET: "ImageNet mean and deviation",
        Normalisation.CLIP: "CLIP mean and deviation",
        Normalisation.CAFFE: "Caffe mean",
        Normalisation.MNIST: "MNIST mean and deviation",
        Normalisation.OWN: "Own mean and deviation",
    }
)
ACTIVATIONS: Mapping[str, str] = MappingProxyType(
    {
        "none": "Already probabilities",
        "softmax": "Softmax: one class is right",
        "sigmoid": "Sigmoid: several may be right",
    }
)


def recipe_text(recipe: Recipe) -> str:
    """A usual normalisation in a few words, the order of the colours left out."""
    scaling = SCALINGS[recipe.scaling]
    if recipe.normalisation is Normalisation.NONE:
        return scaling
    names = {
        Normalisation.IMAGENET: "ImageNet",
        Normalisation.CLIP: "CLIP",
        Normalisation.CAFFE: "Caffe mean",
        Normalisation.MNIST: "MNIST",
    }
    return f"{scaling}, {names.get(recipe.normalisation, 'own')}"


def variant_text(recipe: Recipe) -> str:
    """What tells a usual normalisation from the one beside it."""
    if recipe.color_order == GREY:
        return "Inverted" if recipe.is_inverted else "Grey"
    return f"Colours {recipe.color_order}"


def trial_of(result: PictureResult, threshold: float) -> Trial:
    """The surest class, or how many objects there are and how sure the best is.

    The score comes first: a long label may be cut off.
    """
    prediction = result.prediction
    if prediction is None:
        return Trial("did not run", "" if result.problem is None else result.problem.message)
    if isinstance(prediction, Detections):
        count = counted(len(prediction.above(threshold).items), "object", "objects")
        return Trial(count + _best(prediction.items))
    if isinstance(prediction, Keypoints):
        count = counted(len(prediction.above(threshold).poses), "pose", "poses")
        return Trial(count + _best(prediction.poses))
    if isinstance(prediction, Classification) and prediction.scores:
        surest = prediction.scores[0]
        return Trial(f"{_percent(surest.score)} {surest.label}")
    if isinstance(prediction, DepthMap):
        return Trial(f"{prediction.minimum:.3g} to {prediction.maximum:.3g}")
    return Trial(summary(prediction.above(threshold)))


def _best(items: Sequence[Detection | Pose]) -> str:
    """The surest, which need not reach the threshold; empty where there is none at all."""
    return f", best {_percent(items[0].score)} {items[0].label}".rstrip() if items else ""


def _percent(share: float) -> str:
    return "<1%" if 0 < share < 0.005 else f"{share:.0%}"
