"""What a network is given under settings that are not usual, by ailab and by transformers."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from ailab.services.images.image_reader import read_image
from ailab.services.inference.inference_errors import ModelFileError
from ailab.services.inference.network import TensorSpec
from ailab.services.inference.open_model import describe_model
from ailab.services.inference.picture_input import picture_input
from ailab.services.inference.preprocess import preprocess
from ailab.services.inference.preprocessing import Preprocessing
from ailab.services.lab_error import LabError
from tiny_networks.unusual_settings import drawn_settings, unusual_pictures

torch = pytest.importorskip("torch", reason="the extra torch is not installed")
transformers = pytest.importorskip("transformers", reason="the extra torch is not installed")

from transformers.image_utils import load_image  # noqa: E402 - needs the extra torch

pytestmark = pytest.mark.filterwarnings("ignore")  # of PyTorch and transformers themselves

ROUNDS = 3
LEAST_COMPARED = 150
TAKEN = ("pixel_values", "pixel_mask", "input_ids")
ANY = (None, 3, None, None)


def given_by_transformers(processor: Any, picture: Path) -> dict[str, Any] | None:
    """What goes into the network; None where transformers fails, as by sizes that it cannot do."""
    try:
        made = processor(images=load_image(str(picture)), return_tensors="np")
    except (AttributeError, KeyError, TypeError, ValueError, ZeroDivisionError):
        return None
    return {name: np.asarray(made[name]) for name in TAKEN if name in made}


def given_by_ailab(how: Preprocessing, picture: Path, names: dict[str, Any]) -> dict[str, Any]:
    specs = [TensorSpec("pixel_values", "float32", ANY)]
    if how.colours is not None:
        specs = [TensorSpec("input_ids", "int64", (None, None))]
    elif "pixel_mask" in names:
        specs.append(TensorSpec("pixel_mask", "int64", (None, None, None)))
    form = picture_input(specs, how)
    tensor, placement = preprocess(read_image(picture).pixels, form.preprocessing)
    return form.feeds(tensor, placement)


def processor_of(folder: Path) -> Any:
    """The processor that transformers takes; None where the settings are none to it."""
    try:
        return transformers.AutoImageProcessor.from_pretrained(folder)
    except (TypeError, ValueError):
        return None


def test_that_unusual_settings_give_the_tensors_of_transformers(tmp_path: Path) -> None:
    logging.disable(logging.CRITICAL)  # each odd setting is told of there
    try:
        _compare(tmp_path)
    finally:
        logging.disable(logging.NOTSET)


def _compare(tmp_path: Path) -> None:
    pictures = unusual_pictures(tmp_path)
    compared = 0
    for number, settings in enumerate(drawn_settings(seed=24, rounds=ROUNDS)):
        folder = tmp_path / str(number)
        settings.write(folder)
        processor = processor_of(folder)
        for picture in (pictures[number % len(pictures)], pictures[(5 * number) % len(pictures)]):
            theirs = None if processor is None else given_by_transformers(processor, picture)
            if theirs is None:
                _answer_or_error(folder, picture)
                continue
            ours = given_by_ailab(describe_model(folder).preprocessing, picture, theirs)
            compared += 1
            for name, values in theirs.items():
                told = f"{name} of {picture.name} by {settings}"
                assert ours[name].shape == values.shape, told
                if name == "input_ids":  # of two colours about as near, rounding chooses
                    assert np.mean(ours[name] != values) < 0.01, told
                else:
                    assert np.allclose(ours[name], values, rtol=1e-4, atol=1e-4), told
    assert compared >= LEAST_COMPARED


def _answer_or_error(folder: Path, picture: Path) -> None:
    """Where transformers fails, ailab makes something of it, or tells what is wrong."""
    try:
        made = given_by_ailab(describe_model(folder).preprocessing, picture, {})
    except LabError:
        return
    assert all(np.isfinite(values).all() for values in made.values())


def test_that_what_describes_no_image_processor_is_told_to_be_missing(tmp_path: Path) -> None:
    folder = tmp_path / "model"
    next(drawn_settings(seed=1, rounds=1)).write(folder)
    for file in folder.glob("*processor_config.json"):
        file.unlink()
    (folder / "processor_config.json").write_text('{"processor_class": "SomeProcessor"}')
    assert processor_of_nothing(folder)
    with pytest.raises(ModelFileError, match=r"preprocessor_config\.json is missing"):
        describe_model(folder)


def processor_of_nothing(folder: Path) -> bool:
    """True where transformers finds no processor either."""
    with pytest.raises(OSError, match="image processor"):
        transformers.AutoImageProcessor.from_pretrained(folder)
    return True
