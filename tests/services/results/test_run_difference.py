"""In what a run that broke off differs from one that would go on with it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from finished_runs import RECORD

from ailab.services.inference.prompt import Prompt
from ailab.services.inference.prompts import Prompts
from ailab.services.results.run_difference import Difference, differences

OLD = replace(
    RECORD,
    device="cpu",
    precision="float32",
    pieces_from=20,
    model_files=(("model.onnx", "0" * 64),),
    versions=(("ailab", "1.0"), ("platform", "Linux-6.1"), ("onnxruntime", "1.20")),
)


@pytest.mark.parametrize(
    ("changes", "kind", "words"),
    [
        (
            {"model_files": (("model.onnx", "1" * 64),)},
            Difference.MODEL,
            "the model's files have changed since",
        ),
        (
            {"model_files": (("model.onnx", "1" * 64),), "revision": "b" * 40},
            Difference.MODEL,
            "its model was acme/nuclei@aaaaaaaaaaaa, and is acme/nuclei@bbbbbbbbbbbb now",
        ),
        ({"reader": "acme/words"}, Difference.READER, "lines were read by nothing, and would be"),
        (
            {"prompts": Prompts(Prompt(labels=("cat",)))},
            Difference.PROMPTS,
            "something else was asked of the model",
        ),
        ({"threshold": 0.25}, Difference.THRESHOLD, "its threshold was 0.5, and is 0.25 now"),
        (
            {"pieces_from": 5},
            Difference.PIECES_FROM,
            "its pieces counted from 20 pixels, and from 5 now",
        ),
        ({"place": "ray"}, Difference.PLACE, "it was run on “here”, and would be on “ray” now"),
        (
            {"device": "cuda", "precision": "float16"},
            Difference.DEVICE,
            "the model ran on cpu in float32, and would run on cuda in float16 now",
        ),
        (
            {"versions": (("ailab", "1.1"), ("onnxruntime", "1.20"), ("torch", "2.9"))},
            Difference.VERSIONS,
            "other versions took part in it (ailab 1.0, now 1.1; torch none, now 2.9)",
        ),
        (
            {"pictures": (*OLD.pictures[1:], "/pictures/d.png", "/pictures/e.png")},
            Difference.PICTURES,
            "it was of 3 pictures, and these are 4: 1 of them is not among these, such as a.png "
            "and 2 of them are new, such as d.png",
        ),
        (
            {"pictures": OLD.pictures[::-1]},
            Difference.PICTURES,
            "its pictures came in another order",
        ),
        (
            {"pictures": tuple(f"{each}#range=trimmed" for each in OLD.pictures)},
            Difference.PICTURES,
            "another range of its pictures' values was stretched, or another size of pixels told",
        ),
    ],
)
def test_that_what_differs_is_told_and_nothing_else(
    changes: dict[str, Any], kind: Difference, words: str
) -> None:
    told = differences(OLD, replace(OLD, **changes))
    assert set(told) == {kind}
    assert words in told[kind]


def test_that_what_reckons_nothing_makes_no_difference() -> None:
    other = replace(
        OLD,
        model="/moved/nuclei",
        endpoint="http://mirror",
        started="2027-01-01T00:00:00+00:00",
        finished="2027-01-01T00:00:00+00:00",
        versions=(("ailab", "1.0"), ("platform", "Linux-6.2"), ("onnxruntime", "1.20")),
        results=("a.json",),
    )
    assert differences(OLD, other) == {}
    assert differences(replace(OLD, device=None, pieces_from=None), OLD) == {}, "not recorded"
