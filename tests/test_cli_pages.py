"""Pages of stacks, and fixed ranges, on the command line."""

from __future__ import annotations

import csv
import json
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

import ailab
from ailab.__main__ import main
from ailab.exit_status import FAILED, MISUSED, OK
from tiff_stack import saved_stack

MODEL = "ailab-demo/centre-point-nuclei"
NUCLEI = Path(ailab.__file__).parent / "demo" / "pictures" / "nuclei" / "nuclei-1.jpg"

Output = pytest.CaptureFixture[str]


@pytest.fixture
def stack(tmp_path: Path) -> Path:
    """Two dark pages without anything, and one between them with nuclei."""
    with Image.open(NUCLEI) as image:
        nuclei = np.asarray(image.convert("L")).astype(np.uint16) * 12 + 100
    empty = np.full_like(nuclei, 100)
    empty[0, 0] = 101
    description = "ImageJ=1.54f\nimages=3\nslices=3\n"
    return saved_stack(tmp_path / "stack.tif", [empty, nuclei, empty], description=description)


def call(monkeypatch: pytest.MonkeyPatch, *arguments: str) -> int:
    monkeypatch.setattr(sys, "argv", ["ailab", "run", MODEL, *arguments, "--demo"])
    try:
        return main()
    except SystemExit as leaving:
        return int(leaving.code or 0)


def found(result: dict[str, Any]) -> int:
    return len([each for each in result["prediction"]["items"] if each["score"] >= 0.5])


def test_that_each_page_is_run_at_the_same_range_and_saved(
    monkeypatch: pytest.MonkeyPatch, capsys: Output, stack: Path, tmp_path: Path
) -> None:
    saves = ("--save-to", str(tmp_path / "out"))
    arguments = (str(stack), "--page", "all", "--range", "100:3200", "--json", *saves)
    assert call(monkeypatch, *arguments) == OK
    output = capsys.readouterr()
    results = json.loads(output.out)["results"]
    assert [(each["picture"], each["page"], each["range"]) for each in results] == [
        (str(stack), page, "100:3200") for page in (1, 2, 3)
    ]
    counts = [found(each) for each in results]
    assert counts[1] > 10
    assert counts[0] == counts[2] == 0  # whose noise was not stretched to white
    assert f"{stack}, page 2: Page 2 of 3 is used: slice 2 of 3.\n" in output.err
    (folder,) = (tmp_path / "out").iterdir()
    with (folder / "counts.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    told = {(row["page"], row["channel"], row["slice"]) for row in rows}
    assert told == {(page, "1", page) for page in "123"}
    names = sorted(path.name for path in folder.glob("stack*.json"))
    assert names == [f"stack page 000{page}.json" for page in (1, 2, 3)]


def test_that_one_page_is_run(monkeypatch: pytest.MonkeyPatch, capsys: Output, stack: Path) -> None:
    assert call(monkeypatch, str(stack), "--page", "2", "--range", "trimmed") == OK
    output = capsys.readouterr()
    assert output.out.startswith(f"{stack}, page 2: ")
    assert "of the pixels lie beyond" in output.err


def test_that_some_pages_are_run(
    monkeypatch: pytest.MonkeyPatch, capsys: Output, stack: Path
) -> None:
    assert call(monkeypatch, str(stack), "--page", "2-3, 1", "--json") == OK
    results = json.loads(capsys.readouterr().out)["results"]
    assert [each["page"] for each in results] == [1, 2, 3]
    assert call(monkeypatch, str(stack), "--page", "1,3", "--json") == OK
    results = json.loads(capsys.readouterr().out)["results"]
    assert [each["page"] for each in results] == [1, 3]


def test_that_the_pages_of_a_channel_are_run(
    monkeypatch: pytest.MonkeyPatch, capsys: Output, stack: Path, tmp_path: Path
) -> None:
    with Image.open(NUCLEI) as image:
        grey = np.asarray(image.convert("L"))
    ome = (
        '<OME><Image><Pixels DimensionOrder="XYCZT" SizeC="2" SizeZ="2" SizeT="1">'
        '<Channel Name="DAPI"/><Channel Name="GFP"/></Pixels></Image></OME>'
    )
    both = saved_stack(tmp_path / "both.ome.tif", [grey] * 4, description=ome)
    assert call(monkeypatch, str(both), "--channel", "gfp", "--json") == OK
    results = json.loads(capsys.readouterr().out)["results"]
    assert [(each["page"], each["channel"], each["slice"]) for each in results] == [
        (2, 2, 1),
        (4, 2, 2),
    ]
    assert call(monkeypatch, str(both), "--channel", "Cy5") == FAILED
    told = capsys.readouterr().err
    assert "both.ome.tif has no channel “Cy5”. Choose one of these: DAPI, GFP." in " ".join(
        told.split()
    )
    assert call(monkeypatch, str(both), str(stack), "--channel", "2") == FAILED
    assert "stack.tif has no channel “2”." in capsys.readouterr().err


def test_that_pages_without_names_are_counted_once(
    monkeypatch: pytest.MonkeyPatch, capsys: Output, tmp_path: Path
) -> None:
    with Image.open(NUCLEI) as image:
        grey = np.asarray(image.convert("L"))
    both = saved_stack(tmp_path / "both.tif", [grey] * 2)
    assert call(monkeypatch, str(both), "--page", "all") == OK
    assert capsys.readouterr().err.count(" of 2 is used") == 1


def test_that_a_page_beyond_the_last_fails(
    monkeypatch: pytest.MonkeyPatch, capsys: Output, stack: Path
) -> None:
    assert call(monkeypatch, str(stack), "--page", "4") == FAILED
    assert "stack.tif has 3 pages: there is no page 4.\n" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("option", "told"),
    [
        (("--page", "0"), "a whole number above 0 is needed"),
        (("--page", "some"), "needed; name for example 3, 1-3,7, or “all” for every page"),
        (("--page", "1,,2"), "a whole number above 0 is needed; name"),
        (("--page", "7-3"), "page 7 is behind page 3; name"),
        (("--page", "1-100001"), "there are 100,000 pages at most; name"),
        (("--channel", " "), "the number or name of a channel is needed"),
        (("--channel", "1", "--page", "2"), "argument --page: not allowed with argument --channel"),
        (("--range", "4000"), "neither whole, trimmed nor two numbers with a colon between them"),
        (("--range", "4:2"), "the first number is not below the second; name for example 200:4000"),
    ],
)
def test_that_what_is_no_page_or_range_is_refused(
    monkeypatch: pytest.MonkeyPatch,
    capsys: Output,
    stack: Path,
    option: tuple[str, ...],
    told: str,
) -> None:
    assert call(monkeypatch, str(stack), *option) == MISUSED
    assert told in capsys.readouterr().err
