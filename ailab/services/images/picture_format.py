"""What a file is by its first bytes, where Pillow does not say."""

from __future__ import annotations

from dataclasses import dataclass
from importlib.util import find_spec

HEIC = "HEIC picture"
_HEIC_BRANDS = frozenset((b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"hevm", b"hevs"))
_AVIF_BRANDS = frozenset((b"avif", b"avis"))
_EITHER = frozenset((b"mif1", b"msf1"))
"""Brands of HEIF's container, whatever is in it."""

_LENGTH = 256
_READABLE = (
    (b"\xff\xd8\xff", "JPEG"),
    (b"\x89PNG\r\n\x1a\n", "PNG"),
    (b"GIF87a", "GIF"),
    (b"GIF89a", "GIF"),
    (b"II*\0", "TIFF"),
    (b"MM\0*", "TIFF"),
    (b"II+\0", "BigTIFF"),
    (b"MM\0+", "BigTIFF"),
    (b"BM", "BMP"),
    (b"\0\0\0\x0cjP  ", "JPEG 2000"),
)
_UNREADABLE = (
    (0, b"%PDF-", "PDF document"),
    (0, b"%!PS", "PostScript drawing"),
    (0, b"\xc5\xd0\xd3\xc6", "PostScript drawing"),
    (0, b"ZISRAWFILE", "Zeiss CZI picture"),
    (0, b"\xda\xce\xbe\x0a", "Nikon ND2 picture"),
    (0, b"\x89HDF\r\n\x1a\n", "HDF5 file"),
    (0, b"\x93NUMPY", "NumPy array"),
    (0, b"PK\x03\x04", "zip archive"),
    (4, b"ftypqt", "video"),
    (4, b"ftypmp4", "video"),
    (4, b"ftypisom", "video"),
    (128, b"DICM", "DICOM picture"),
)


@dataclass(frozen=True, slots=True)
class PictureFormat:
    """What the first bytes of a file say.

    Attributes:
        name: what a person calls the format.
        is_readable: True where Pillow reads it, so that a failure means a damaged file.
    """

    name: str
    is_readable: bool


def picture_format(start: bytes) -> PictureFormat | None:
    """The format that a file's first 256 bytes tell of; None where they tell nothing."""
    for signature, name in _READABLE:
        if start.startswith(signature):
            return PictureFormat(name, True)
    if start.startswith(b"RIFF") and start[8:12] == b"WEBP":
        return PictureFormat("WebP", True)
    if (in_heif := _heif_format(start)) is not None:
        return in_heif
    for offset, signature, name in _UNREADABLE:
        if start[offset:].startswith(signature):
            return PictureFormat(name, False)
    if b"<svg" in start[:_LENGTH].lower():
        return PictureFormat("SVG drawing", False)
    return None


def _heif_format(start: bytes) -> PictureFormat | None:
    """What is in HEIF's container, by its first box (`ftyp`, ISO/IEC 14496-12); None for no such.

    The box has its length, its name, the major brand, a version, and the compatible brands.
    """
    if start[4:8] != b"ftyp":
        return None
    box, major = start[: int.from_bytes(start[:4], "big")], start[8:12]
    others = {box[place : place + 4] for place in range(16, len(box), 4)}
    if major in _AVIF_BRANDS or (major in _EITHER and others & _AVIF_BRANDS):
        # Pillow has it since 11.3, and not wherever it was built without libavif.
        is_read = find_spec("PIL._avif") is not None
        return PictureFormat("AVIF" if is_read else "picture in AVIF", is_read)
    return PictureFormat(HEIC, False) if major in _HEIC_BRANDS | _EITHER else None
