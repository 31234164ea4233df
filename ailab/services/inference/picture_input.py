"""How a picture goes into a network."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np

from ailab.services.inference.box_sizes import BOX_SIZES
from ailab.services.inference.colour_input import ColourInput
from ailab.services.inference.cut_out_input import CutOutInput
from ailab.services.inference.inference_errors import DescriptionError, ModelFileError
from ailab.services.inference.network import TensorSpec
from ailab.services.inference.paddle_input import size_feeds, taken_sizes
from ailab.services.inference.patch_input import MASK, PIXELS, SHAPE, PatchInput
from ailab.services.inference.picture_channels import other_channels
from ailab.services.inference.preprocessing import Preprocessing, Resize
from ailab.services.listed import few

if TYPE_CHECKING:
    import numpy.typing as npt

    from ailab.services.inference.placement import Placement

_TYPES: dict[str, type[np.generic]] = {
    "float32": np.float32,
    "float16": np.float16,
    "float64": np.float64,
    "uint8": np.uint8,
}
_MASK_TYPES: dict[str, type[np.generic]] = {
    "int64": np.int64,
    "int32": np.int32,
    "bool": np.bool_,
    "float32": np.float32,
    "float16": np.float16,
}
_WHOLE_TYPES: dict[str, type[np.generic]] = {"int64": np.int64, "int32": np.int32}
_SIZES_TYPES: dict[str, type[np.generic]] = {**_WHOLE_TYPES, "float32": np.float32}
_WITHOUT_BATCH = 3
_ANOTHER = "Choose another model, or another variant of this one."


class PictureForm(Protocol):
    """The inputs of a network, filled from one picture."""

    @property
    def preprocessing(self) -> Preprocessing:
        """What is done to the picture first."""
        ...

    def feeds(
        self, tensor: npt.NDArray[np.float32], placement: Placement
    ) -> dict[str, npt.NDArray[Any]]:
        """What the network is run on.

        Args:
            tensor: what `preprocess` makes.
            placement: where the picture lies in it.
        """
        ...


@dataclass(frozen=True, slots=True)
class PictureInput:
    """A picture as it is, which most networks take.

    Attributes:
        name: of the input that takes the picture.
        dtype: of that input.
        preprocessing: what is done to a picture first, made to fit the network.
        mask_name: of the input that says where the picture lies (DETR's `pixel_mask`); may be
            None.
        mask_dtype: of that input.
        mask_size: its height and width where the network fixes them; else the picture's.
        sizes_dtype: of the input that says of what size boxes are told; None where there is none.
        paddle: names of the inputs that PaddleDetection's networks have for that.
    """

    name: str
    dtype: type[np.generic]
    preprocessing: Preprocessing
    mask_name: str | None = None
    mask_dtype: type[np.generic] = np.int64
    mask_size: tuple[int, int] | None = None
    sizes_dtype: type[np.generic] | None = None
    paddle: tuple[str, ...] = ()

    def feeds(
        self, tensor: npt.NDArray[np.float32], placement: Placement
    ) -> dict[str, npt.NDArray[Any]]:
        """See `PictureForm.feeds`."""
        if self.dtype is np.uint8:
            values: npt.NDArray[Any] = np.clip(np.rint(tensor), 0, 255).astype(np.uint8)
        else:
            values = tensor.astype(self.dtype, copy=False)
        feeds = {self.name: values, **size_feeds(self.paddle, placement)}
        if self.mask_name is not None:
            height, width = self.mask_size or (placement.input_height, placement.input_width)
            mask = np.zeros((1, height, width), self.mask_dtype)
            # Only what `pad_to` filled up, right and below, is masked out.
            rows = placement.height * placement.scale_y / placement.input_height
            columns = placement.width * placement.scale_x / placement.input_width
            mask[:, : max(1, round(min(1.0, rows) * height))][
                ..., : max(1, round(min(1.0, columns) * width))
            ] = 1
            feeds[self.mask_name] = mask
        if self.sizes_dtype is not None:
            # That of what goes in, since decoders read boxes there, whatever part a picture fills.
            size = [placement.input_width, placement.input_height]
            feeds[BOX_SIZES] = np.array([size], self.sizes_dtype)
        return feeds


def picture_input(
    specs: Sequence[TensorSpec], preprocessing: Preprocessing, others: Collection[str] = ()
) -> PictureForm:
    """Find the input for the picture, and make the preprocessing fit its size.

    Where the network has a fixed size and the preprocessing gives sizes that depend on the
    picture's shape, the picture is stretched to that size: nothing else can go in, and
    positions stay right. Where the preprocessing promises another fixed size, the files
    contradict each other, and a guess would give plausible rubbish: an error.

    Args:
        specs: the network's inputs.
        preprocessing: what is done to a picture first.
        others: inputs that are filled with something else.

    Raises:
        ModelFileError: inputs that a picture alone cannot fill, or a size, layout or type that
            contradicts the description.
    """
    inputs = {item.name: item for item in specs if item.name not in others}
    if preprocessing.colours is not None:
        return _colour_input(inputs, preprocessing)
    if preprocessing.patch:
        return _patch_input(inputs, preprocessing)
    mask = inputs.pop("pixel_mask", None)
    sizes = inputs.pop(BOX_SIZES, None)
    paddle = taken_sizes(inputs)
    picture = inputs.pop("pixel_values", None)
    if picture is None and len(inputs) == 1:
        picture = inputs.pop(next(iter(inputs)))
    if picture is None or inputs:
        unfilled = few(inputs) or "none"
        raise ModelFileError(
            f"The model needs more than a picture (its inputs: {unfilled}).", _ANOTHER
        )
    if picture.dtype not in _TYPES or (mask is not None and mask.dtype not in _MASK_TYPES):
        raise ModelFileError(
            f"The model takes its picture as {picture.dtype}, which ailab cannot give.", _ANOTHER
        )
    if sizes is not None and (sizes.dtype not in _SIZES_TYPES or not _is_size(sizes.shape)):
        shape = " × ".join(map(str, sizes.shape))
        raise ModelFileError(
            f"The model's input {BOX_SIZES} takes {sizes.dtype} of {shape}, not width and height.",
            _ANOTHER,
        )
    if preprocessing.is_cut_out and len(picture.shape) == _WITHOUT_BATCH:
        return CutOutInput(picture.name, _TYPES[picture.dtype], preprocessing)
    size = _fixed_size(picture.shape, preprocessing)
    return PictureInput(
        name=picture.name,
        dtype=_TYPES[picture.dtype],
        preprocessing=_fitted(preprocessing, size),
        mask_name=mask.name if mask is not None else None,
        mask_dtype=_MASK_TYPES[mask.dtype] if mask is not None else np.int64,
        mask_size=_mask_size(mask.shape) if mask is not None else None,
        sizes_dtype=_SIZES_TYPES[sizes.dtype] if sizes is not None else None,
        paddle=paddle,
    )


def _colour_input(inputs: Mapping[str, TensorSpec], how: Preprocessing) -> ColourInput:
    for item in inputs.values():
        if len(inputs) == 1 and item.dtype in _WHOLE_TYPES:
            return ColourInput(item.name, _WHOLE_TYPES[item.dtype], how)
    raise ModelFileError(
        "The model's description makes numbers of colours of a picture, and its network takes "
        f"something else ({', '.join(inputs) or 'nothing'}).",
        _ANOTHER,
    )


def _patch_input(inputs: Mapping[str, TensorSpec], how: Preprocessing) -> PatchInput:
    types = {PIXELS: _TYPES, MASK: _MASK_TYPES, SHAPE: _WHOLE_TYPES}
    if set(inputs) != set(types) or any(
        item.dtype not in types[name] for name, item in inputs.items()
    ):
        raise ModelFileError(
            "The model's description cuts a picture into patches, and its network takes something "
            f"else ({', '.join(inputs) or 'nothing'}).",
            _ANOTHER,
        )
    return PatchInput(how, {name: types[name][item.dtype] for name, item in inputs.items()})


def _fixed_size(shape: Sequence[int | str | None], how: Preprocessing) -> tuple[Any, Any]:
    """Height and width as the network has them; no integers where they are free."""
    if len(shape) != 4:
        raise ModelFileError(
            f"The model takes no single picture: its input has {len(shape)} dimensions, not 4.",
            _ANOTHER,
        )
    if isinstance(shape[0], int) and shape[0] > 1:
        raise ModelFileError(
            f"The model takes {shape[0]} pictures at once; ailab gives one at a time.", _ANOTHER
        )
    wanted = how.channels
    channels = shape[3] if how.is_channels_last else shape[1]
    if isinstance(channels, int) and channels != wanted:
        raise _wrong_channels(shape, how, channels, wanted)
    return (shape[1], shape[2]) if how.is_channels_last else (shape[2], shape[3])


def _wrong_channels(
    shape: Sequence[int | str | None], how: Preprocessing, channels: int, wanted: int
) -> ModelFileError:
    other = shape[1] if how.is_channels_last else shape[3]
    if other == wanted:
        return DescriptionError(
            f"The model's input has the shape {list(shape)}, and its description says that "
            f"colours come {'last' if how.is_channels_last else 'first'}.",
            'Correct the layout ("NCHW" or "NHWC") in its description.',
        )
    if channels in {1, 3}:
        takes = "one channel" if channels == 1 else "3 colours"
        gives = "luma alone" if how.is_luma else "grey" if how.is_monochrome else "3 colours"
        return DescriptionError(
            f"The model takes pictures of {takes}, and its description gives {gives}.",
            'Correct its description ("color_order" in a sheet, "num_channels" in config.json), or '
            "choose another model.",
        )
    return ModelFileError(other_channels(channels), _ANOTHER)


def _fitted(how: Preprocessing, size: tuple[Any, Any]) -> Preprocessing:
    if how.resize is Resize.LINE:
        return _fitted_line(how, size)
    promised = how.output_size
    if promised is not None:
        if any(
            isinstance(s, int) and s > 0 and s != p for s, p in zip(size, promised, strict=True)
        ):
            raise DescriptionError(
                f"The model takes pictures of {size[1]} × {size[0]} pixels, but its description "
                f"makes them {promised[1]} × {promised[0]}.",
                "Correct the size in its description, or choose another variant of the model.",
            )
        return how
    if all(isinstance(s, int) and s > 0 for s in size):
        stretched = replace(how, resize=Resize.STRETCH, height=size[0], width=size[1])
        return replace(stretched, mirror_to=None, pad_around=None)
    return how


def _fitted_line(how: Preprocessing, size: tuple[Any, Any]) -> Preprocessing:
    """Of a line, the network fixes the width or leaves it free; the height is what it was made for.

    What is wider than the network then is squeezed.
    """
    height, width = size
    if isinstance(height, int) and height != how.height > 0:
        raise DescriptionError(
            f"The model takes lines of {height} pixels' height, but its description makes them "
            f"{how.height} pixels high.",
            "Correct the size in its description, or choose another variant of the model.",
        )
    if isinstance(width, int) and width > 0:
        return replace(how, width=min(how.width, width), longest_edge=width, widen_to=width)
    return how


def _is_size(shape: Sequence[int | str | None]) -> bool:
    """One picture's two numbers; lengths may be free."""
    fits = (not isinstance(n, int) or n == each for n, each in zip(shape, (1, 2), strict=False))
    return len(shape) == 2 and all(fits)


def _mask_size(shape: Sequence[int | str | None]) -> tuple[int, int] | None:
    if len(shape) == 3 and isinstance(shape[1], int) and isinstance(shape[2], int):
        return shape[1], shape[2]
    return None
