from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest

import ailab
from ailab.__main__ import main
from ailab.cli_words import print_table
from ailab.exit_status import FAILED, INTERRUPTED, MISUSED, OK, PARTLY_FAILED
from ailab.services.compatibility import machine
from ailab.services.inference import worker_start

PICTURES = Path(ailab.__file__).parent / "demo" / "pictures"
NUCLEI = str(PICTURES / "nuclei" / "nuclei-1.jpg")
SEGMENTER = "ailab-demo/segformer-nuclei"
DETECTOR = "ailab-demo/centre-point-nuclei"
LOCAL_DETECTOR = str(PICTURES.parent / "models" / "centre-point-nuclei")


def call(monkeypatch: pytest.MonkeyPatch, *arguments: str) -> int:
    """Call the program with arguments and return its exit status."""
    monkeypatch.setattr(sys, "argv", ["ailab", *arguments])
    try:
        return main()
    except SystemExit as leaving:
        return int(leaving.code or 0)


Output = pytest.CaptureFixture[str]


def test_that_search_lists_models_of_a_task(
    monkeypatch: pytest.MonkeyPatch, capsys: Output
) -> None:
    arguments = ("search", "nuclei", "--task", "image-segmentation", "--demo")
    assert call(monkeypatch, *arguments) == OK
    output = capsys.readouterr()
    first = output.out.splitlines()[0].split("\t")
    assert first[:2] == [SEGMENTER, "image-segmentation"]
    assert output.err == ""


def test_that_search_goes_on_over_pages_and_stops_at_the_limit(
    monkeypatch: pytest.MonkeyPatch, capsys: Output
) -> None:
    assert call(monkeypatch, "search", "", "--limit", "70", "--json", "--demo") == OK
    models = json.loads(capsys.readouterr().out)
    assert len(models) == len({model["id"] for model in models}) == 70
    assert {"id", "task", "license", "downloads", "likes", "library", "gated"} <= set(models[0])


def test_that_a_search_without_a_match_is_no_failure(
    monkeypatch: pytest.MonkeyPatch, capsys: Output
) -> None:
    assert call(monkeypatch, "search", "nothing like it", "--demo") == OK
    output = capsys.readouterr()
    assert output.out == ""
    assert "no model matches" in output.err


@pytest.mark.parametrize(
    ("task", "told"),
    [
        (
            "image-segmentaton",
            "no task image-segmentaton.\n       Did you mean image-segmentation?",
        ),
        ("foo", "no task foo.\n       Tasks are depth-estimation, image-classification,"),
        ("text-to-3d", "ailab: no model matches."),
        ("text-ranking", "ailab: no model matches."),
    ],
)
def test_that_a_task_that_the_hub_does_not_list_is_named(
    monkeypatch: pytest.MonkeyPatch, capsys: Output, task: str, told: str
) -> None:
    assert call(monkeypatch, "search", "nuclei", "--task", task, "--demo") == OK
    assert told in capsys.readouterr().err


def test_that_info_tells_the_verdict_and_its_cost(
    monkeypatch: pytest.MonkeyPatch, capsys: Output
) -> None:
    assert call(monkeypatch, "info", SEGMENTER, "--demo") == OK
    text = capsys.readouterr().out
    assert "Apache" in text
    assert "Runs here on ONNX Runtime: Image Segmentation, 1.3 MB" in text
    assert call(monkeypatch, "info", SEGMENTER, "--json", "--demo") == OK
    facts = json.loads(capsys.readouterr().out)
    assert facts["runs"] is True
    assert "onnx/model.onnx" in facts["files"]
    assert len(facts["revision"]) == 40


def test_that_a_renamed_model_answers_under_its_present_name(
    monkeypatch: pytest.MonkeyPatch, capsys: Output
) -> None:
    assert call(monkeypatch, "info", "ailab-demo/nuclei-segmenter", "--json", "--demo") == OK
    assert json.loads(capsys.readouterr().out)["id"] == SEGMENTER
    assert call(monkeypatch, "info", "ailab-demo/nuclei-segmenter", "--demo") == OK
    assert f"now called {SEGMENTER}" in capsys.readouterr().out


def test_that_info_tells_what_each_variant_costs(
    monkeypatch: pytest.MonkeyPatch, capsys: Output
) -> None:
    sizes = {}
    for variant in ("fp32", "q8"):
        assert call(monkeypatch, "info", f"{SEGMENTER}:{variant}", "--json", "--demo") == OK
        facts = json.loads(capsys.readouterr().out)
        assert facts["variant"] == variant
        assert {"fp32", "fp16", "q8", "safetensors"} == set(facts["variants"])
        assert facts["memory"] > 75_000_000
        assert not facts["is_measured"]
        sizes[variant] = facts["download_size"]
    assert sizes["q8"] < sizes["fp32"]


@pytest.mark.slow
def test_that_a_chosen_variant_is_run_recorded_and_repeated(
    monkeypatch: pytest.MonkeyPatch, capsys: Output, tmp_path: Path
) -> None:
    arguments = (NUCLEI, "--save-to", str(tmp_path), "--json", "--demo")
    assert call(monkeypatch, "run", f"{SEGMENTER}:q8", *arguments) == OK
    first = json.loads(capsys.readouterr().out)
    record = json.loads((Path(first["folder"]) / "run.json").read_text("utf-8"))
    assert record["variant"] == "q8"
    assert "onnx/model_quantized.onnx" in record["model_files"]
    assert "onnx/model.onnx" not in record["model_files"]
    again = f"{record['model']}@{record['revision']}:{record['variant']}"
    assert call(monkeypatch, "run", again, *arguments) == OK
    second = json.loads(capsys.readouterr().out)
    assert second["results"][0]["prediction"] == first["results"][0]["prediction"]


def test_that_info_tells_of_a_local_model(monkeypatch: pytest.MonkeyPatch, capsys: Output) -> None:
    folder = str(PICTURES.parent / "models" / "centre-point-nuclei")
    assert call(monkeypatch, "info", folder) == OK
    assert "nucleus, mitotic nucleus" in capsys.readouterr().out
    assert call(monkeypatch, "info", folder, "--json") == OK
    assert json.loads(capsys.readouterr().out)["task"] == "object-detection"


@pytest.mark.slow
def test_that_a_device_can_be_chosen_and_is_recorded(
    monkeypatch: pytest.MonkeyPatch, capsys: Output, tmp_path: Path
) -> None:
    assert call(monkeypatch, "info", SEGMENTER, "--device", "cpu", "--demo") == OK
    assert "Runs here on ONNX Runtime (CPU): Image Segmentation" in capsys.readouterr().out
    # No build of PyTorch and ONNX Runtime has both, so that one of these is not to be had here.
    for device in ("directml", "coreml"):
        arguments = (SEGMENTER, NUCLEI, "--save-to", str(tmp_path / device), "--json", "--demo")
        assert call(monkeypatch, "run", *arguments, "--device", device) == OK
        output = capsys.readouterr()
        answer = json.loads(output.out)
        record = json.loads((Path(answer["folder"]) / "run.json").read_text("utf-8"))
        assert record["device"] == answer["device"]
        assert (answer["device"] == "cpu") == (" has no " in output.err)


def test_that_a_recorded_run_is_repeated_by_its_revision(
    monkeypatch: pytest.MonkeyPatch, capsys: Output, tmp_path: Path
) -> None:
    arguments = (NUCLEI, "--save-to", str(tmp_path), "--json", "--demo")
    assert call(monkeypatch, "run", DETECTOR, *arguments) == OK
    first = json.loads(capsys.readouterr().out)
    record = json.loads((Path(first["folder"]) / "run.json").read_text("utf-8"))
    again = f"{record['model']}@{record['revision']}"
    assert call(monkeypatch, "run", again, *arguments) == OK
    second = json.loads(capsys.readouterr().out)
    assert second["results"][0]["prediction"] == first["results"][0]["prediction"]
    assert second["folder"] != first["folder"]


def test_that_relative_paths_are_saved_so_that_they_hold_everywhere(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(PICTURES)
    picture = str(Path("nuclei", "nuclei-1.jpg"))
    assert call(monkeypatch, "run", DETECTOR, picture, "--save-to", str(tmp_path), "--demo") == OK
    (folder,) = tmp_path.iterdir()
    assert json.loads((folder / "run.json").read_text("utf-8"))["pictures"] == [NUCLEI]


def test_that_what_was_done_to_a_picture_is_told(
    monkeypatch: pytest.MonkeyPatch, capsys: Output
) -> None:
    picture = str(PICTURES / "nuclei" / "nuclei-16bit.tif")
    assert call(monkeypatch, "run", DETECTOR, picture, "--demo") == OK
    assert "stretched to 8 bits" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("model", "reason"),
    [
        ("ailab-demo/gated-nuclei-segmenter", "is gated"),
        ("ailab-demo/pickled-cell-detector", "pickle"),
        ("ailab-demo/custom-code-segmenter", "Python code"),
        ("ailab-demo/keras-plankton-classifier", "Won't run"),
        ("ailab-demo/yolo-colony-counter", "Won't run"),
        ("ailab-demo/resnet-cell-cycle-pytorch", "safetensors"),
        ("ailab-demo/micrograph-generator", "Text-to-Image"),
        ("ailab-demo/switched-off-classifier", "switched"),
        ("ailab-demo/vanished-cell-counter", "no model"),
        ("not a model", "not"),
    ],
)
def test_that_a_model_that_cannot_run_is_refused_with_the_reason(
    monkeypatch: pytest.MonkeyPatch, capsys: Output, model: str, reason: str
) -> None:
    monkeypatch.setattr(machine, "installed_engines", lambda: frozenset({"onnxruntime"}))
    assert call(monkeypatch, "run", model, NUCLEI, "--demo") == FAILED
    output = capsys.readouterr()
    assert output.out == ""
    assert reason in output.err
    assert len(output.err.splitlines()) >= 2  # what to do next


@pytest.mark.parametrize("form", [(), ("--json",)])
def test_that_weights_that_a_model_has_not_are_a_failure(
    monkeypatch: pytest.MonkeyPatch, capsys: Output, form: tuple[str, ...]
) -> None:
    assert call(monkeypatch, "info", f"{SEGMENTER}:q9", *form, "--demo") == FAILED
    output = capsys.readouterr()
    assert bool(output.out) is ("--json" in form)  # a program is told, too
    assert "no weights called q9" in output.err
    assert "fp32" in output.err


def test_that_run_saves_what_other_programs_read(
    monkeypatch: pytest.MonkeyPatch, capsys: Output, tmp_path: Path
) -> None:
    arguments = ("run", SEGMENTER, NUCLEI, "--save-to", str(tmp_path), "--demo")
    assert call(monkeypatch, *arguments) == OK
    output = capsys.readouterr()
    assert "nucleus" in output.out
    (folder,) = tmp_path.iterdir()
    assert f"saved in {folder}" in output.err
    record = json.loads((folder / "run.json").read_text("utf-8"))
    assert record["model"] == SEGMENTER
    of_run = {"run.json", "coco.json", "results.csv", "counts.csv", "pictures.csv", "pieces.csv"}
    assert {path.name for path in folder.iterdir()} == of_run | {
        "nuclei-1.json",
        "nuclei-1.mask.png",
        "nuclei-1.confidence.png",
        "nuclei-1.annotated.jpg",
    }


def test_that_the_threshold_decides_what_is_counted(
    monkeypatch: pytest.MonkeyPatch, capsys: Output
) -> None:
    counts = []
    for threshold in ("0.2", "0.95"):
        arguments = ("run", DETECTOR, NUCLEI, "--threshold", threshold, "--json", "--demo")
        assert call(monkeypatch, *arguments) == OK
        answer = json.loads(capsys.readouterr().out)
        assert answer["threshold"] == float(threshold)
        objects = answer["results"][0]["prediction"]["items"]
        counts.append(sum(item["score"] >= float(threshold) for item in objects))
    assert counts[0] > counts[1]


def test_that_a_bad_picture_is_told_and_the_others_are_run(
    monkeypatch: pytest.MonkeyPatch, capsys: Output, tmp_path: Path
) -> None:
    (tmp_path / "broken.png").write_bytes(b"\x89PNG\r\n\x1a\n and no more")
    (tmp_path / "whole.jpg").write_bytes(Path(NUCLEI).read_bytes())
    assert call(monkeypatch, "run", DETECTOR, str(tmp_path), "--demo") == PARTLY_FAILED
    output = capsys.readouterr()
    assert "whole.jpg" in output.out
    assert "broken.png" in output.err


def test_that_pictures_that_end_the_process_are_told_and_the_others_are_run(
    monkeypatch: pytest.MonkeyPatch, capsys: Output, tmp_path: Path
) -> None:
    code = (
        "import os\n"
        "from pathlib import Path\n"
        "from ailab.services.inference import model_runner, worker\n"
        "run = model_runner.ModelRunner.run\n"
        "def spoilt(self, together):\n"
        "    if any('bad' in Path(each.request.picture).name for each in together): os._exit(9)\n"
        "    return run(self, together)\n"
        "model_runner.ModelRunner.run = spoilt\n"
        "worker.main()\n"
    )
    monkeypatch.setattr(worker_start, "worker_command", lambda: (sys.executable, "-c", code))
    for name in ("bad-1.jpg", "bad-2.jpg"):
        (tmp_path / name).write_bytes(Path(NUCLEI).read_bytes())
    (tmp_path / "good.jpg").write_bytes(Path(NUCLEI).read_bytes())
    assert call(monkeypatch, "run", LOCAL_DETECTOR, str(tmp_path)) == PARTLY_FAILED
    output = capsys.readouterr()
    assert output.out.splitlines()[0].startswith(f"{tmp_path / 'good.jpg'}: ")
    assert output.err.count("While centre-point-nuclei ran on bad-") == 2


def test_that_a_local_folder_is_run_without_a_hub(
    monkeypatch: pytest.MonkeyPatch, capsys: Output
) -> None:
    monkeypatch.setenv("HF_ENDPOINT", "http://127.0.0.1:9")
    folder = PICTURES.parent / "models" / "centre-point-nuclei"
    assert call(monkeypatch, "run", str(folder), NUCLEI) == OK
    assert "× nucleus" in capsys.readouterr().out


@pytest.mark.parametrize("command", [("search", "x"), ("info", "a/b"), ("run", "a/b", NUCLEI)])
def test_that_an_unreachable_hub_is_told_with_what_to_do(
    monkeypatch: pytest.MonkeyPatch, capsys: Output, command: tuple[str, ...]
) -> None:
    monkeypatch.setenv("HF_ENDPOINT", "http://127.0.0.1:9")
    assert call(monkeypatch, *command) == FAILED
    output = capsys.readouterr()
    assert "127.0.0.1 cannot be reached" in output.err
    assert "Check the network" in output.err
    assert "Traceback" not in output.err


def test_that_pictures_that_are_not_there_are_told(
    monkeypatch: pytest.MonkeyPatch, capsys: Output
) -> None:
    assert call(monkeypatch, "run", DETECTOR, "nowhere.png", "--demo") == FAILED
    assert "nowhere.png" in capsys.readouterr().err


@pytest.mark.parametrize(
    "arguments",
    [("run",), ("dance",), ("search", "x", "--limit", "0"), ("run", "a", "b", "--threshold", "7")],
)
def test_that_misuse_is_told_apart(
    monkeypatch: pytest.MonkeyPatch, capsys: Output, arguments: tuple[str, ...]
) -> None:
    assert call(monkeypatch, *arguments) == MISUSED
    assert "usage: ailab" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "wanted"),
    [
        (("run", "a", "b", "--threshold", "0,5"), "a number from 0 to 1 is needed, such as 0.5"),
        (("run", "a", "b", "--threshold", "half"), "a number from 0 to 1 is needed, such as 0.5"),
        (("search", "x", "--limit", "many"), "a whole number above 0 is needed"),
    ],
)
def test_that_what_is_no_number_is_told_in_words(
    monkeypatch: pytest.MonkeyPatch, capsys: Output, arguments: tuple[str, ...], wanted: str
) -> None:
    assert call(monkeypatch, *arguments) == MISUSED
    assert capsys.readouterr().err.rstrip().endswith(wanted)


@pytest.mark.parametrize("command", ["", "search", "info", "run"])
def test_that_help_explains(monkeypatch: pytest.MonkeyPatch, capsys: Output, command: str) -> None:
    assert call(monkeypatch, *filter(None, [command]), "--help") == OK
    text = capsys.readouterr().out
    assert "--demo" in text
    assert len(text.splitlines()) > 10


def test_that_an_interruption_is_told(monkeypatch: pytest.MonkeyPatch, capsys: Output) -> None:
    def interrupt(work: object) -> None:
        work.close()  # type: ignore[attr-defined]  # a coroutine
        raise KeyboardInterrupt

    monkeypatch.setattr("asyncio.run", interrupt)
    assert call(monkeypatch, "search", "x") == INTERRUPTED
    assert "interrupted" in capsys.readouterr().err


def test_that_nothing_converted_is_told_and_a_bad_name_is_a_failure(
    monkeypatch: pytest.MonkeyPatch, capsys: Output
) -> None:
    assert call(monkeypatch, "convert", "--demo") == OK
    assert "no model was converted" in capsys.readouterr().err
    assert call(monkeypatch, "convert", "--json", "--demo") == OK
    assert json.loads(capsys.readouterr().out) == []
    assert call(monkeypatch, "convert", "nobody/nothing", "--demo") == FAILED
    assert "nobody/nothing" in capsys.readouterr().err
    assert call(monkeypatch, "convert", SEGMENTER, "--delete", "--demo") == FAILED
    assert "nothing of" in capsys.readouterr().err
    assert call(monkeypatch, "convert", "--delete", "--demo") == FAILED
    assert "Nothing is named" in capsys.readouterr().err


def test_that_what_is_onnx_or_on_a_server_is_not_converted(
    monkeypatch: pytest.MonkeyPatch, capsys: Output, tmp_path: Path
) -> None:
    folder = str(PICTURES.parent / "models" / "centre-point-nuclei")
    assert call(monkeypatch, "convert", folder, "--demo") == FAILED
    assert "holds no weights called safetensors" in capsys.readouterr().err
    missing = str(tmp_path / "missing.onnx")
    assert call(monkeypatch, "convert", missing, "--demo") == FAILED
    told = capsys.readouterr().err
    assert f"{missing} is ONNX already." in told
    assert "by the path of a folder with safetensors" in told
    assert call(monkeypatch, "convert", "http://host:8000/v2/models/yolox", "--demo") == FAILED
    assert "is on a server" in capsys.readouterr().err


def test_that_the_example_of_the_readme_works_as_it_stands(
    monkeypatch: pytest.MonkeyPatch, capsys: Output
) -> None:
    root = Path(__file__).parent.parent
    lines = (root / "README.md").read_text(encoding="utf-8").splitlines()
    example = next(line for line in lines if line.startswith("ailab run ailab-demo/"))
    monkeypatch.chdir(root)
    assert call(monkeypatch, *example.partition("#")[0].split()[1:]) == OK
    assert capsys.readouterr().out.count("nucleus") >= 4


def test_that_rows_have_headings_on_a_terminal_alone(
    monkeypatch: pytest.MonkeyPatch, capsys: Output
) -> None:
    rows = [("acme/nuclei", "-", "7"), ("acme/b", "depth", "12,345")]
    print_table(("MODEL", "TASK", "LIKES"), rows)
    assert capsys.readouterr().out == "acme/nuclei\t-\t7\nacme/b\tdepth\t12,345\n"
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
    print_table(("MODEL", "TASK", "LIKES"), rows)
    assert capsys.readouterr().out.splitlines() == [
        "MODEL        TASK   LIKES",
        "acme/nuclei  -      7",
        "acme/b       depth  12,345",
    ]
    print_table(("MODEL", "TASK", "LIKES"), [])
    assert capsys.readouterr().out == ""
