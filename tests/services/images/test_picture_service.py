"""Finding, showing and keeping pictures, off the event loop."""

from __future__ import annotations

import asyncio
import subprocess
import sys
import threading
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from ailab.services.images import picture_service
from ailab.services.images.found_pictures import FoundPictures
from ailab.services.images.picture import Picture
from ailab.services.images.picture_error import NoPictureError, PictureError
from ailab.services.images.picture_files import matching_files
from ailab.services.images.picture_service import PictureService
from ailab.services.images.pictures import Pictures
from tiff_stack import grey_pages, saved_stack


def touch(folder: Path, *names: str) -> None:
    for name in names:
        (folder / name).write_bytes(b"x")


def test_that_importing_the_service_imports_nothing_heavy() -> None:
    code = (
        "import sys, ailab.services.images.picture_service;"
        "print(sorted({'PIL', 'numpy', 'onnxruntime', 'aiohttp'} & set(sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60
    )
    assert done.stdout.strip() == "[]"


async def test_that_a_folders_pictures_come_in_natural_order(tmp_path: Path) -> None:
    touch(
        tmp_path, "b10.png", "b2.PNG", "b.png", "A.tiff", "b1.jpeg", ".hidden.png", "notes.txt", "c"
    )
    (tmp_path / "folder.png").mkdir()
    touch(tmp_path / "folder.png", "inner.png")
    service: Pictures = PictureService()
    found = (await service.find(str(tmp_path))).pictures
    assert [Path(path).name for path in found] == [
        "A.tiff",
        "b.png",
        "b1.jpeg",
        "b2.PNG",
        "b10.png",
    ]
    assert all(Path(path).parent == tmp_path for path in found)


async def test_that_a_picture_means_itself_whatever_its_name(tmp_path: Path) -> None:
    path = str(tmp_path / "scan.dat")
    Image.new("RGB", (4, 3)).save(path, "PNG")
    assert await PictureService().find(path) == FoundPictures((path,))


@pytest.mark.parametrize("content", [b"", b"Dear diary", b"\x89PNG\r\n\x1a\n and no more"])
async def test_that_a_file_that_is_no_picture_is_refused(content: bytes, tmp_path: Path) -> None:
    path = tmp_path / "notes.png"
    path.write_bytes(content)
    with pytest.raises(NoPictureError, match=r"notes\.png is"):
        await PictureService().find(str(path))


async def test_that_a_format_that_its_first_bytes_do_not_tell_is_named_by_the_files_name(
    tmp_path: Path,
) -> None:
    (tmp_path / "a.lif").write_bytes(b"\x70\0\0\0and so on")
    with pytest.raises(NoPictureError, match=r"a\.lif is a LIF picture, which ailab cannot read"):
        await PictureService().find(str(tmp_path / "a.lif"))


async def test_that_nothing_there_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(PictureError, match="no file or folder"):
        await PictureService().find(str(tmp_path / "gone"))


async def test_that_a_folder_without_pictures_is_an_error(tmp_path: Path) -> None:
    touch(tmp_path, "notes.txt")
    with pytest.raises(PictureError, match="no picture in the folder"):
        await PictureService().find(str(tmp_path))


async def test_that_pictures_of_other_formats_in_a_folder_are_told_of(tmp_path: Path) -> None:
    touch(tmp_path, "a.tif", "b10.czi", "b2.CZI", "c.nd2", ".d.czi", "notes.txt")
    (tmp_path / "e.czi").mkdir()
    found = await PictureService().find(str(tmp_path))
    assert found.pictures == (str(tmp_path / "a.tif"),)
    assert [Path(path).name for path in found.left_out] == ["b2.CZI", "b10.czi", "c.nd2"]


@pytest.mark.parametrize(
    ("names", "words", "advice"),
    [
        (("a.czi",), "1 CZI", "Save it as"),
        (("a.LIF", "b.lif", "c.oib", "d.dcm"), "2 LIF, 1 OIB and 1 DICOM", "Save them as"),
    ],
)
async def test_that_a_folder_of_other_formats_alone_says_which(
    names: tuple[str, ...], words: str, advice: str, tmp_path: Path
) -> None:
    touch(tmp_path, *names)
    with pytest.raises(PictureError) as told:
        await PictureService().find(str(tmp_path))
    assert told.value.message == (
        f"There is no picture in the folder {tmp_path.name} that ailab takes, but {words}."
    )
    assert told.value.advice.startswith(advice)


@pytest.mark.parametrize(
    ("place", "what"),
    [(".", "a saved run"), ("run 1", "saved runs"), ("2026-03-01 123005 a.onnx", "saved runs")],
)
async def test_that_saved_runs_without_pictures_are_told_from_an_empty_folder(
    tmp_path: Path, place: str, what: str
) -> None:
    (tmp_path / place).mkdir(exist_ok=True)
    (tmp_path / place / "run.json").touch()
    with pytest.raises(PictureError, match=f"but {what}") as told:
        await PictureService().find(str(tmp_path))
    assert "Load results" in told.value.advice
    (tmp_path / "a.png").touch()
    assert await PictureService().find(str(tmp_path)) == FoundPictures((str(tmp_path / "a.png"),))


@pytest.mark.parametrize("name", ["config.json", "Net.ONNX", "model.safetensors"])
async def test_that_a_models_folder_is_told_from_one_of_pictures(tmp_path: Path, name: str) -> None:
    touch(tmp_path, name)
    with pytest.raises(PictureError, match="but a model") as told:
        await PictureService().find(str(tmp_path))
    assert "as the model" in told.value.advice
    touch(tmp_path, "a.png")
    assert await PictureService().find(str(tmp_path)) == FoundPictures((str(tmp_path / "a.png"),))


async def test_that_a_pasted_picture_is_read_back_pixel_for_pixel(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    rng = np.random.default_rng(3)
    pixels = rng.integers(0, 256, (20, 30, 4), dtype=np.uint8)
    service = PictureService()
    first = await service.keep_pasted(30, 20, pixels.tobytes())
    second = await service.keep_pasted(30, 20, pixels.tobytes())
    assert first != second
    assert Path(first).is_relative_to(tmp_path)
    shown = await service.read(first)
    kept = np.frombuffer(shown.pixels, np.uint8).reshape(20, 30, 4)
    np.testing.assert_array_equal(kept[..., :3], pixels[..., :3])


async def test_that_reading_happens_in_another_thread_and_scales(tmp_path: Path) -> None:
    path = tmp_path / "a.png"
    Image.new("RGB", (400, 100), "red").save(path)
    shown = await PictureService().read(str(path), 100)
    assert (shown.width, shown.height) == (100, 25)
    assert shown.pixels[:3] == b"\0\0\xff"


async def test_that_no_more_than_two_pictures_are_decoded_at_once(
    monkeypatch: pytest.MonkeyPatch,
) -> None:

    lock, running, most = threading.Lock(), 0, 0
    both = threading.Barrier(2, timeout=20)

    def decode(path: str, longest_side: int | None) -> Picture:
        nonlocal running, most
        with lock:
            running += 1
            most = max(most, running)
        both.wait()
        with lock:
            running -= 1
        both.wait()
        return Picture(1, 1, b"\0\0\0\0", 1, 1)

    monkeypatch.setattr(picture_service, "_read", decode)
    service = PictureService()
    await asyncio.gather(*(service.read(str(i)) for i in range(6)))
    assert most == 2


def test_that_a_pattern_stands_for_the_files_that_fit_it(tmp_path: Path) -> None:
    for name in ("b10.tif", "b2.tif", "c.png", "odd [1].tif"):
        touch(tmp_path, name)
    found = matching_files(str(tmp_path / "b*.tif"))
    assert [Path(path).name for path in found] == ["b2.tif", "b10.tif"]
    for whole in (str(tmp_path / "odd [1].tif"), str(tmp_path / "z*.tif"), "plain.png"):
        assert matching_files(whole) == (whole,)


async def test_that_the_pages_of_a_channel_are_found(tmp_path: Path) -> None:
    """A file that cannot be read is told of when it is run, beside the others."""
    words = "ImageJ=1.54f\nimages=4\nchannels=2\nslices=2\n"
    stack = saved_stack(tmp_path / "a.tif", grey_pages(4), description=words)
    service: Pictures = PictureService()
    assert await service.pages_of_channel(str(stack), "2") == (2, 4)
    assert (await service.read(str(stack))).channels == ("1", "2")
    touch(tmp_path, "broken.tif")
    assert await service.pages_of_channel(str(tmp_path / "broken.tif"), "2") == (1,)
    with pytest.raises(PictureError, match=r"a\.tif has no channel “3”\."):
        await service.pages_of_channel(str(stack), "3")
