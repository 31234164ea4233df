"""A model of transformers, loaded from a folder of safetensors and from nothing else."""

from __future__ import annotations

import inspect
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from pathlib import Path
from typing import Any

import transformers
from transformers.utils import logging as transformers_logging

from ailab.services.inference.chat_models import CHAT_MODELS, chats
from ailab.services.inference.feature_models import FEATURE_MODELS, UNDER_A_HEAD
from ailab.services.inference.harmless_config import harmless_config
from ailab.services.inference.inference_errors import ModelFileError
from ailab.services.inference.json_file import read_json_object
from ailab.services.inference.mask_models import MASK_MODELS, OF_FILMS, names_of_parameters
from ailab.services.inference.model_config import architectures_of
from ailab.services.inference.timm_backbone import without_timm
from ailab.services.inference.torch_named_things import shown_or_named
from ailab.services.inference.weights_refused import weights_refused
from ailab.services.inference.writing_models import WRITING_MODELS
from ailab.services.inference.zero_shot_heads import ZERO_SHOT_HEADS

_AUTO_CLASSES = {
    # What an architecture's name ends with, and transformers' class that loads it.
    "ForImageClassification": "AutoModelForImageClassification",
    "ForImageClassificationWithTeacher": "AutoModelForImageClassification",
    "ForObjectDetection": "AutoModelForObjectDetection",
    "ForSemanticSegmentation": "AutoModelForSemanticSegmentation",
    "ForInstanceSegmentation": "AutoModelForInstanceSegmentation",
    "ForUniversalSegmentation": "AutoModelForUniversalSegmentation",
    "ForSegmentation": "AutoModelForImageSegmentation",
    "ForDepthEstimation": "AutoModelForDepthEstimation",
    "ForImageSuperResolution": "AutoModelForImageToImage",
    "ForKeypointDetection": "AutoModelForKeypointDetection",
    **dict.fromkeys(MASK_MODELS, "AutoModelForMaskGeneration"),
}
_BY_OWN_NAME = (
    "ForImageMatting",
    "ForPoseEstimation",
    "ForQuestionAnswering",
    "ForSceneTextRecognition",
    "ForTextRecognition",
    "ForImageClassificationLearned",
    "ForImageClassificationFourier",
    "ForImageClassificationConvProcessing",
)
"""What ends the names of those that transformers has no such class for, or one for several."""

_TRAINING = "criterion."
"""What begins the names of parameters that only a loss is reckoned with."""

_ANOTHER = "Choose another model, or a copy of it with ONNX weights."


def load_network(folder: Path) -> Any:
    """Load a network in float32, ready to be run; one that chats as it was saved.

    Args:
        folder: with `config.json` and the safetensors.

    Returns:
        A `transformers.PreTrainedModel` in evaluation mode, on the processor.

    Raises:
        ModelFileError: the installed transformers does not know the model, or the weights are
            not those of its configuration.
    """
    transformers_logging.set_verbosity_error()
    transformers_logging.disable_progress_bar()
    values = harmless_config(read_json_object(folder / "config.json"))
    if (folder / "adapter_config.json").exists():  # it names another model, by any path
        raise ModelFileError(
            "The model's folder holds an adapter for another model (adapter_config.json), which "
            "ailab does not run.",
            "Choose the model itself, or one with the adapter merged into it.",
        )
    is_chat = chats(architectures_of(values))
    network = _loaded(_loader(values), network_config(values), folder, is_chat=is_chat)
    if values.get("model_type") == OF_FILMS:
        named = _loaded(transformers.Sam3Model, network_config(values), folder)
        return shown_or_named(network, named)
    return network


def _loaded(loader: Any, config: Any, folder: Path, *, is_chat: bool = False) -> Any:
    """A network by a class of transformers, or by what chooses one."""
    is_shown = loader is not transformers.Sam3Model
    names = {**without_timm(config), **(names_of_parameters(config.model_type) if is_shown else {})}
    if hasattr(config, "mask_ratio"):  # ViTMAE hides most of a picture, in training and out of it
        config.mask_ratio = 0.0
    if config.model_type == "blip-2" and loader is not transformers.AutoModelForImageTextToText:
        config.image_token_index = None  # labels come without the picture's tokens before them
    try:
        network, found = loader.from_pretrained(
            folder,
            config=config,
            key_mapping=names or None,
            trust_remote_code=False,
            use_safetensors=True,
            local_files_only=True,
            output_loading_info=True,
            **({"dtype": "auto"} if is_chat else {}),
        )
    except ImportError as error:
        raise ModelFileError(
            "The model needs a package that is not installed.",
            f"Install it, or take another model. transformers says: {_first_line(error)}",
            detail=repr(error),
        ) from error
    except Exception as error:  # transformers raises whatever its models do
        raise weights_refused(error) from error
    _drop_untrained_pooler(network, found)
    _check_complete(network, found)
    return (network if is_chat else network.float()).eval()


def takes_mask(network: Any) -> bool:
    """True for a network that can be told where the picture lies in its input."""
    return "pixel_mask" in inspect.signature(network.forward).parameters


def text_inputs(network: Any) -> list[str]:
    """What a network that is told in words what to look for takes beside the picture."""
    if type(network).__name__ not in ZERO_SHOT_HEADS:
        return []
    taken = inspect.signature(network.forward).parameters
    return [name for name in ("input_ids", "attention_mask", "token_type_ids") if name in taken]


def takes_task(network: Any) -> bool:
    """True for a network that is told in words what kind of answer is wanted (OneFormer)."""
    return "task_inputs" in inspect.signature(network.forward).parameters


def takes_expert(network: Any) -> bool:
    """True for a network of several experts that must be told which to ask (ViTPose+)."""
    backbone = getattr(getattr(network, "config", None), "backbone_config", None)
    return int(getattr(backbone, "num_experts", 1) or 1) > 1


def _loader(values: Mapping[str, Any]) -> Any:
    architectures = values.get("architectures")
    names = architectures if isinstance(architectures, list) else [architectures]
    for name in names:
        if isinstance(name, str) and _goes_by_own_name(name):
            return getattr(transformers, UNDER_A_HEAD.get(name, name))
        if isinstance(name, str) and name in {*WRITING_MODELS, *CHAT_MODELS}:
            return transformers.AutoModelForImageTextToText
        for ending, auto_class in _AUTO_CLASSES.items():
            if isinstance(name, str) and name.endswith(ending):
                return getattr(transformers, auto_class)
    raise ModelFileError("The model is of a kind that ailab does not run.", _ANOTHER)


def _goes_by_own_name(name: str) -> bool:
    is_one = name.endswith(_BY_OWN_NAME) or name in FEATURE_MODELS or name in ZERO_SHOT_HEADS
    return is_one and hasattr(transformers, name)


def network_config(values: Mapping[str, Any]) -> Any:
    """The configuration as transformers' own class.

    Args:
        values: the object in `config.json`, made harmless.

    Raises:
        ModelFileError: transformers does not know it, or refuses it.

    Files write `1` for `1.0` and the other way round, which transformers 5 refuses.
    """
    kind = values.get("model_type")
    try:
        config_class = transformers.CONFIG_MAPPING[kind]
    except (KeyError, TypeError) as error:  # the latter for a list, say
        raise ModelFileError(
            f"The installed transformers ({transformers.__version__}) does not know models of "
            f"the type {kind!s:.80}.",
            "Update transformers, or choose another model.",
        ) from error
    hints = (
        {field.name: field.type for field in fields(config_class)}
        if is_dataclass(config_class)
        else {}
    )
    fitting = {key: _fitting(value, hints.get(key)) for key, value in values.items()}
    try:
        return config_class.from_dict(fitting)
    except Exception as error:  # transformers' own errors share no base of their own
        raise ModelFileError(
            "transformers refuses the model's config.json.",
            f"{_ANOTHER} transformers says: {_first_line(error)}",
            detail=repr(error),
        ) from error


def _fitting(value: Any, hint: Any) -> Any:
    if hint in {float, "float"} and type(value) is int:
        return float(value)
    if hint in {int, "int"} and isinstance(value, float) and value.is_integer():
        return int(value)
    return value


def _drop_untrained_pooler(network: Any, found: Mapping[str, Any]) -> None:
    """Leave the last layer out where the weights lack it, as those of DINO and others do."""
    lacking = {str(name) for name in found.get("missing_keys", ())}
    if lacking and all(name.startswith("pooler.") for name in lacking):
        network.pooler = None


def _check_complete(network: Any, found: Mapping[str, Any]) -> None:
    """Refuse weights that leave a part of the network at random."""
    own = {name for name, _ in network.named_parameters() if not name.startswith(_TRAINING)}
    lacking = sorted(own.intersection(found.get("missing_keys", ())))
    if lacking or found.get("mismatched_keys"):
        raise ModelFileError(
            "The weights are not those of the model's configuration: parts of its network "
            "would be left at random.",
            "Download them again, or choose another model.",
            detail=f"lacking: {lacking[:20]}; of another shape: {found.get('mismatched_keys')}",
        )


def _first_line(error: Exception) -> str:
    return " ".join(str(error).split())[:200]
