"""Exports that are asked something, made by hand in their parts: what they write is known."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper, numpy_helper
from worker_lab import serving

from ailab.services.inference.engine import Terminated
from ailab.services.inference.generated_text import GeneratedText
from ailab.services.inference.inference_errors import ModelFileError
from ailab.services.inference.loaded_model import load_model
from ailab.services.inference.open_model import describe_model, model_files, open_model
from ailab.services.inference.pipeline import SteadyPipeline
from ailab.services.inference.prompt import Prompt
from ailab.services.inference.prompt_kind import PromptKind
from ailab.services.results.result_reader import read_result
from tiny_networks.word_tokens import END, MARKS, START, VOCABULARY, WORDS, save_tokenizer

FLOAT, HALF, INT = TensorProto.FLOAT, TensorProto.FLOAT16, TensorProto.INT64
RED = np.full((20, 30, 3), (255, 0, 0), np.uint8)
SEEN = -3
"""What the vision part makes of red: the mean of 1, -1 and -1, times nine."""

FLORENCE, GEMMA = "Florence2ForConditionalGeneration", "PaliGemmaForConditionalGeneration"
PLACES = 2
LENGTH = 12
_PAST, _PRESENT = "past_key_values.0", "present.0"


def value(name: str, kind: int, *shape: int | str) -> Any:
    return helper.make_tensor_value_info(name, kind, list(shape))


def save_graph(path: Path, nodes: list[Any], inputs: list[Any], outputs: list[Any]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    constants = {
        "one": np.array([1]),
        "last": np.array([2]),
        "all": np.array([1, 2]),
        "rows": np.array([-1, 1, 1]),
        "heads": np.array([1]),
        "third": np.array([1, 2, 3]),
        "seven": np.array(7),
        "size": np.array(VOCABULARY),
        "offon": np.array([0.0, 1.0], np.float32),
        "nine": np.array(9.0, np.float32),
        "places": np.array([1, PLACES, 1]),
    }
    weights = [numpy_helper.from_array(each, name) for name, each in constants.items()]
    graph = helper.make_graph(nodes, "part", inputs, outputs, weights)
    opset = helper.make_opsetid("", 17)
    onnx.save(helper.make_model(graph, opset_imports=[opset], ir_version=8), path)


def save_vision(path: Path, *, wide: int = 1) -> None:
    """The picture's mean, times nine, once for each of its places."""
    nodes = [
        helper.make_node("ReduceMean", ["pixel_values"], ["mean"], axes=[1, 2], keepdims=0),
        helper.make_node("ReduceMean", ["mean"], ["flat"], axes=[1], keepdims=1),
        helper.make_node("Mul", ["flat", "nine"], ["grey"]),
        helper.make_node("Unsqueeze", ["grey", "last"], ["column"]),
        helper.make_node("Tile", ["column", "places"], ["image_features"]),
    ]
    if wide > 1:
        nodes[-1].output[0] = "narrow"
        nodes.append(helper.make_node("Concat", ["narrow"] * wide, ["image_features"], axis=2))
    pixels = value("pixel_values", FLOAT, "batch", 3, 8, 8)
    save_graph(path, nodes, [pixels], [value("image_features", FLOAT, "batch", PLACES, wide)])


def save_tokens(path: Path, *, kind: int = FLOAT) -> None:
    """A token's number."""
    nodes = [
        helper.make_node("Cast", ["input_ids"], ["numbers"], to=kind),
        helper.make_node("Unsqueeze", ["numbers", "last"], ["inputs_embeds"]),
    ]
    ids = value("input_ids", INT, "batch", "length")
    save_graph(path, nodes, [ids], [value("inputs_embeds", kind, "batch", "length", 1)])


def save_encoder(path: Path) -> None:
    """What it is given, where that is looked at."""
    nodes = [
        helper.make_node("Cast", ["attention_mask"], ["looked"], to=FLOAT),
        helper.make_node("Unsqueeze", ["looked", "last"], ["column"]),
        helper.make_node("Mul", ["inputs_embeds", "column"], ["last_hidden_state"]),
    ]
    inputs = [
        value("inputs_embeds", FLOAT, "batch", "all", 1),
        value("attention_mask", INT, "batch", "all"),
    ]
    save_graph(path, nodes, inputs, [value("last_hidden_state", FLOAT, "batch", "all", 1)])


def save_decoder(path: Path, *, sees: bool, past: bool, kind: int = FLOAT) -> None:
    """The next token is (7 × the sum of the text + what is seen or the last place) modulo all.

    The sum of the text is the past, which every step gives back.
    """
    inputs = [value("inputs_embeds", kind, "batch", "length", 1)]
    nodes = [
        helper.make_node("Cast", ["inputs_embeds"], ["vectors"], to=FLOAT),
        helper.make_node("ReduceSum", ["vectors", "all"], ["given"], keepdims=0),
    ]
    total = "given"
    if past:
        inputs.append(
            value(f"{_PAST}.{'decoder.' if sees else ''}key", kind, "batch", 1, "past", 1)
        )
        kept = inputs[-1].name
        nodes += [
            helper.make_node("Cast", [kept], ["before"], to=FLOAT),
            helper.make_node("ReduceSum", ["before", "third"], ["earlier"], keepdims=0),
            helper.make_node("Add", ["given", "earlier"], ["total"]),
        ]
        total = "total"
    made = f"{_PRESENT}.{'decoder.' if sees else ''}key"
    nodes += [
        helper.make_node("Unsqueeze", ["inputs_embeds", "heads"], ["new"]),
        helper.make_node("Concat", [kept, "new"] if past else ["new"], [made], axis=2),
    ]
    outputs = [
        value("logits", FLOAT, "batch", 1, VOCABULARY),
        value(made, kind, "batch", 1, "total", 1),
    ]
    picture = f"{_PAST}.encoder.key"
    if sees and past:  # of what was seen the sum, made once
        inputs.append(value(picture, FLOAT, "batch", 1, 1, 1))
        nodes.append(helper.make_node("ReduceSum", [picture, "third"], ["seen"], keepdims=0))
    elif sees:
        inputs += [
            value("encoder_hidden_states", FLOAT, "batch", "all", 1),
            value("encoder_attention_mask", INT, "batch", "all"),
        ]
        nodes += [
            helper.make_node("ReduceSum", ["encoder_hidden_states", "all"], ["seen"], keepdims=0),
            helper.make_node("ReduceSum", ["encoder_hidden_states", "all"], ["sum"], keepdims=1),
            helper.make_node("Unsqueeze", ["sum", "heads"], [f"{_PRESENT}.encoder.key"]),
        ]
        outputs.append(value(f"{_PRESENT}.encoder.key", FLOAT, "batch", 1, 1, 1))
    else:
        inputs.append(value("position_ids", INT, "batch", "length"))
        nodes += [
            helper.make_node("Cast", ["position_ids"], ["numbers"], to=FLOAT),
            helper.make_node("ReduceMax", ["numbers"], ["seen"], axes=[1], keepdims=0),
        ]
    nodes += [
        helper.make_node("Round", [total], ["text"]),
        helper.make_node("Cast", ["text"], ["whole"], to=INT),
        helper.make_node("Round", ["seen"], ["rounded"]),
        helper.make_node("Cast", ["rounded"], ["value"], to=INT),
        helper.make_node("Mul", ["whole", "seven"], ["product"]),
        helper.make_node("Add", ["product", "value"], ["sought"]),
        helper.make_node("Mod", ["sought", "size"], ["token"]),
        helper.make_node("OneHot", ["token", "size", "offon"], ["row"], axis=-1),
        helper.make_node("Unsqueeze", ["row", "one"], ["logits"]),
    ]
    save_graph(path, nodes, inputs, outputs)


def save_model(folder: Path, architecture: str, *, kind: int = FLOAT, **generation: Any) -> Path:
    """A model in the layout of the Hub's exports."""
    sees = architecture == FLORENCE
    graphs = folder / "onnx"
    save_vision(graphs / "vision_encoder.onnx")
    save_tokens(graphs / "embed_tokens.onnx", kind=kind)
    if sees:
        save_encoder(graphs / "encoder_model.onnx")
        save_decoder(graphs / "decoder_model.onnx", sees=True, past=False, kind=kind)
        save_decoder(graphs / "decoder_with_past_model.onnx", sees=True, past=True, kind=kind)
    else:
        save_decoder(graphs / "decoder_model_merged.onnx", sees=False, past=True, kind=kind)
    settings = {"bos_token_id": START, "eos_token_id": END, "max_new_tokens": LENGTH, **generation}
    if sees:
        settings["decoder_start_token_id"] = END
    files = {
        "config": {"architectures": [architecture], "image_token_index": VOCABULARY},
        "preprocessor_config": {
            "image_processor_type": "SiglipImageProcessor",
            "size": {"height": 8, "width": 8},
            "image_seq_length": PLACES,
        },
        "generation_config": settings,
    }
    for file, values in files.items():
        (folder / f"{file}.json").write_text(json.dumps(values), encoding="utf-8")
    save_tokenizer(folder, () if sees else ("<image>",))
    return folder


def tokens(*words: str) -> list[int]:
    return [len(MARKS) + WORDS.index(word) for word in words]


def expected(architecture: str, question: tuple[str, ...], seen: int = SEEN) -> str:
    """What the rules of the parts write."""
    asked = [START, *tokens(*question)]
    if architecture == FLORENCE:
        about, text = PLACES * seen + sum(asked) + END, [END]
    else:
        about, text = PLACES * seen, asked
    written: list[int] = []
    while len(written) < LENGTH and END not in written:
        place = 0 if architecture == FLORENCE else PLACES + len(text) + len(written)
        total = sum(text) + sum(written)
        known = (7 * total + about) if architecture == FLORENCE else 7 * (total + about) + place
        written.append(known % VOCABULARY)
    text_of = " ".join(WORDS[each - len(MARKS)] for each in written if each >= len(MARKS))
    for mark in ".,!":
        text_of = text_of.replace(f" {mark}", mark)
    return text_of.replace(" ' ", "'").replace(" 's", "'s")


def written(folder: Path, question: str, picture: Any = RED) -> str:
    prediction = load_model(open_model(folder)).predict(picture, Prompt(question=question))
    assert isinstance(prediction.prediction, GeneratedText)
    return prediction.prediction.text


@pytest.mark.parametrize("architecture", [FLORENCE, GEMMA])
@pytest.mark.parametrize("beams", [1, 3])
@pytest.mark.parametrize("kind", [FLOAT, HALF])
def test_that_picture_and_question_are_read_together(
    tmp_path: Path, architecture: str, beams: int, kind: int
) -> None:
    folder = save_model(tmp_path, architecture, num_beams=beams, kind=kind)
    assert open_model(folder).asks_for is PromptKind.QUESTION
    for question in (("cat",), ("red", "dog")):
        assert written(folder, " ".join(question)) == expected(architecture, question)
    assert len(written(folder, "cat").split()) > 3
    white = np.full((9, 5, 3), 255, np.uint8)
    assert written(folder, "cat", white) == expected(architecture, ("cat",), 9)


@pytest.mark.parametrize(
    ("architecture", "parts"),
    [
        (FLORENCE, {"encoder_model", "decoder_model", "decoder_with_past_model"}),
        (GEMMA, {"decoder_model_merged"}),
    ],
)
def test_that_every_part_is_among_the_files(
    tmp_path: Path, architecture: str, parts: set[str]
) -> None:
    names = {name for name, _ in model_files(save_model(tmp_path, architecture))}
    graphs = {f"onnx/{part}.onnx" for part in {"vision_encoder", "embed_tokens", *parts}}
    assert {name for name in names if name.endswith(".onnx")} == graphs
    assert "tokenizer.json" in names


def test_that_a_text_may_be_long_though_its_picture_is_many_words(tmp_path: Path) -> None:
    settings = describe_model(save_model(tmp_path, GEMMA, max_new_tokens=10**6)).generation
    assert settings is not None
    assert settings.beginning_with((1,) * 4_100, places=4_096).max_length == 4_096 + 4_096


def refused(folder: Path) -> str:
    with pytest.raises(ModelFileError) as refusal:
        load_model(open_model(folder)).predict(RED)
    return refusal.value.message


def _wide_vision(graphs: Path) -> None:
    save_vision(graphs / "vision_encoder.onnx", wide=2)


def _vision_in_place_of_tokens(graphs: Path) -> None:
    save_vision(graphs / "embed_tokens.onnx")


def _tokens_in_place_of_encoder(graphs: Path) -> None:
    save_tokens(graphs / "encoder_model.onnx")


def _decoder_of_another(graphs: Path) -> None:
    save_decoder(graphs / "decoder_model.onnx", sees=False, past=False)


def _past_of_other_texts(graphs: Path) -> None:
    path = graphs / "decoder_model.onnx"
    model = onnx.load(path)
    made = next(node for node in model.graph.node if node.op_type == "Concat")
    name, made.output[0] = made.output[0], "once"
    model.graph.node.append(helper.make_node("Concat", ["once", "once"], [name], axis=0))
    onnx.save(model, path)


def _no_past_to_begin_with(graphs: Path) -> None:
    save_decoder(graphs / "decoder_with_past_model.onnx", sees=False, past=True)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (_wide_vision, "differ in width"),
        (_vision_in_place_of_tokens, r"takes something else than these \(pixel_values\)"),
        (_tokens_in_place_of_encoder, r"takes something else than these \(input_ids\)"),
        (_decoder_of_another, "no encoder_hidden_states"),
        (_past_of_other_texts, "for another number of texts"),
        (_no_past_to_begin_with, r"past_key_values\.0\.key and never gives it"),
    ],
)
def test_that_parts_that_do_not_belong_together_are_told_of(
    tmp_path: Path, change: Callable[[Path], None], said: str
) -> None:
    folder = save_model(tmp_path, FLORENCE)
    change(folder / "onnx")
    with pytest.raises(ModelFileError, match=said):
        load_model(open_model(folder)).predict(RED)


def test_that_a_missing_part_is_named(tmp_path: Path) -> None:
    folder = save_model(tmp_path, FLORENCE)
    (folder / "onnx" / "embed_tokens.onnx").unlink()
    assert "is missing (embed_tokens.onnx)" in refused(folder)


def test_that_another_number_of_words_for_the_picture_is_told_of(tmp_path: Path) -> None:
    folder = save_model(tmp_path, GEMMA)
    path = folder / "preprocessor_config.json"
    path.write_text(path.read_text().replace(f'length": {PLACES}', 'length": 3'), encoding="utf-8")
    said = refused(folder)
    assert "let 3 words stand for a picture, and its network makes 2 of it" in said


@pytest.mark.parametrize("architecture", [FLORENCE, GEMMA])
def test_that_writing_is_stopped_between_two_tokens(tmp_path: Path, architecture: str) -> None:
    settings = {"max_new_tokens": 2048, "min_new_tokens": 2048, "num_beams": 32}
    loaded = load_model(open_model(save_model(tmp_path, architecture, **settings)))
    ended: list[BaseException] = []

    def run() -> None:
        try:
            loaded.predict(RED)
        except Terminated as stopped:
            ended.append(stopped)

    thread = threading.Thread(target=run)
    thread.start()
    while thread.is_alive():  # as the worker does: between two tokens there is nothing to stop
        loaded.terminate()
        thread.join(0.001)
    assert len(ended) == 1


@pytest.mark.parametrize("architecture", [FLORENCE, GEMMA])
@pytest.mark.parametrize("beams", [1, 3])
def test_that_it_is_told_how_much_is_written_which_changes_nothing(
    tmp_path: Path, architecture: str, beams: int
) -> None:
    pipeline = load_model(open_model(save_model(tmp_path, architecture, num_beams=beams))).pipeline
    assert isinstance(pipeline, SteadyPipeline)
    told: list[tuple[int, int]] = []
    prepared = pipeline.prepare(RED, Prompt(question="red dog"))
    found = pipeline.run_telling(prepared, lambda *each: told.append(each))
    assert found == pipeline.run(prepared)
    assert [done for done, _ in told] == list(range(1, len(told) + 1))
    assert len(told) > 3
    assert len({most for _, most in told}) == 1


async def test_that_an_answer_keeps_its_question_and_is_saved_with_it(
    green_picture: str, tmp_path: Path
) -> None:
    target = tmp_path / "saved"
    target.mkdir()
    async with serving() as service:
        model = await service.open(str(save_model(tmp_path, FLORENCE)))
        for question in ("cat", ""):
            result = await service.predict(
                model, green_picture, threshold=0, save_to=target, prompt=Prompt(question=question)
            )
            assert isinstance(result.prediction, GeneratedText)
            assert result.prediction.question == question
            assert read_result(Path(result.files[0])).prediction == result.prediction
