"""What lies at a path, read without loading weights."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ailab.services.inference.author_weights import authors_choice
from ailab.services.inference.chat_models import CHAT, POLICIES
from ailab.services.inference.decoder_choice import PATCHES, chosen_decoder
from ailab.services.inference.dual_encoder import check_sees, halved
from ailab.services.inference.engine_table import ONNX, TORCH
from ailab.services.inference.found_model import find_model
from ailab.services.inference.installed_engines import installed_engines
from ailab.services.inference.json_file import read_json_object
from ailab.services.inference.matte_models import matte_defaults, matte_kind
from ailab.services.inference.missing_packages import (
    check_chat,
    check_opencv,
    check_timm,
    lacks_engine,
)
from ailab.services.inference.model_config import architectures_of, parse_model_config
from ailab.services.inference.model_description import ModelDescription
from ailab.services.inference.model_layout import ModelLayout, is_sheet, sheet_path
from ailab.services.inference.model_sheet import parse_sheet, read_sheet
from ailab.services.inference.model_writing import model_writing
from ailab.services.inference.named_data import named_data
from ailab.services.inference.not_described import not_described
from ailab.services.inference.onnx_file import check_onnx_file, onnx_inputs
from ailab.services.inference.picture_channels import picture_channels, with_channels
from ailab.services.inference.preprocessing import Preprocessing, Resize
from ailab.services.inference.preprocessor_config import (
    parse_preprocessor_config,
    unknown_processor,
)
from ailab.services.inference.processor_files import read_processor
from ailab.services.inference.prompted_pair import POINTS, prompted_pair
from ailab.services.inference.runnable_model import RunnableModel
from ailab.services.inference.safetensors_file import check_safetensors
from ailab.services.inference.scene_readers import (
    Files,
    files_beside,
    lacking_readers,
    scene_readers,
)
from ailab.services.inference.sheet_fit import check_fit
from ailab.services.inference.text_readers import SCENE_TEXT, TEXT_LINE
from ailab.services.inference.timm_config import (
    is_timm,
    is_timm_processor,
    timm_model_config,
    timm_preprocessing,
)
from ailab.services.inference.writing_models import WRITES
from ailab.services.inference.yolo_models import is_yolo, yolo_config
from ailab.services.kept_sheets.kept_sheet import of_other_file
from ailab.services.kept_sheets.snapshot_file import snapshot_file
from ailab.services.local_path import is_folder

if TYPE_CHECKING:
    from ailab.services.kept_sheets.kept_sheets import KeptSheets

_READ_OTHERWISE = frozenset({CHAT, TEXT_LINE, SCENE_TEXT})
"""What writes no text token by token, or by transformers' own means."""


def open_model(
    path: Path,
    *,
    model_id: str | None = None,
    revision: str | None = None,
    variant: str | None = None,
    sheets: KeptSheets | None = None,
) -> RunnableModel:
    """Read what an `.onnx` file or a folder in Hugging Face layout says of itself.

    Args:
        path: an `.onnx` file (alone with a sheet, or inside a folder in Hugging Face layout, at
            its root or in its `onnx` folder), or such a folder.
        model_id: the Hub's id, where the model comes from there.
        revision: the full commit, where it comes from there.
        variant: which of a folder's weights; None for those that run best.
        sheets: those that a person gave models in the Hub's cache; they come before all that the
            files say. None where there are none.

    Raises:
        ModelFileError: nothing runnable there; says what is missing or damaged.
    """
    described = sheets.files_of(path) if sheets is not None and is_folder(path) else ()
    root, layout = find_model(path, variant, described)
    weights, note = root / layout.weights, ""
    found = sheets.find(weights) if sheets is not None and layout.engine == ONNX else None
    if found is None:
        description = _describe(root, layout)
        note = description.note
        if layout.sheet is not None:
            check_fit(read_json_object(root / layout.sheet), root / layout.sheet, weights)
    else:
        kept, text = found
        description = parse_sheet(json.loads(text), kept.place, weights)
        check_fit(json.loads(text), kept.place, weights)
        of = snapshot_file(weights)
        if of is not None and kept.is_of_other(of.content):
            note = of_other_file(of.file)
    if layout.engine not in installed_engines():
        raise lacks_engine(layout)
    config: dict[str, Any] = {}
    if layout.engine == TORCH and layout.config:
        config = read_json_object(root / layout.config)
    if is_timm(config):
        check_timm()
    check_chat(architectures_of(config))
    if description.decoder.name == "text-map":
        check_opencv()
    if layout.engine == ONNX:
        for part in layout.part_files:
            check_onnx_file(root / part)
    elif layout.engine == TORCH:
        check_safetensors(root, layout)
    place = path.absolute()
    return RunnableModel(
        name=model_id or (place.stem if place.suffix.lower() == ".onnx" else place.name),
        path=path if found is None else weights,
        task=description.task,
        labels=description.labels,
        model_id=model_id,
        revision=revision,
        default_threshold=description.threshold,
        variant=layout.variant if path.is_dir() else "",
        engine=layout.engine,
        has_sheet=found is not None or layout.sheet is not None,
        sheet="" if found is None else found[1],
        decoder=description.decoder.name,
        takes_boxes=_takes_boxes(description, layout),
        note=note,
        architectures=architectures_of(config),
    )


def describe_model(path: Path, variant: str | None = None, *, sheet: str = "") -> ModelDescription:
    """All that a model's files say of it, as `open_model` finds them.

    Args:
        path: as there.
        variant: as there.
        sheet: a sheet, as JSON, that counts in place of the one beside the `.onnx` file.

    Raises:
        ModelFileError: as there.
    """
    if sheet:
        place = path.with_name(sheet_path(path.name))
        return parse_sheet(json.loads(sheet), place, path)
    return _describe(*find_model(path, variant))


def model_files(
    path: Path, variant: str | None = None, *, sheet: str = ""
) -> tuple[tuple[str, Path], ...]:
    """Name and path of each file that a run of the model reads.

    Those are the weights, which come first, their external data, of any name, and either the
    sheet and the file of labels that it names, or `config.json` and `preprocessor_config.json`.
    Names are POSIX paths relative to the model's folder, that with `config.json` where there is
    one; other repositories' tokenizers are named as if they lay there.

    Args:
        path: as in `open_model`.
        variant: as there.
        sheet: a sheet, as JSON, that counts in place of a file; it is none of those named.

    Raises:
        ModelFileError: as `describe_model`.
    """
    if is_sheet(path.name):  # of a model on a server
        return ((path.name, path),)
    root, layout = find_model(path, variant)
    names = list(layout.with_data(named_data(root, layout)).weight_files)
    if sheet:
        return tuple((name, root / name) for name in names)
    description = _describe(root, layout)
    beside: Files = ()
    if layout.sheet is None:
        described = (layout.config, layout.preprocessor, layout.processor)
        names += [name for name in (*described, *layout.texts) if name]
        beside = files_beside(root, layout) if description.readers else ()
    else:
        names.append(layout.sheet)
        if description.label_file is not None:
            names.append(description.label_file.relative_to(root).as_posix())
    return (*((name, root / name) for name in names), *beside)


def _describe(root: Path, layout: ModelLayout) -> ModelDescription:
    weights = root / layout.weights
    if layout.sheet is not None:
        return read_sheet(root / layout.sheet, weights)
    if layout.config is None:
        pair = prompted_pair(weights) if layout.engine == ONNX else None
        if pair is None:
            raise not_described(root, layout)
        return pair.description()
    check_sees(layout)
    values = read_json_object(root / layout.config)
    own, around = read_processor(root, layout.preprocessor, layout.processor)
    is_of_timm = is_timm(values)
    kind = matte_kind(values)
    if own is None and not around and not is_of_timm and kind is None:
        raise not_described(root, layout)
    if is_of_timm:
        config = timm_model_config(values)
    elif layout.engine == ONNX and is_yolo(values):
        config = yolo_config(values, weights)
    else:
        config = parse_model_config(values)
    config, weighing = halved(config, layout, values)
    note = ""
    if config.decoder.name in {CHAT, POLICIES}:  # transformers' own processor prepares the picture
        preprocessing = Preprocessing(Resize.NONE)
    elif is_of_timm and (own is None or is_timm_processor(own)):
        preprocessing = timm_preprocessing(values, own)
    elif own is None and kind is None:
        raise not_described(root, replace(layout, preprocessor=None))
    else:
        channels = picture_channels(values)
        steps = parse_preprocessor_config(own or {}, matte_defaults(kind), values)
        preprocessing = with_channels(steps, channels)
        note = unknown_processor(own or {}, values) if kind is None else ""
    readers: Files = ()
    if config.decoder.name == SCENE_TEXT:
        readers = scene_readers(root, layout)
        note = f"{note} {lacking_readers(root, readers)}".strip()
    is_text = config.task == WRITES and config.decoder.name not in _READ_OTHERWISE
    writing = model_writing(root, layout, values, around) if is_text else {}
    decoder = chosen_decoder(
        config.decoder,
        layout,
        own or {},
        has_pieces=preprocessing.piece is not None,
        is_asked=writing.get("question") is not None,
    )
    return ModelDescription(
        weights,
        config.task,
        config.labels,
        preprocessing,
        decoder,
        0.0 if decoder.name == PATCHES else config.threshold,  # each pixel is to have a class
        parts=tuple((part, root / path) for part, path in layout.parts),
        tokenizer=root / layout.tokenizer if layout.tokenizer is not None else None,
        readers=readers,
        text=config.text,
        **writing,
        note=" ".join(filter(None, (note, weighing, authors_choice(values, layout)))),
    )


def _takes_boxes(description: ModelDescription, layout: ModelLayout) -> bool:
    if description.decoder.name != "masks" or layout.engine != ONNX:
        return True
    decoder = dict(description.parts).get("decoder")
    return decoder is None or not {"input_boxes", POINTS}.isdisjoint(onnx_inputs(decoder))
