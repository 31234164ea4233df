"""TIFFs of one channel that Pillow has the means to read, but not the entries for, or misreads."""

from __future__ import annotations

from types import MappingProxyType

from PIL import ImageFile, TiffImagePlugin

_UNSIGNED, _SIGNED, _FLOAT = 1, 2, 3

_NATIVE = MappingProxyType(
    {
        f"{kind};{bits}{order}{number}": f"{kind};{bits}N{number}"
        for kind, bits, number in (
            *(("I", 16, "S"), ("I", 32, ""), ("I", 32, "S")),
            *(("F", 32, "F"), ("F", 64, "F")),
        )
        for order in ("", "B")
    }
)


def know_greys() -> None:
    """Have Pillow open greys of 16- and 64-bit floating point, and those of high bytes first.

    16-bit floating point comes as mode `I;16`: the same bits, see `stretch`; 64-bit as `F`, so with
    the seven digits of 32 bits.
    """
    for prefix, order in ((TiffImagePlugin.II, ""), (TiffImagePlugin.MM, "B")):
        for photometric in (0, 1):  # which is black or white, `stretch` looks for itself
            for number, bits, mode, raw_mode in (
                (_UNSIGNED, 16, "I;16", f"I;16{order}"),
                (_UNSIGNED, 32, "I", f"I;32{order}"),
                (_SIGNED, 8, "L", "L"),
                (_SIGNED, 16, "I", f"I;16{order}S"),
                (_SIGNED, 32, "I", f"I;32{order}S"),
                (_FLOAT, 16, "I;16", f"I;16{order}"),
                (_FLOAT, 64, "F", f"F;64{order}F"),
            ):
                key = (prefix, photometric, (number,), 1, (bits,), ())
                TiffImagePlugin.OPEN_INFO.setdefault(key, (mode, raw_mode))


def describe_greys(image: ImageFile.ImageFile) -> None:
    """Have compressed greys read in this machine's order of bytes, in which libtiff gives them.

    Pillow knows that of 16 bits without a sign alone: of others it swaps the bytes once more. To be
    called right before the image is loaded, as Pillow describes it again when it counts the pages.
    """
    if not isinstance(image, TiffImagePlugin.TiffImageFile):
        return
    image.tile = [
        tile._replace(args=(_NATIVE.get(tile.args[0], tile.args[0]), *tile.args[1:]))
        if tile.codec_name == "libtiff" and isinstance(tile.args, tuple)
        else tile
        for tile in image.tile
    ]
