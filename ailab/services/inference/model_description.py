"""All that a model's files say of it, without its weights."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from ailab.services.inference.depth_reading import DepthReading
from ailab.services.inference.generation_settings import GenerationSettings
from ailab.services.inference.predictions import DepthScale
from ailab.services.inference.preprocessing import Preprocessing
from ailab.services.inference.question import Question
from ailab.services.inference.text_input import TextInput

if TYPE_CHECKING:
    from ailab.services.served.server_token import ServerToken


@dataclass(frozen=True, slots=True)
class DecoderSettings:
    """How a network's outputs become a prediction.

    Attributes:
        name: which decoder; one of those in `tasks/decoders.py`.
        activation: what makes probabilities of class scores: `none`, `softmax`, `sigmoid`;
            `regression` for numbers that need be none, of which only those from 0 to 1 are taken.
            For `detr`, `sigmoid` where no class means that there is no object, whatever their
            number; else that is told by `has_no_object`.
        strides: of the grids of `yolox` and of YOLO's undecoded heads, in pixels of the input.
        anchors: for the heads with anchors: widths and heights by turns, in pixels of the input, as
            many for each stride.
        nms_iou: of two boxes of a class that overlap more than this, the better one is kept.
        has_no_object: for `detr`: True where the last class means that there is no object and
            softmax is right, False where sigmoid is; None: to be told from the number of classes.
        best_pairs: for `detr` without a no-object class: how many of the best pairs of query and
            class are read; None for as many as there are queries.
        mask_size: for `mask-queries`: side in pixels that mask logits are enlarged to first, as
            Mask2Former's are; None for not at all.
        depth_scale: for `depth`: what the network's numbers mean.
        depth_reading: for `depth`: how they become those of the picture.
        white: for `image`: the value that stands for full brightness.
        black: for `image`: the value that stands for none.
        class_count: how many classes the model's files promise; None where they promise none.
        pooling: for `features`: what stands for the picture in a last hidden state, as in
            `feature_models.py`.
        edges: pairs of keypoints, by index, that a line joins; empty where the files tell none.
        unnamed: what stands before the number of a class that has no name.
        box_order: for `ssd`: `xyxy` or `yxyx`.
        map_threshold: for `text-map`: what of the map is above it is text, 0 to 1.
        unclip_ratio: for `text-map`: a rectangle's area, times this, through its perimeter is what
            it grows by on each side.
        characters: for `text-line`: those that the network tells apart, by its numbers.
        has_background: for `ssd`: True where class 0 is no thing, and the labels begin with 1.
    """

    name: str
    activation: str = "softmax"
    strides: tuple[int, ...] = (8, 16, 32)
    anchors: tuple[float, ...] = ()
    nms_iou: float = 0.45
    has_no_object: bool | None = None
    best_pairs: int | None = None
    mask_size: int | None = None
    depth_scale: DepthScale = DepthScale.INVERSE
    depth_reading: DepthReading = DepthReading.AS_IS
    white: float = 1.0
    black: float = 0.0
    class_count: int | None = None
    pooling: str = "class-token"
    edges: tuple[tuple[int, int], ...] = ()
    unnamed: str = "class "
    box_order: str = "xyxy"
    has_background: bool = False
    map_threshold: float = 0.3
    unclip_ratio: float = 1.5
    characters: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ModelDescription:
    """A model as its files describe it.

    Attributes:
        weights: the file of weights, or of the first part.
        task: its pipeline tag.
        labels: the classes' names, by index.
        preprocessing: what is done to a picture first.
        decoder: what is done to the outputs.
        threshold: the confidence that suits the task and the decoder, 0 to 1.
        label_file: the text file that the labels come from; None where there is none.
        parts: name and file of each part, where the network has several; see `ModelLayout.parts`.
        tokenizer: `tokenizer.json`, or the vocabulary that stands in for it; None where there is
            neither.
        qformer_tokenizer: the same of the part that looks at the picture; None where that reads no
            words.
        readers: for `scene-text`: names of outputs, and the files that name their pieces.
        text: how the labels that a person types go in; None where none do.
        generation: how it writes; None where it does not.
        question: what it is given to read beside the picture; None where that is nothing.
        address: of a model on a server; empty for one with weights here.
        token: that its server is asked with; None where it is asked without.
        note: what a person should know of how it is run; may be empty.
    """

    weights: Path
    task: str
    labels: tuple[str, ...]
    preprocessing: Preprocessing
    decoder: DecoderSettings
    threshold: float
    label_file: Path | None = None
    parts: tuple[tuple[str, Path], ...] = ()
    tokenizer: Path | None = None
    qformer_tokenizer: Path | None = None
    readers: tuple[tuple[str, Path], ...] = ()
    text: TextInput | None = None
    generation: GenerationSettings | None = None
    question: Question | None = None
    address: str = ""
    token: ServerToken | None = None
    note: str = ""
