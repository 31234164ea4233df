"""What is suggested for a network of one channel, or of others than red, green and blue."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from graph_guess import Shape, guess

from ailab.services.architecture.local_outline import read_local_outline
from ailab.services.architecture.network_outline import NetworkOutline
from ailab.services.inference.sheet_guess import channel_count, contradiction, guess_sheet


def outline(folder: Path, picture: Shape) -> NetworkOutline:
    """What is known of a network that takes such a picture."""
    guess(folder, {"y": [1, 10]}, picture=picture)
    return read_local_outline(folder / "net.onnx")


@pytest.mark.parametrize(
    ("picture", "layout"), [([1, 1, 28, 28], "NCHW"), (["n", 28, 28, 1], "NHWC")]
)
def test_that_one_channel_is_grey(tmp_path: Path, picture: Shape, layout: str) -> None:
    found = guess(tmp_path, {"output": [1, 10]}, picture=picture)
    assert found.obstacle == ""
    draft = found.draft
    assert (draft.task, draft.decoder, draft.layout) == (
        "image-classification",
        "class-scores",
        layout,
    )
    assert (draft.color_order, draft.resize, draft.width) == ("grey", "stretch", 28)
    assert found.notes[0] == "Read from the file: layout, size 28 × 28, one channel (grey)."
    assert "order of the colours" not in found.notes[-1]
    assert "white on black" in found.notes[-1]


def test_that_a_plane_that_grows_with_its_channel_last_is_luma_too(tmp_path: Path) -> None:
    found = guess(tmp_path, {"output": [1, 448, 448, 1]}, picture=[1, 224, 224, 1])
    assert (found.draft.color_order, found.draft.layout) == ("Y", "NHWC")


def test_that_a_reader_of_grey_lines_is_known(tmp_path: Path) -> None:
    found = guess(tmp_path, {"output": [26, 1, 37]}, picture=[1, 1, 32, 100], name="crnn.onnx")
    draft = found.draft
    assert (draft.task, draft.decoder, draft.resize) == ("image-to-text", "text-line", "line")
    assert (draft.color_order, draft.mean, draft.std) == ("grey", (0.5,), (0.5,))
    assert (draft.width, draft.height) == (100, 32)
    assert "readers of a grey line" in found.notes[-1]


@pytest.mark.parametrize(("channels", "order"), [(1, "grey"), (3, "RGB"), ("c", "grey")])
def test_that_an_exporters_word_of_grey_counts_where_the_shape_allows_it(
    tmp_path: Path, channels: int | str, order: str
) -> None:
    said: dict[str, Any] = {"Image.BitmapPixelFormat": "Gray8"}
    found = guess(tmp_path, {"y": [1, 10]}, picture=[1, channels, 28, 28], **said)
    assert found.draft.color_order == order


@pytest.mark.parametrize(
    ("picture", "count"),
    [
        ([1, 4, "h", "w"], 4),
        (["n", "h", "w", 4], 4),
        (["n", "c", "h", "w"], None),
        (["n", "c", 28, 28], None),
        ([1, 1, "h", "w"], 1),
        ([1, "h", "w", 3], 3),
    ],
)
def test_that_channels_are_counted_where_the_shape_says_it(
    picture: Shape, count: int | None, tmp_path: Path
) -> None:
    found = outline(tmp_path, picture)
    assert channel_count(found) == count
    if count == 4:
        assert guess_sheet(found).obstacle == (
            "it takes pictures of 4 channels; ailab gives red, green and blue, or grey as one "
            "channel."
        )


def test_that_a_draft_of_other_channels_contradicts_the_file(tmp_path: Path) -> None:
    grey = guess(tmp_path, {"y": [1, 10]}, picture=[1, 1, 28, 28]).draft
    assert contradiction(outline(tmp_path, [1, 1, 28, 28]), grey) == ""
    assert contradiction(outline(tmp_path, [1, 1, 28, 28]), replace(grey, color_order="BGR")) == (
        "The network takes one channel: choose grey."
    )
    assert "three colours" in contradiction(outline(tmp_path, [1, 3, 28, 28]), grey)
