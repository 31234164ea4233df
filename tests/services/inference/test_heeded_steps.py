"""What image processors make of settings that are not theirs, or are told to be nothing.

The fuzzing beside the tests of PyTorch compares all of it with transformers.
"""

from __future__ import annotations

from typing import Any

import pytest

from ailab.services.inference.inference_errors import ModelFileError
from ailab.services.inference.preprocessing import Preprocessing, Resize
from ailab.services.inference.preprocessor_config import parse_preprocessor_config


def parsed(processor: str, **settings: Any) -> Preprocessing:
    return parse_preprocessor_config(
        {"image_processor_type": f"{processor}ImageProcessor", **settings}
    )


@pytest.mark.parametrize(
    ("processor", "settings"),
    [
        ("Detr", {"do_center_crop": True, "crop_size": 64}),
        ("Segformer", {"do_center_crop": True, "crop_size": 64}),
        ("ViT", {"do_flip_channel_order": True}),
        ("ViT", {"rescale_offset": True}),
        ("ViT", {"do_grayscale": True}),
        ("ConvNext", {"do_pad": True, "pad_size": 800}),
        ("MobileViT", {"do_normalize": True}),
        ("Swin2SR", {"do_resize": True}),
        ("VitPose", {"do_resize": None}),
        ("ViT", {"max_size": 50, "size": 224}),
        ("TextNet", {"size": {"shortest_edge": 640, "longest_edge": 700}}),
        ("Detr", {"default_to_square": True, "size": 800}),
    ],
)
def test_that_a_processor_overlooks_settings_of_others(
    processor: str, settings: dict[str, Any]
) -> None:
    assert parsed(processor, **settings) == parsed(processor)


def test_that_a_step_that_is_null_is_not_done() -> None:
    how = parsed("CLIP", do_resize=None, do_center_crop=None, do_normalize=None, do_rescale=None)
    assert how == Preprocessing(resample=how.resample)
    assert parsed("CLIP", image_mean=None, size=None, rescale_factor=None) == parsed("CLIP")


def test_that_the_longer_side_of_detr_s_pictures_is_limited_whether_a_file_says_so_or_not() -> None:
    assert parsed("Detr", size=600).longest_edge == 1333
    assert parsed("Yolos", size=600, max_size=900).longest_edge == 900
    assert parsed("Mask2Former", size=600).longest_edge == 1333


def test_that_detr_fills_pictures_up_to_the_size_that_its_file_tells() -> None:
    assert parsed("Detr", pad_size={"height": 900, "width": 1400}).pad_to == (900, 1400)
    assert parsed("Detr", pad_size=900, do_pad=False).pad_to is None
    assert parsed("Detr", pad_size=900, pad_and_return_pixel_mask=False).pad_to is None
    assert parsed("MaskFormer", pad_size=900, do_pad=False).pad_to == (900, 900)


def test_that_old_names_of_settings_are_understood_beside_the_new_ones() -> None:
    assert parsed("Swin2SR", pad_size=16).mirror_to == 16
    assert parsed("Swin2SR", pad_size=16, size_divisor=4).mirror_to == 4
    assert parsed("MaskFormer", max_size=900).longest_edge == 900
    assert parsed("OwlViT", rescale=False, do_rescale=True).rescale_factor is None


def test_that_pages_are_never_shrunk_by_nearest_neighbours() -> None:
    resamples = [parsed("Donut", resample=number).page for number in (0, 2, 3)]
    assert [page and page.shrinks and page.shrinks.value for page in resamples] == [3, 2, 3]


def test_that_maskformer_s_sides_become_whole_multiples_however_its_size_is_told() -> None:
    square = parsed("MaskFormer", size={"height": 500, "width": 512})
    assert (square.resize, square.height, square.width) == (Resize.STRETCH, 512, 512)
    within = parsed("Mask2Former", size={"max_height": 500, "max_width": 500})
    assert (within.resize, within.multiple, within.rounds_up) == (Resize.FIT, 32, True)
    assert parsed("MaskFormer", size_divisor=0).multiple == 1


def test_that_efficientnet_divides_for_its_classifier_whether_it_normalises_or_not() -> None:
    how = parsed("EfficientNet", do_normalize=False, image_std=[0.5, 0.25, 0.2])
    assert (how.mean, how.std) == ((0.0, 0.0, 0.0), (0.5, 0.25, 0.2))
    assert parsed("EfficientNet", do_normalize=False, include_top=False).std is None


def test_that_poolformer_takes_a_square_for_the_length_of_the_shorter_edge() -> None:
    square = parsed("PoolFormer", size={"height": 90, "width": 90})
    assert square == parsed("PoolFormer", size={"shortest_edge": 90})
    assert square.shortest_edge == 100
    assert parsed("PoolFormer", size={"shortest_edge": 90}, crop_pct=None).shortest_edge == 90


def test_that_a_small_picture_of_convnext_is_cropped_again_where_that_is_asked_for() -> None:
    how = parsed("ConvNext", size=64, do_center_crop=True, crop_size=48)
    assert (how.crop, how.crop_again, how.output_size) == ((64, 64), (48, 48), (48, 48))


@pytest.mark.parametrize("flag", ["do_pad", "do_rescale", "do_resize"])
def test_that_steps_of_owlv2_that_are_known_together_alone_are_refused_apart(flag: str) -> None:
    with pytest.raises(ModelFileError, match="in steps that ailab does not know"):
        parsed("Owlv2", **{flag: None})
