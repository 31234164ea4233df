"""The words of all pictures of a run in one file."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from finished_runs import PICTURES, finished

from ailab.services.inference.generated_text import GeneratedText
from ailab.services.inference.places.place import Place
from ailab.services.inference.predictions import Detection, Detections
from ailab.services.results.run_json import read_record
from ailab.services.results.words_file import write_words

WORDS, TASK = "words.txt", "image-to-text"
BOX = (1.0, 2.0, 11.0, 22.0)
PAGE = GeneratedText(
    "Minutes\nsmudge",
    places=(Place("Minutes", BOX, score=0.9), Place("smudge", BOX, score=0.2)),
)


async def test_that_each_pictures_words_follow_its_path_and_failures_are_told(
    tmp_path: Path,
) -> None:
    folder = await finished(tmp_path, PAGE, None, GeneratedText("Frau Schäfer"), task=TASK)
    assert (folder / WORDS).read_text("utf-8") == (
        f"== {PICTURES[0]} ==\n\nMinutes\n\n"
        f"== {PICTURES[1]}: b = ü.png is damaged or incomplete. ==\n\n\n\n"
        f"== {PICTURES[2]} ==\n\nFrau Schäfer\n"
    )


async def test_that_one_picture_and_other_results_have_none(tmp_path: Path) -> None:
    one = await finished(tmp_path, PAGE, task=TASK)
    assert not (one / WORDS).exists()
    box = Detections((Detection(0, "fox", 0.9, BOX),))
    others = await finished(tmp_path, box, box)
    assert not (others / WORDS).exists()


async def test_that_a_pictures_own_file_of_that_name_is_left_alone(tmp_path: Path) -> None:
    folder = await finished(tmp_path, PAGE, PAGE, task=TASK)
    record = read_record(folder)
    record = replace(record, results=("words.json", *record.results[1:]))
    (folder / WORDS).write_text("its own")
    write_words(folder, record)
    assert (folder / WORDS).read_text() == "its own"


async def test_that_a_result_that_is_gone_is_told_of(tmp_path: Path) -> None:
    folder = await finished(tmp_path, PAGE, PAGE, task=TASK)
    record = read_record(folder)
    (folder / record.results[0]).unlink()
    write_words(folder, record)
    told = (folder / WORDS).read_text("utf-8")
    assert f"{PICTURES[0]}: Its result a.json was damaged or removed." in told
    assert "Minutes" in told
