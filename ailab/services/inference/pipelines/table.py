"""The pipelines, by the decoders that they read networks with.

Another one is one more file and one more line here; all others take the usual way.
"""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from types import MappingProxyType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ailab.services.inference.model_description import ModelDescription
    from ailab.services.inference.network import Network
    from ailab.services.inference.pipeline import Pipeline

_FOLDER = "ailab.services.inference.pipelines"
_USUAL = ("single_pass", "SinglePassPipeline")
# Each is imported when it is asked for first: some need libraries that take their time.
PIPELINES: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "answer-scores": ("answer_scores", "AnswerScoresPipeline"),
        "asked-text": ("image_to_text", "ImageToTextPipeline"),
        "chat": ("chat", "ChatPipeline"),
        "class-patches": ("class_patches", "ClassPatchesPipeline"),
        "depth": ("depth", "DepthPipeline"),
        "formula": ("formula", "FormulaPipeline"),
        "image": ("image_to_image", "ImageToImagePipeline"),
        "label-boxes": ("label_boxes", "LabelBoxesPipeline"),
        "label-masks": ("label_masks", "LabelMasksPipeline"),
        "label-scores": ("label_scores", "LabelScoresPipeline"),
        "label-things": ("label_things", "LabelThingsPipeline"),
        "label-vectors": ("label_vectors", "LabelVectorsPipeline"),
        "mask-logits": ("mask_queries", "MaskQueriesPipeline"),
        "mask-queries": ("mask_queries", "MaskQueriesPipeline"),
        "masks": ("mask_generation", "MaskGenerationPipeline"),
        "policies": ("policies", "PoliciesPipeline"),
        "phrase-boxes": ("phrase_boxes", "PhraseBoxesPipeline"),
        "pose-heatmaps": ("top_down_pose", "TopDownPosePipeline"),
        "sapiens-heatmaps": ("top_down_pose", "TopDownPosePipeline"),
        "scene-text": ("scene_text", "SceneTextPipeline"),
        "shown-or-named": ("shown_or_named", "ShownOrNamedPipeline"),
        "task-boxes": ("task_boxes", "TaskBoxesPipeline"),
        "task-queries": ("mask_queries", "MaskQueriesPipeline"),
        "text": ("image_to_text", "ImageToTextPipeline"),
    }
)


def pipeline_for(network: Network, description: ModelDescription) -> Pipeline:
    """The pipeline that suits a model, over its network.

    Raises:
        ModelFileError: the description does not suit the network.
    """
    module, name = PIPELINES.get(description.decoder.name, _USUAL)
    pipeline: Pipeline = getattr(import_module(f"{_FOLDER}.{module}"), name)(network, description)
    return pipeline
