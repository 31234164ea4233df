"""Models' pictures, found, fetched and kept."""

from __future__ import annotations

import io
from dataclasses import replace
from pathlib import Path

import pytest
from direct_decoder import DirectDecoder
from PIL import Image

from ailab.demo.demo_file import DemoFile
from ailab.demo.demo_repo import DemoRepo
from ailab.demo.hub_server import HubServer
from ailab.services.decoding.decoder_error import DecoderError
from ailab.services.hub.hub_errors import HubOfflineError
from ailab.services.hub.model_service import ModelService
from ailab.services.images.picture import Picture
from ailab.services.images.picture_error import PictureError
from ailab.services.lab_error import LabError
from ailab.services.previews.preview_service import PreviewService
from fakes import FakeHub, a_model, details_of

MODEL = "acme/nuclei"
DRAWN = f"https://cdn-thumbnails.huggingface.co/social-thumbnails/models/{MODEL}.png"


def a_bomb() -> bytes:
    """49 megapixels in a few kilobytes."""
    file = io.BytesIO()
    Image.new("1", (7000, 7000)).save(file, "PNG")
    return file.getvalue()


def a_picture(
    color: str = "red", size: tuple[int, int] = (600, 300), kind: str = "PNG", **options: object
) -> bytes:
    file = io.BytesIO()
    Image.new("RGB", size, color).save(file, kind, **options)
    return file.getvalue()


def color_of(picture: Picture | None) -> tuple[int, ...]:
    """R, G, B of the first pixel, in steps of 51: a JPEG is not exact."""
    assert picture is not None
    return tuple(round(value / 51) * 51 for value in reversed(picture.pixels[:3]))


RED, GREEN, BLUE = (255, 0, 0), (0, 255, 0), (0, 0, 255)


@pytest.fixture
def hub() -> FakeHub:
    return FakeHub(a_model(MODEL))


@pytest.fixture
def previews(hub: FakeHub, tmp_path: Path) -> PreviewService:
    return PreviewService(hub, tmp_path / "previews", DirectDecoder())


async def test_that_a_promising_file_is_taken_without_reading_the_card(
    hub: FakeHub, previews: PreviewService
) -> None:
    hub.files[MODEL, "docs/preview.png"] = a_picture("red")
    model = a_model(MODEL, files=("README.md", "plot.png", "docs/preview.png"))
    picture = await previews.of_row(model)
    assert color_of(picture) == RED
    assert picture is not None
    assert (picture.width, picture.height) == (96, 48)
    assert [path for _, _, path, _, _ in hub.read] == ["docs/preview.png"]
    assert hub.asked_details == []


async def test_that_a_row_is_shown_the_picture_of_its_card(
    hub: FakeHub, previews: PreviewService
) -> None:
    hub.files[MODEL, "README.md"] = (
        b"---\nlicense: mit\nwidget:\n- src: https://img.test/cells.png\n  example_title: x\n---\n"
        b"![badge](https://img.shields.io/x.png) ![a](own.png)"
    )
    hub.images["https://img.test/cells.png"] = a_picture("blue")
    model = a_model(MODEL, files=("README.md", "config.json"))
    assert color_of(await previews.of_row(model)) == BLUE


async def test_that_a_broken_picture_gives_way_to_the_next(
    hub: FakeHub, previews: PreviewService
) -> None:
    hub.files[MODEL, "README.md"] = b"![a](one.png) ![b](two.png) ![c](three.jpg)"
    base = f"{hub.endpoint}/{MODEL}/resolve/main"
    hub.images[f"{base}/one.png"] = a_picture()[:200]
    hub.images[f"{base}/three.jpg"] = a_picture("lime", kind="JPEG")
    assert color_of(await previews.of_row(a_model(MODEL))) == GREEN


@pytest.mark.parametrize(
    "content",
    [
        b"<svg xmlns='http://www.w3.org/2000/svg'/>",
        b"",
        b"\x89PNG\r\n\x1a\n" + b"\0" * 100,
        a_picture(size=(1, 1)),
        a_bomb(),
        b"x" * (8 * 2**20 + 1),
    ],
    ids=["svg", "empty", "truncated", "a pixel", "bomb", "too many bytes"],
)
async def test_that_what_cannot_be_shown_is_no_picture(
    hub: FakeHub, previews: PreviewService, content: bytes
) -> None:
    hub.files[MODEL, "sample.png"] = content
    assert await previews.of_row(a_model(MODEL, files=("sample.png",))) is None


async def test_that_of_an_animation_the_first_frame_is_taken(
    hub: FakeHub, previews: PreviewService
) -> None:
    frames = [Image.new("RGB", (64, 64), color) for color in ("red", "blue")]
    file = io.BytesIO()
    frames[0].save(file, "GIF", save_all=True, append_images=frames[1:])
    hub.files[MODEL, "demo.gif"] = file.getvalue()
    assert color_of(await previews.of_row(a_model(MODEL, files=("demo.gif",)))) == RED


async def test_that_a_picture_is_fetched_once_for_list_pane_and_later_starts(
    hub: FakeHub, previews: PreviewService, tmp_path: Path
) -> None:
    hub.files[MODEL, "preview.png"] = a_picture("red", (1000, 500))
    model = a_model(MODEL, files=("preview.png",))
    await previews.of_row(model)
    large = await previews.of_details(details_of(model, "preview.png"))
    assert large is not None
    assert (large.width, large.height) == (480, 240)
    again = PreviewService(hub, tmp_path / "previews", DirectDecoder())
    assert await again.of_row(model, may_ask=False) is not None
    assert len(hub.read) == 1


async def test_that_offline_nothing_is_asked(hub: FakeHub, previews: PreviewService) -> None:
    hub.files[MODEL, "preview.png"] = a_picture()
    model = a_model(MODEL, files=("preview.png",))
    assert await previews.of_row(model, may_ask=False) is None
    assert await previews.of_details(details_of(model, "preview.png"), may_ask=False) is None
    assert hub.read == []
    assert await previews.of_row(model) is not None


async def test_that_a_model_without_pictures_is_remembered_for_a_day(
    hub: FakeHub, previews: PreviewService
) -> None:
    hub.files[MODEL, "README.md"] = b"# No pictures"
    for _ in range(2):
        assert await previews.of_row(a_model(MODEL)) is None
    assert len(hub.read) == 1


async def test_that_a_missing_network_is_told_and_not_remembered(
    hub: FakeHub, previews: PreviewService
) -> None:
    hub.files[MODEL, "preview.png"] = a_picture()
    hub.failure = HubOfflineError("The Hub can't be reached.", "Look at the network.")
    model = a_model(MODEL, files=("preview.png",))
    with pytest.raises(HubOfflineError):
        await previews.of_row(model)
    hub.failure = None
    assert await previews.of_row(model) is not None


class Faulty(DirectDecoder):
    """Fails by what it is given, once for each."""

    def __init__(self, *failures: LabError) -> None:
        self._failures = list(failures)

    async def decode(self, content: bytes, *, widest: int, highest: int) -> Picture:
        if self._failures:
            raise self._failures.pop(0)
        return await super().decode(content, widest=widest, highest=highest)


async def test_that_a_picture_that_crashes_its_decoder_gives_way_to_the_next(
    hub: FakeHub, tmp_path: Path
) -> None:
    hub.files[MODEL, "preview.png"] = a_picture("red")
    hub.files[MODEL, "sample.png"] = a_picture("blue")
    previews = PreviewService(hub, tmp_path, Faulty(PictureError("It crashed.", "Look.")))
    model = a_model(MODEL, files=("preview.png", "sample.png"))
    assert color_of(await previews.of_row(model)) == BLUE


async def test_that_a_missing_decoder_is_told_and_not_remembered(
    hub: FakeHub, tmp_path: Path
) -> None:
    hub.files[MODEL, "preview.png"] = a_picture()
    previews = PreviewService(hub, tmp_path, Faulty(DecoderError("It does not start.", "Wait.")))
    model = a_model(MODEL, files=("preview.png",))
    with pytest.raises(DecoderError):
        await previews.of_row(model)
    assert await previews.of_row(model) is not None


async def test_that_details_name_pictures_that_a_row_does_not(
    hub: FakeHub, previews: PreviewService
) -> None:
    hub.files[MODEL, "README.md"] = b"# No pictures"
    model = a_model(MODEL)
    assert await previews.of_row(model) is None
    hub.images["https://img.test/widget.png"] = a_picture("lime")
    details = replace(details_of(model), images=("https://img.test/widget.png", DRAWN))
    assert color_of(await previews.of_details(details)) == GREEN
    assert color_of(await previews.of_row(model)) == GREEN


async def test_that_the_card_that_the_hub_draws_is_the_last_resort_of_the_pane_alone(
    hub: FakeHub, previews: PreviewService
) -> None:
    hub.images[DRAWN] = a_picture("blue")
    model = a_model(MODEL, files=("config.json",))
    details = replace(details_of(model), images=(DRAWN,))
    for _ in range(2):
        assert color_of(await previews.of_details(details)) == BLUE
    assert await previews.of_row(model) is None
    assert hub.fetched == [DRAWN]


async def test_that_at_most_four_pictures_are_tried(hub: FakeHub, previews: PreviewService) -> None:
    hub.files[MODEL, "README.md"] = b" ".join(b"![x](p%d.png)" % n for n in range(50))
    assert await previews.of_row(a_model(MODEL)) is None
    assert len(hub.fetched) == 4


async def test_that_a_damaged_kept_picture_is_fetched_anew(
    hub: FakeHub, previews: PreviewService, tmp_path: Path
) -> None:
    hub.files[MODEL, "preview.png"] = a_picture()
    model = a_model(MODEL, files=("preview.png",))
    await previews.of_row(model)
    next((tmp_path / "previews").glob("*/*.jpg")).write_bytes(b"junk")
    assert await previews.of_row(model) is not None
    assert len(hub.read) == 2


async def test_that_a_folder_that_cannot_be_written_costs_no_picture(
    hub: FakeHub, tmp_path: Path
) -> None:
    (tmp_path / "file").write_text("in the way")
    previews = PreviewService(hub, tmp_path / "file" / "previews", DirectDecoder())
    hub.files[MODEL, "preview.png"] = a_picture()
    assert await previews.of_row(a_model(MODEL, files=("preview.png",))) is not None


async def test_that_pictures_come_from_a_real_hub_without_its_api(tmp_path: Path) -> None:
    card = b"# Cells\n\n![a cell](docs/cell.png)\n"
    repos = (
        DemoRepo(
            "lab/cells", (DemoFile("README.md", card), DemoFile("docs/cell.png", a_picture()))
        ),
        DemoRepo("lab/dots", (DemoFile("sample.jpg", a_picture("blue", kind="JPEG")),)),
        DemoRepo("lab/none", (DemoFile("README.md", b"# Nothing"),)),
        DemoRepo("lab/gated", (DemoFile("preview.png", a_picture()),), gated="manual"),
    )
    async with HubServer(repos) as server, ModelService(server.url, token="") as hub:
        previews = PreviewService(hub, tmp_path / "previews", DirectDecoder())
        cells = await previews.of_row(a_model("lab/cells", files=("README.md", "docs/cell.png")))
        dots = await previews.of_row(a_model("lab/dots", files=("sample.jpg",)))
        none = await previews.of_row(a_model("lab/none", files=("README.md",)))
        gated = await previews.of_row(a_model("lab/gated", files=("preview.png",)))
        asked = [request.target for request in server.requests]
    assert (color_of(cells), color_of(dots)) == (RED, BLUE)
    assert (none, gated) == (None, None)
    assert not [target for target in asked if target.startswith("/api/models")]
