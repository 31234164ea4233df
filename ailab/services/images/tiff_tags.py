"""What a TIFF's tags say of its samples, where Pillow passes over it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import BinaryIO, Self

from PIL import Image, ImageFile, TiffImagePlugin

_CONTIGUOUS, _SEPARATE = 1, 2
_UNSIGNED, _SIGNED, _FLOATING = 1, 2, 3
_UNCOMPRESSED = 1
_WHITE_IS_ZERO = 0
_ASSOCIATED_ALPHA = 1
_ORIENTATION, _ON_ITS_SIDE = 274, (5, 6, 7, 8)


@dataclass(frozen=True, slots=True)
class TiffTags:
    """Tags of the first page (TIFF 6.0).

    Attributes:
        bits: of each sample.
        samples: per pixel.
        is_little_endian: bytes of low value come first.
        is_signed: the samples are signed integers.
        is_floating: the samples are floating-point numbers.
        is_unsigned: the samples are unsigned integers, as they are where nothing is said.
        is_white_zero: the least value is white.
        is_planar: each channel lies in a plane of its own.
        is_compressed: the samples do not lie there as they are.
        is_premultiplied: the colours are multiplied by the alpha channel.
    """

    bits: int
    samples: int
    is_little_endian: bool
    is_signed: bool
    is_floating: bool
    is_unsigned: bool
    is_white_zero: bool
    is_planar: bool
    is_compressed: bool
    is_premultiplied: bool

    @classmethod
    def of(cls, image: Image.Image) -> Self | None:
        """The tags of an opened picture; None where it is no TIFF."""
        if not isinstance(image, TiffImagePlugin.TiffImageFile):
            return None
        tags = image.tag_v2
        sample_format = tags.get(TiffImagePlugin.SAMPLEFORMAT, (_UNSIGNED,))[0]
        return cls(
            bits=tags.get(TiffImagePlugin.BITSPERSAMPLE, (1,))[0],
            samples=tags.get(TiffImagePlugin.SAMPLESPERPIXEL, 1),
            is_little_endian=tags.prefix == TiffImagePlugin.II,
            is_signed=sample_format == _SIGNED,
            is_floating=sample_format == _FLOATING,
            is_unsigned=sample_format == _UNSIGNED,
            is_white_zero=tags.get(TiffImagePlugin.PHOTOMETRIC_INTERPRETATION) == _WHITE_IS_ZERO,
            is_planar=tags.get(TiffImagePlugin.PLANAR_CONFIGURATION, _CONTIGUOUS) == _SEPARATE,
            is_compressed=tags.get(TiffImagePlugin.COMPRESSION, _UNCOMPRESSED) != _UNCOMPRESSED,
            is_premultiplied=_ASSOCIATED_ALPHA in tags.get(TiffImagePlugin.EXTRASAMPLES, ()),
        )


def has_readable_planes(image: Image.Image) -> bool:
    """False for a TIFF of separate planes that Pillow opens, but cannot read rightly.

    Of channels that are no colours it knows the first alone; of planes of 16 bits that are not
    compressed, `describe_planes` sets those of RGB right.
    """
    tags = TiffTags.of(image)
    if tags is None or not tags.is_planar:
        return True
    bands = image.getbands()
    if tags.samples > 1 and len(bands) < 3:
        return False
    if tags.bits != 16 or tags.is_compressed:
        return True
    return bands[:3] == ("R", "G", "B") and not tags.is_premultiplied


def describe_planes(image: ImageFile.ImageFile) -> None:
    """Have a TIFF's uncompressed planes of 16 bits, which Pillow takes for 8, read as such.

    To be called right before the image is loaded: Pillow describes them again when it counts the
    pages.

    Raises:
        OSError: a plane is missing.
    """
    tags = TiffTags.of(image)
    if tags is None or not tags.is_planar or tags.bits != 16 or tags.is_compressed:
        return
    bands = image.getbands()
    order = "L" if tags.is_little_endian else "B"
    tiles = [  # those of further channels have other letters
        (tile, tile.args) for tile in image.tile if tile.args and tile.args[0] in bands
    ]
    if {args[0] for _, args in tiles} != set(bands):
        raise OSError("a plane is missing")
    image.tile = [tile._replace(args=(f"{args[0]};16{order}", *args[1:])) for tile, args in tiles]


def is_on_its_side(image: Image.Image) -> bool:
    """True for a TIFF, not loaded yet, whose rows are columns of the upright picture."""
    if not isinstance(image, TiffImagePlugin.TiffImageFile):
        return False
    return image.tag_v2.get(_ORIENTATION) in _ON_ITS_SIDE


def is_of_another_kind(file: BinaryIO) -> bool:
    """True for a sound TIFF file that Pillow has no mode for: two channels and others."""
    try:
        file.seek(0)
        TiffImagePlugin.TiffImageFile(file)
    except SyntaxError as error:
        # More separate planes than the mode has channels: an index that is out of range.
        return "unknown pixel mode" in str(error) or isinstance(error.__cause__, IndexError)
    except Exception:  # Pillow's decoders raise nearly anything on a damaged file
        return False
    return False
