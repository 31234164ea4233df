"""Pictures that mean harm, decoded by a real worker within its limits."""

from __future__ import annotations

import io
import random
import struct
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path

import pytest
from hostile_lab import guarded, survive
from PIL import Image

from ailab.services.images.picture_error import PictureError

pytestmark = pytest.mark.slow


def chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def png(width: int, height: int, *chunks: bytes, data: bytes = b"") -> bytes:
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    rows = chunk(b"IDAT", zlib.compress(data, 1))
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + b"".join(chunks) + rows + chunk(b"IEND", b"")
    )


def tiff(entries: list[tuple[int, int, int, int]], behind: bytes = b"") -> bytes:
    """A little-endian TIFF of one directory; entries are tag, type, count, value."""
    body = b"".join(struct.pack("<HHII", *entry) for entry in entries)
    return b"II*\0\x08\0\0\0" + struct.pack("<H", len(entries)) + body + b"\0\0\0\0" + behind


def saved(image: Image.Image, kind: str, **how: object) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, kind, **how)
    return buffer.getvalue()


def zipped() -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("picture.png", bytes(50_000_000))
    return buffer.getvalue()


def gif_of_a_huge_screen() -> bytes:
    return b"GIF89a" + struct.pack("<HHBBB", 65535, 65535, 0, 0, 0) + b"\x3b"


def jpeg_that_lies() -> bytes:
    data = bytearray(saved(Image.new("RGB", (16, 16)), "JPEG"))
    place = data.index(b"\xff\xc0")
    data[place + 5 : place + 9] = struct.pack(">HH", 65500, 65500)
    return bytes(data)


SMALL = Image.effect_noise((40, 30), 80).convert("RGB")
BASICS = [(256, 3, 1, 30_000), (257, 3, 1, 30_000), (258, 3, 1, 8), (259, 3, 1, 1), (262, 3, 1, 1)]
REFUSED: dict[str, Callable[[], bytes]] = {
    "bomb.png": lambda: png(100_000, 100_000, data=bytes(10**6)),
    "largest.png": lambda: png(2**31 - 1, 2**31 - 1),
    "no-size.png": lambda: png(0, 0),
    "more-than-it-says.png": lambda: png(8, 2**20, data=b"\0"),
    "profile-bomb.png": lambda: png(
        8, 8, chunk(b"iCCP", b"x\0\0" + zlib.compress(bytes(100_000_000), 1))
    ),
    "cut.png": lambda: saved(SMALL, "PNG")[:-30],
    "lies.jpg": jpeg_that_lies,
    "huge.gif": gif_of_a_huge_screen,
    "zip.png": zipped,
    "huge.bmp": lambda: (
        b"BM" + struct.pack("<IIIIiiHHIIiiII", 0, 0, 54, 40, 2**30, 2**30, 1, 24, 0, 0, 0, 0, 0, 0)
    ),
    "huge.tif": lambda: tiff(
        [*BASICS, (273, 4, 1, 8), (278, 4, 1, 30_000), (279, 4, 1, 900_000_000)]
    ),
    "strips.tif": lambda: tiff(
        [
            (256, 3, 1, 64),
            (257, 3, 1, 64),
            (258, 3, 1, 8),
            (259, 3, 1, 1),
            (262, 3, 1, 1),
            (273, 4, 2**31, 8),
            (278, 4, 1, 1),
            (279, 4, 2**31, 8),
        ]
    ),
    "endless.tif": lambda: tiff([(256, 3, 1, 64)]).replace(b"\0\0\0\0", b"\x08\0\0\0", 1),
    "nothing.webp": lambda: b"RIFF" + struct.pack("<I", 2**31) + b"WEBPVP8L" + b"\xff" * 64,
    "text.svg": lambda: (
        b"<svg xmlns='http://www.w3.org/2000/svg'><image href='file:///etc/passwd'/></svg>"
    ),
    "script.eps": lambda: (
        b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n%%EndComments\n(x) run\n"
    ),
    "icon.ico": lambda: b"\0\0\1\0\1\0" + struct.pack("<BBBBHHII", 0, 0, 0, 0, 1, 32, 2**31, 22),
    "photoshop.psd": lambda: (
        b"8BPS\0\1" + bytes(6) + struct.pack(">HIIHH", 3, 300_000, 300_000, 8, 3)
    ),
}
RUN_OR_REFUSED: dict[str, Callable[[], bytes]] = {
    "text-bomb.png": lambda: png(
        8, 8, chunk(b"zTXt", b"x\0\0" + zlib.compress(bytes(100_000_000), 1)), data=bytes(25 * 8)
    ),
    "chunks.png": lambda: png(8, 8, *[chunk(b"tEXt", b"a\0b")] * 20_000, data=bytes(25 * 8)),
    "long.png": lambda: png(1, 2**20, data=bytes(4 * 2**20)),
    "wide.png": lambda: png(2**20, 1, data=bytes(3 * 2**20 + 1)),
    "large.png": lambda: png(9_000, 9_000, data=bytes(9_000 * 27_001)),
    "frames.gif": lambda: saved(
        SMALL, "GIF", save_all=True, append_images=[SMALL.rotate(i) for i in range(1, 60)]
    ),
    "turned.jpg": lambda: saved(
        SMALL, "JPEG", exif=b"Exif\0\0II*\0\x08\0\0\0\xff\xff" + b"\xff" * 40
    ),
}  # fmt: skip


def laid(folder: Path, files: dict[str, Callable[[], bytes]]) -> dict[str, str]:
    folder.mkdir(exist_ok=True)
    for name, make in files.items():
        (folder / name).write_bytes(make())
    return {name: str(folder / name) for name in files}


async def test_that_bombs_and_lies_are_refused_in_words(
    tmp_path: Path, colour_model: Path, green_picture: str
) -> None:
    paths = laid(tmp_path / "pictures", REFUSED)
    cases = {name: (colour_model, path) for name, path in paths.items()}
    async with guarded() as service:
        await service.load(await service.open(str(colour_model)))
        pid = service.worker_pid
        said = await survive(service, cases, colour_model, green_picture)
        assert service.worker_pid == pid
    assert [name for name, error in said.items() if not isinstance(error, PictureError)] == []
    assert all(name in str(error) for name, error in said.items())
    assert "PostScript" in str(said["script.eps"])  # Pillow would start Ghostscript for it


async def test_that_what_can_be_read_does_no_harm(
    tmp_path: Path, colour_model: Path, green_picture: str
) -> None:
    paths = laid(tmp_path / "pictures", RUN_OR_REFUSED)
    cases = {name: (colour_model, path) for name, path in paths.items()}
    async with guarded() as service:
        said = await survive(service, cases, colour_model, green_picture)
    assert all(error is None or isinstance(error, PictureError) for error in said.values())


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "TIFF", "GIF", "WEBP", "BMP"])
async def test_that_damaged_pictures_are_read_or_refused(
    tmp_path: Path, colour_model: Path, green_picture: str, kind: str
) -> None:
    chance = random.Random(kind)
    how = {"compression": "tiff_lzw"} if kind == "TIFF" else {}
    whole = saved(SMALL, kind, **how)

    def damaged() -> bytes:
        data = bytearray(whole)
        for _ in range(chance.randint(1, 8)):
            data[chance.randrange(len(data) if chance.random() < 0.5 else 64)] = chance.randrange(
                256
            )
        return bytes(data)

    paths = laid(tmp_path / "pictures", {f"{i}.{kind.lower()}": damaged for i in range(40)})
    cases = {name: (colour_model, path) for name, path in paths.items()}
    async with guarded() as service:
        said = await survive(service, cases, colour_model, green_picture)
    assert all(error is None or isinstance(error, PictureError) for error in said.values())
