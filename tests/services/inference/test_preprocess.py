"""Pictures to tensors, bit for bit as transformers makes them."""

from __future__ import annotations

import hashlib
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest
from PIL import Image

from ailab.services.images.picture_error import PictureError
from ailab.services.inference.inference_errors import ModelFileError
from ailab.services.inference.preprocess import preprocess
from ailab.services.inference.preprocessing import Preprocessing, Resample, Resize
from ailab.services.inference.preprocessor_config import parse_preprocessor_config
from ailab.services.inference.resized_size import resized_size

PP_OCR = "PPOCRV5ServerDetImageProcessor"
OCR_LINE = "PPOCRV5ServerRecImageProcessor"
EDGE = "size.shortest_edge"
SHAPED = {"size": {"height": 70, "width": 70}, "keep_aspect_ratio": True}
# The processor, its settings, the picture's size, the tensor's size, and the start of the sha256
# of the tensor that transformers 5.23.0 with Pillow 13.0.0 made (its Pillow image processors).
FROM_TRANSFORMERS: list[tuple[str, dict[str, Any], tuple[int, int], tuple[int, int], str]] = [
    ("ViTImageProcessor", {}, (61, 97), (224, 224), "84ca69432d39c83b"),
    ("ViTImageProcessor", {}, (233, 101), (224, 224), "403e08986c2ba61f"),
    (
        "ConvNextImageProcessor",
        {"size": {"shortest_edge": 64}, "crop_pct": 0.875},
        (61, 97),
        (64, 64),
        "255cefbe920aaab6",
    ),
    (
        "ConvNextImageProcessor",
        {"size": {"shortest_edge": 64}, "crop_pct": 0.875},
        (233, 101),
        (64, 64),
        "161404b3dd1d2b7c",
    ),
    ("MobileNetV2ImageProcessor", {}, (61, 97), (224, 224), "37869047bd9123ce"),
    ("MobileNetV2ImageProcessor", {}, (233, 101), (224, 224), "baecf5600c9b019e"),
    (
        "SegformerImageProcessor",
        {"size": {"height": 64, "width": 96}},
        (61, 97),
        (64, 96),
        "4c430cd512e1f860",
    ),
    (
        "SegformerImageProcessor",
        {"size": {"height": 64, "width": 96}},
        (233, 101),
        (64, 96),
        "31952224ef38c66f",
    ),
    (
        "DetrImageProcessor",
        {"size": {"shortest_edge": 80, "longest_edge": 133}},
        (61, 97),
        (80, 127),
        "a0de7a0d5bf26e2c",
    ),
    (
        "DetrImageProcessor",
        {"size": {"shortest_edge": 80, "longest_edge": 133}},
        (233, 101),
        (133, 58),
        "73eee9d0f7675eb8",
    ),
    (
        "YolosImageProcessor",
        {"size": {"shortest_edge": 80, "longest_edge": 133}},
        (61, 97),
        (80, 112),
        "6fadaf5466f81ff5",
    ),
    (
        "YolosImageProcessor",
        {"size": {"shortest_edge": 80, "longest_edge": 133}},
        (233, 101),
        (128, 48),
        "a4c37af6e187be63",
    ),
    (
        "RTDetrImageProcessor",
        {"size": {"height": 64, "width": 64}},
        (61, 97),
        (64, 64),
        "c70baaf0d54a689d",
    ),
    (
        "RTDetrImageProcessor",
        {"size": {"height": 64, "width": 64}},
        (233, 101),
        (64, 64),
        "d7ea1da410c36c67",
    ),
    (
        "Mask2FormerImageProcessor",
        {"size": {"shortest_edge": 80, "longest_edge": 133}},
        (61, 97),
        (96, 128),
        "41c41d93d37292e9",
    ),
    (
        "Mask2FormerImageProcessor",
        {"size": {"shortest_edge": 80, "longest_edge": 133}},
        (233, 101),
        (160, 64),
        "73c3544d30d4b405",
    ),
    (
        "DPTImageProcessor",
        {"size": {"height": 70, "width": 70}, "keep_aspect_ratio": True, "ensure_multiple_of": 14},
        (61, 97),
        (70, 112),
        "39a524c34812193a",
    ),
    (
        "DPTImageProcessor",
        {"size": {"height": 70, "width": 70}, "keep_aspect_ratio": True, "ensure_multiple_of": 14},
        (233, 101),
        (168, 70),
        "5d9c931b9a044d60",
    ),
    (
        "DPTImageProcessor",
        {"size": {"height": 64, "width": 100}, "ensure_multiple_of": 32},
        (61, 97),
        (64, 96),
        "d8306148fee90cd9",
    ),
    ("DPTImageProcessor", {}, (233, 101), (384, 384), "ba2559d1213106b7"),
    ("GLPNImageProcessor", {}, (61, 97), (32, 96), "83d4d4e0ffb3848c"),
    ("GLPNImageProcessor", {"size_divisor": 48}, (233, 101), (192, 96), "de96538c0e2bdded"),
    ("Swin2SRImageProcessor", {}, (61, 97), (64, 104), "7d4ba95da1892095"),
    ("Swin2SRImageProcessor", {"pad_size": 16}, (64, 104), (80, 112), "885369e0867dca82"),
    ("MobileViTImageProcessor", {}, (61, 97), (256, 256), "ac3ecdf249c41399"),
    ("MobileViTImageProcessor", {}, (233, 101), (256, 256), "65125eec3dba96f7"),
    ("CLIPImageProcessor", {}, (61, 97), (224, 224), "2a3ed77c4834cff4"),
    ("CLIPImageProcessor", {}, (233, 101), (224, 224), "f10145476d1ab9fe"),
    ("SamImageProcessor", {}, (61, 97), (1024, 1024), "eee3fbf516ce6387"),
    (
        "SamImageProcessor",
        {"size": {"longest_edge": 96}, "pad_size": {"height": 96, "width": 96}},
        (233, 101),
        (96, 96),
        "f2b274420aa03df8",
    ),
    (
        "ZoeDepthImageProcessor",
        {"ensure_multiple_of": 32},
        (61, 97),
        (352, 512),
        "f88fdc8f853c49fc",
    ),
    (
        "ZoeDepthImageProcessor",
        {"ensure_multiple_of": 32, "size": {"height": 96, "width": 128}, "do_pad": False},
        (233, 101),
        (288, 128),
        "b13d437d3528e29c",
    ),
    (
        "PromptDepthAnythingImageProcessor",
        {**SHAPED, "ensure_multiple_of": 14},
        (61, 97),
        (70, 112),
        "39a524c34812193a",
    ),
    (
        "DPTImageProcessor",
        {**SHAPED, "do_pad": True, "size_divisor": 14},
        (61, 97),
        (70, 112),
        "70292313e4091c9e",
    ),
    (
        "EomtImageProcessor",
        {"size": {"shortest_edge": 64, "longest_edge": 64}, "do_pad": True},
        (61, 97),
        (64, 64),
        "edf865797d29ae0f",
    ),
    (
        "OneFormerImageProcessor",
        {"size": {"shortest_edge": 64, "longest_edge": 133}},
        (233, 101),
        (133, 58),
        "73eee9d0f7675eb8",
    ),
    (
        "PoolFormerImageProcessor",
        {"size": {"shortest_edge": 64}, "crop_size": {"height": 64, "width": 64}},
        (61, 97),
        (64, 64),
        "b87279528c489c33",
    ),
    (
        "PoolFormerImageProcessor",
        {"size": {"shortest_edge": 64}, "crop_size": {"height": 64, "width": 64}},
        (233, 101),
        (64, 64),
        "ea62f8875f954d7b",
    ),
    (
        "TextNetImageProcessor",
        {"size": {"shortest_edge": 70}},
        (233, 101),
        (192, 96),
        "205cfcbb601ab650",
    ),
    ("ViltImageProcessor", {"size": {"shortest_edge": 70}}, (61, 97), (64, 96), "d8306148fee90cd9"),
    ("ViltFeatureExtractor", {"size": 70}, (233, 101), (96, 32), "da97f08c9809520d"),
    (
        "PerceiverImageProcessor",
        {"size": {"height": 64, "width": 64}, "crop_size": {"height": 72, "width": 80}},
        (61, 97),
        (64, 64),
        "81aa49728a3ec6ec",
    ),
    (
        "PerceiverImageProcessor",
        {"size": {"height": 64, "width": 64}, "crop_size": {"height": 72, "width": 80}},
        (233, 101),
        (64, 64),
        "9c1aad9f0289ec0f",
    ),
    # Of this one transformers has no Pillow way; its own code was run with PyTorch's interpolation.
    (
        "PPDocLayoutV2ImageProcessor",
        {"size": {"height": 64, "width": 64}},
        (61, 97),
        (64, 64),
        "16e2b590c783c029",
    ),
    (
        "DonutImageProcessor",
        {"size": [48, 64]},
        (61, 97),
        (64, 48),
        "c283781e222870c3",
    ),
    (
        "DonutImageProcessor",
        {"size": {"height": 64, "width": 48}, "do_align_long_axis": True},
        (61, 97),
        (64, 48),
        "2d62c7bdc7416572",
    ),
    (
        "DonutImageProcessor",
        {"size": {"height": 64, "width": 48}},
        (233, 101),
        (64, 48),
        "59caa62aa3db6a64",
    ),
    (
        "NougatImageProcessor",
        {"size": {"height": 64, "width": 48}},
        (61, 97),
        (64, 48),
        "ab325d45914d372f",
    ),
    (
        "NougatImageProcessor",
        {"size": {"height": 64, "width": 48}, "do_align_long_axis": True},
        (233, 301),
        (64, 48),
        "4b4e186f8ba10379",
    ),
    ("DonutFeatureExtractor", {"size": [48, 64]}, (61, 97), (64, 48), "c283781e222870c3"),
]


def picture(height: int, width: int) -> npt.NDArray[np.uint8]:
    y, x, c = np.mgrid[:height, :width, :3]
    values = (x * x * 7 + y * 13 + x * y * 3 + c * 91) % 256
    return np.asarray(values, np.uint8)


@pytest.mark.parametrize(("kind", "settings", "size", "shape", "digest"), FROM_TRANSFORMERS)
def test_that_the_tensor_is_the_one_of_transformers(
    kind: str,
    settings: dict[str, Any],
    size: tuple[int, int],
    shape: tuple[int, int],
    digest: str,
) -> None:
    how = parse_preprocessor_config({"image_processor_type": kind, **settings})
    tensor, placement = preprocess(picture(*size), how)
    assert tensor.dtype == np.float32
    assert tensor.shape == (1, 3, *shape)
    assert (placement.input_height, placement.input_width) == shape
    assert hashlib.sha256(tensor.astype("<f4").tobytes()).hexdigest()[:16] == digest
    same, placed = preprocess(Image.fromarray(picture(*size)), how)
    assert np.array_equal(same, tensor)
    assert placed == placement


def test_that_old_key_names_mean_the_same() -> None:
    old = {
        "feature_extractor_type": "ViTFeatureExtractor",
        "do_resize": True,
        "size": 224,
        "resample": 2,
        "do_normalize": True,
        "image_mean": [0.5, 0.5, 0.5],
        "image_std": [0.5, 0.5, 0.5],
    }
    new = {"image_processor_type": "ViTImageProcessorFast", "size": {"height": 224, "width": 224}}
    assert parse_preprocessor_config(old) == parse_preprocessor_config(new)
    mixed = {**old, "image_processor_type": "ViTFeatureExtractor"}
    assert parse_preprocessor_config(mixed) == parse_preprocessor_config(new)
    detr = {"feature_extractor_type": "DetrFeatureExtractor", "size": 800, "max_size": 1333}
    how = parse_preprocessor_config(detr)
    assert how == parse_preprocessor_config({"image_processor_type": "DetrImageProcessor"})
    assert (how.shortest_edge, how.longest_edge) == (800, 1333)


@pytest.mark.parametrize(
    ("settings", "named"),
    [
        ({"size": "large"}, "size"),
        ({"size": {"height": 224}}, "size"),
        ({"size": {"height": 10**9, "width": 10**9}}, "size.height"),
        ({"size": {"height": 224.5, "width": 224}}, "size.height"),
        ({"image_mean": [0.5, 0.5]}, "image_mean"),
        ({"image_mean": "grey"}, "image_mean"),
        ({"image_std": [0.5, 0.0, 0.5]}, "image_std"),
        ({"rescale_factor": True}, "rescale_factor"),
        ({"resample": 17}, "resample"),
        ({"resample": [2]}, "resample"),
        ({"image_processor_type": "RfDetrImageProcessor", "resample": 1}, "resample"),
        ({"image_processor_type": "ZoeDepthImageProcessor"}, "ensure_multiple_of"),
        ({"image_processor_type": "Eomt", "do_split_image": True, "size": [9, 9]}, EDGE),
        ({"image_processor_type": PP_OCR, "limit_type": "least"}, "limit_type"),
        ({"image_processor_type": PP_OCR, "max_side_limit": 9000}, "max_side_limit"),
        ({"image_processor_type": OCR_LINE, "max_image_width": 160}, "max_image_width"),
        ({"image_processor_type": OCR_LINE, "pad_size": {"height": 32, "width": 320}}, "pad_size"),
        ({"image_processor_type": PP_OCR, "resample": 3}, "resample"),
        ({"do_resize": "yes"}, "do_resize"),
        ({"do_center_crop": True, "crop_size": {"height": -1, "width": 5}}, "crop_size.height"),
        ({"image_processor_type": ["ViT"]}, "image_processor_type"),
    ],
)
def test_that_a_lying_preprocessor_config_is_refused(settings: dict[str, Any], named: str) -> None:
    with pytest.raises(ModelFileError, match=r"preprocessor_config\.json") as caught:
        parse_preprocessor_config(settings)
    assert f'"{named}"' in caught.value.message


@pytest.mark.parametrize(
    "settings",
    [
        {"image_processor_type": "SegGptImageProcessor"},
        {"image_processor_type": "Owlv2ImageProcessor", "do_pad": False},
        {"image_processor_type": "InternVLImageProcessor", "crop_to_patches": True},
        {"image_processor_type": "Sapiens2ImageProcessor", "do_pad": True},
    ],
)
def test_that_unknown_steps_are_refused_and_not_guessed(settings: dict[str, Any]) -> None:
    with pytest.raises(ModelFileError, match="steps that ailab does not know"):
        parse_preprocessor_config(settings)


def test_that_values_are_shifted_where_the_processor_says_so() -> None:
    how = parse_preprocessor_config(
        {
            "image_processor_type": "EfficientNetImageProcessor",
            "rescale_factor": 1 / 127.5,
            "rescale_offset": True,
            "do_normalize": False,
            "do_resize": False,
        }
    )
    tensor, _ = preprocess(np.array([[[0, 51, 255]]], np.uint8), how)
    assert tensor.reshape(-1).tolist() == pytest.approx([-2, -1.2, 2])  # for its classifier too


@pytest.mark.parametrize("kind", ["RfDetr", "PPDocLayoutV4"])
def test_that_brightness_keeps_its_fractions_where_nothing_is_rounded(kind: str) -> None:
    """A step between two pixels, twice as wide: a quarter and three quarters lie between them."""
    size = {"size": {"height": 1, "width": 4}, "do_normalize": False}
    how = parse_preprocessor_config({"image_processor_type": f"{kind}ImageProcessor", **size})
    step = np.zeros((1, 2, 3), np.uint8)
    step[:, 1] = 255
    (row,) = preprocess(step, how)[0][0, 0]
    # Cubic interpolation overshoots, and is cut to what a picture can be.
    middle = [0.25, 0.75] if kind == "RfDetr" else [0.2265625, 0.7734375]
    np.testing.assert_allclose(row, [0, *middle, 1], atol=1e-6)


@pytest.mark.parametrize("is_centred", [True, False])
def test_that_a_letterbox_fills_up_and_is_undone(is_centred: bool) -> None:
    how = Preprocessing(
        resize=Resize.LETTERBOX, height=64, width=64, pad_value=114, is_centred=is_centred
    )
    white = np.full((100, 200, 3), 255, np.uint8)
    tensor, placement = preprocess(white, how)
    rows = np.flatnonzero((tensor[0, 0] == 255).all(axis=1))
    top = 16 if is_centred else 0
    assert (rows[0], rows[-1]) == (top, top + 31)
    assert set(np.unique(tensor)) == {114.0, 255.0}
    assert placement.to_picture(0, top) == (0, 0)
    assert placement.to_picture(64, top + 32) == (200, 100)


def test_that_a_crop_is_undone_in_coordinates() -> None:
    how = Preprocessing(resize=Resize.SHORTEST_EDGE, shortest_edge=50, crop=(40, 40))
    tensor, placement = preprocess(picture(100, 300), how)
    assert tensor.shape == (1, 3, 40, 40)
    assert placement.to_picture(0, 0) == (110, 10)
    assert placement.to_picture(40, 40) == (190, 90)


def test_that_channels_layout_and_order_are_as_described() -> None:
    pixels = np.zeros((2, 2, 3), np.uint8)
    pixels[..., 0] = 10
    how = Preprocessing(is_bgr=True, mean=(1.0, 2.0, 3.0), is_channels_last=True)
    tensor, _ = preprocess(pixels, how)
    assert tensor.shape == (1, 2, 2, 3)
    assert tensor[0, 0, 0].tolist() == [-1, -2, 7]


def test_that_padding_zeros_come_after_normalisation() -> None:
    how = Preprocessing(mean=(9.0, 9.0, 9.0), pad_to=(5, 6), resample=Resample.BOX)
    tensor, placement = preprocess(np.zeros((3, 4, 3), np.uint8), how)
    assert tensor.shape == (1, 3, 5, 6)
    assert tensor[0, 0, 3:].max() == tensor[0, 0, :, 4:].max() == 0
    assert (tensor[0, :, :3, :4] == -9).all()
    assert placement.to_picture(4, 3) == (4, 3)


@pytest.mark.parametrize(
    ("rule", "size", "expected"),
    [
        ("max", (3000, 4000), (704, 960)),
        ("max", (100, 1000), (96, 960)),
        ("max", (131, 197), (128, 192)),
        ("min", (50, 60), (960, 1152)),
        ("min", (7, 9000), (32, 4000)),
        ("resize_long", (500, 300), (960, 576)),
    ],
)
def test_that_text_is_looked_for_at_the_size_of_transformers(
    rule: str, size: tuple[int, int], expected: tuple[int, int]
) -> None:
    how = parse_preprocessor_config({"image_processor_type": f"{PP_OCR}Fast", "limit_type": rule})
    assert resized_size(*size, how) == expected
    assert how.output_size is None


def test_that_text_is_looked_for_in_blue_green_and_red_with_fractions() -> None:
    how = parse_preprocessor_config({"image_processor_type": PP_OCR})
    step = np.zeros((32, 48, 3), np.uint8)
    step[:, 24:, 0] = 255
    tensor, placement = preprocess(step, how)
    assert tensor.shape == (1, 3, 32, 64)
    blue, green, red = tensor[0, :, 0]
    assert blue[0] == pytest.approx(-0.485 / 0.229)
    assert green[0] == pytest.approx(-0.456 / 0.224)
    # Three pixels become four: the middle ones have a share of either side.
    assert (red * 0.225 + 0.406)[[0, 31, 32, 63]] == pytest.approx([0, 0.125, 0.875, 1], abs=1e-6)
    assert placement.to_picture(64, 32) == (48, 32)


def test_that_a_thread_of_a_picture_is_refused_before_memory_runs_out() -> None:
    how = Preprocessing(resize=Resize.SHORTEST_EDGE, shortest_edge=800)
    with pytest.raises(PictureError, match="too long and narrow"):
        preprocess(np.zeros((1, 60_000, 3), np.uint8), how)


def test_that_a_large_picture_is_shrunk_for_a_network_that_takes_its_own_size() -> None:
    how = parse_preprocessor_config({"image_processor_type": "GLPNImageProcessor"})
    assert how.most_pixels is not None
    tensor, placement = preprocess(np.zeros((3000, 4000, 3), np.uint8), how)
    height, width = tensor.shape[2:]
    assert 0.9 * how.most_pixels < height * width <= how.most_pixels
    assert (height % 32, width % 32) == (0, 0)
    assert placement.to_picture(width, height) == pytest.approx((4000, 3000))


@pytest.mark.parametrize(
    ("size", "width", "filled"),
    [  # widths as `get_target_size` of transformers' PPOCRV5ServerRecImageProcessor gives them
        ((48, 100), 100, 320),
        ((91, 203), 108, 320),
        ((203, 91), 22, 320),
        ((1, 1), 48, 320),
        ((300, 1), 1, 320),
        ((60, 401), 320, 320),
        ((33, 800), 1163, 1163),
        ((20, 4000), 3200, 3200),
    ],
)
def test_that_a_line_gets_its_height_and_is_filled_up_on_the_right(
    size: tuple[int, int], width: int, filled: int
) -> None:
    how = parse_preprocessor_config({"image_processor_type": OCR_LINE})
    assert resized_size(*size, how) == (48, width)
    tensor, placement = preprocess(np.full((*size, 3), 255, np.uint8), how)
    assert tensor.shape == (1, 3, 48, filled)
    assert tensor[..., :width] == pytest.approx(1.0, abs=1e-6)
    assert not tensor[..., width:].any()
    assert (placement.scale_x, placement.scale_y) == (width / size[1], 48 / size[0])


@pytest.mark.parametrize("kind", ["V5Server", "V6Small"])
def test_that_only_later_networks_take_a_line_in_blue_green_and_red(kind: str) -> None:
    values = {"image_mean": [0.0, 0.25, 0.5], "image_std": [1.0, 1.0, 1.0]}
    how = parse_preprocessor_config(
        {"image_processor_type": f"PPOCR{kind}RecImageProcessor", **values}
    )
    red = np.zeros((48, 320, 3), np.uint8)
    red[..., 0] = 255
    means = preprocess(red, how)[0][0].mean(axis=(1, 2))
    expected = [1, -0.25, -0.5] if kind == "V5Server" else [0, -0.25, 0.5]
    assert means == pytest.approx(expected, abs=1e-6)
