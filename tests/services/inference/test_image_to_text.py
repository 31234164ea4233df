"""Networks that write, made by hand: what they write is known."""

from __future__ import annotations

import asyncio
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

from ailab.services.images.image_reader import read_image
from ailab.services.inference.engine import Terminated
from ailab.services.inference.generated_text import GeneratedText
from ailab.services.inference.inference_errors import ModelFileError
from ailab.services.inference.loaded_model import load_model
from ailab.services.inference.open_model import describe_model, model_files, open_model
from ailab.services.inference.picture_progress import PictureProgress
from tiny_networks.word_tokens import END, MARKS, START, VOCABULARY, WORDS, save_tokenizer

FLOAT, INT, BOOL = TensorProto.FLOAT, TensorProto.INT64, TensorProto.BOOL
PICTURE = np.full((20, 30, 3), (255, 0, 0), np.uint8)


def _value(name: str, kind: int, *shape: int | str) -> Any:
    return helper.make_tensor_value_info(name, kind, list(shape))


def _constant(name: str, values: Any, kind: Any = np.int64) -> Any:
    return numpy_helper.from_array(np.array(values, kind), name)


def _save(graph: Any, path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    opset = helper.make_opsetid("", 17)
    onnx.save(helper.make_model(graph, opset_imports=[opset], ir_version=8), path)


def _encoder() -> Any:
    """The picture's mean brightness, of a value from 0 to 3."""
    nodes = [
        helper.make_node("ReduceMean", ["pixel_values"], ["mean"], axes=[1, 2, 3], keepdims=1),
        helper.make_node("Squeeze", ["mean", "last"], ["flat"]),
        helper.make_node("Mul", ["flat", "nine"], ["last_hidden_state"]),
    ]
    return helper.make_graph(
        nodes,
        "encoder",
        [_value("pixel_values", FLOAT, "batch", 3, 8, 8)],
        [_value("last_hidden_state", FLOAT, "batch", 1, 1)],
        [_constant("last", [3]), _constant("nine", 9.0, np.float32)],
    )


def _decoder(*, cache: bool) -> Any:
    """The next token is (7 × the sum of all tokens + the picture's value) modulo the vocabulary.

    With a cache, only the last token is given: the sum of those before lies in the past.
    """
    inputs = [
        _value("input_ids", INT, "batch", "length"),
        _value("encoder_hidden_states", FLOAT, "batch", 1, 1),
    ]
    outputs = [_value("logits", FLOAT, "batch", 1, VOCABULARY)]
    nodes = [
        helper.make_node("ReduceSum", ["input_ids", "one"], ["given"], keepdims=1),
        helper.make_node("ReduceMean", ["encoder_hidden_states"], ["seen"], axes=[2], keepdims=0),
        helper.make_node("Round", ["seen"], ["whole"]),
        helper.make_node("Cast", ["whole"], ["value"], to=INT),
    ]
    total = "given"
    if cache:
        past = "past_key_values.0.decoder.key"
        inputs += [_value(past, FLOAT, "batch", 1, "past", 1), _value("use_cache_branch", BOOL, 1)]
        outputs += [_value("present.0.decoder.key", FLOAT, "batch", 1, "all", 1)]
        nodes += [
            helper.make_node("ReduceSum", [past, "all"], ["kept"], keepdims=0),
            helper.make_node("Cast", ["kept"], ["before"], to=INT),
            helper.make_node("Reshape", ["before", "column"], ["sum"]),
            helper.make_node("Add", ["given", "sum"], ["total"]),
            helper.make_node("Cast", ["given"], ["numbers"], to=FLOAT),
            helper.make_node("Reshape", ["numbers", "cell"], ["new"]),
            helper.make_node("Concat", [past, "new"], ["present.0.decoder.key"], axis=2),
        ]
        total = "total"
    nodes += [
        helper.make_node("Mul", [total, "seven"], ["product"]),
        helper.make_node("Add", ["product", "value"], ["sought"]),
        helper.make_node("Mod", ["sought", "size"], ["token"]),
        helper.make_node("OneHot", ["token", "size", "offon"], ["logits"], axis=-1),
    ]
    constants = [
        _constant("one", [1]),
        _constant("all", [1, 2, 3]),
        _constant("column", [-1, 1]),
        _constant("cell", [-1, 1, 1, 1]),
        _constant("seven", 7),
        _constant("size", VOCABULARY),
        _constant("offon", [0.0, 1.0], np.float32),
    ]
    return helper.make_graph(nodes, "decoder", inputs, outputs, constants)


@pytest.fixture
def save_writer(tmp_path: Path) -> Callable[..., Path]:
    """Saves an encoder-decoder in the layout of the Hub's exports."""

    def save(*, cache: bool = False, words: bool = True, **generation: Any) -> Path:
        folder = tmp_path / "writer"
        name = "decoder_model_merged" if cache else "decoder_model"
        _save(_encoder(), folder / "onnx" / "encoder_model.onnx")
        _save(_decoder(cache=cache), folder / "onnx" / f"{name}.onnx")
        config = {"architectures": ["VisionEncoderDecoderModel"], "model_type": "x"}
        processor = {"image_processor_type": "ViTFeatureExtractor", "size": 8}
        settings = {"decoder_start_token_id": START, "eos_token_id": END, **generation}
        for file, values in (
            ("config", config),
            ("preprocessor_config", processor),
            ("generation_config", settings),
        ):
            (folder / f"{file}.json").write_text(json.dumps(values), encoding="utf-8")
        if words:
            save_tokenizer(folder)
        return folder

    return save


def expected(length: int, value: int) -> str:
    """What the rule of `_decoder` writes."""
    tokens = [START]
    while len(tokens) < length and tokens[-1] != END:
        tokens.append((7 * sum(tokens) + value) % VOCABULARY)
    words = [WORDS[t - len(MARKS)] for t in tokens if t >= len(MARKS)]
    text = " ".join(words)
    for mark in ".,!":
        text = text.replace(f" {mark}", mark)
    return text.replace(" ' ", "'").replace(" 's", "'s")


def written(folder: Path, picture: Any = PICTURE) -> str:
    prediction = load_model(open_model(folder)).predict(picture).prediction
    assert isinstance(prediction, GeneratedText)
    return prediction.text


@pytest.mark.parametrize("cache", [False, True])
@pytest.mark.parametrize("beams", [1, 3])
def test_that_a_picture_is_written_about(
    save_writer: Callable[..., Path], cache: bool, beams: int
) -> None:
    folder = save_writer(cache=cache, max_length=9, num_beams=beams)
    assert open_model(folder).task == "image-to-text"
    # Red is 1 and -1 and -1 for the network: -3 as its mean times nine.
    assert written(folder) == expected(9, -3)
    assert written(folder, np.full((9, 5, 3), 255, np.uint8)) == expected(9, 9)
    assert len(written(folder).split()) > 3


def test_that_twenty_tokens_are_written_where_nothing_says_how_many(
    save_writer: Callable[..., Path],
) -> None:
    assert written(save_writer()) == expected(21, -3)


def test_that_all_parts_and_words_are_among_the_files(save_writer: Callable[..., Path]) -> None:
    folder = save_writer(cache=True)
    assert {name for name, _ in model_files(folder)} == {
        "onnx/encoder_model.onnx",
        "onnx/decoder_model_merged.onnx",
        "config.json",
        "preprocessor_config.json",
        "tokenizer.json",
        "tokenizer_config.json",
        "generation_config.json",
    }


def test_that_missing_words_are_told_of(save_writer: Callable[..., Path]) -> None:
    folder = save_writer(words=False)
    with pytest.raises(ModelFileError, match=r"tokenizer\.json is missing"):
        load_model(open_model(folder))


def test_that_damaged_words_are_told_of(save_writer: Callable[..., Path]) -> None:
    folder = save_writer()
    (folder / "tokenizer.json").write_text('{"model": 7}', encoding="utf-8")
    with pytest.raises(ModelFileError, match="is damaged or of a kind"):
        load_model(open_model(folder))


def test_that_words_of_a_byte_level_bpe_are_read_from_its_two_files(
    save_writer: Callable[..., Path],
) -> None:
    folder = save_writer(words=False, max_length=9)
    letters = {"<s>": 0, "<pad>": 1, "</s>": 2, "Ġ": 3, "a": 4}
    known = letters | {f"Ġ{n}": n for n in range(5, VOCABULARY)}
    (folder / "vocab.json").write_text(json.dumps(known), encoding="utf-8")
    (folder / "merges.txt").write_text("#version: 0.2\nĠ a\n", encoding="utf-8")
    (folder / "vocab.json").write_text(json.dumps(known | {"Ġa": 99}), encoding="utf-8")
    description = describe_model(folder)
    assert description.tokenizer == folder.absolute() / "vocab.json"
    assert {"vocab.json", "merges.txt"} <= {name for name, _ in model_files(folder)}
    assert all(word.isdigit() or word == "a" for word in written(folder).split())
    assert written(folder)


def test_that_a_decoder_that_wants_more_is_refused(save_writer: Callable[..., Path]) -> None:
    folder = save_writer()
    graph = _decoder(cache=False)
    graph.input.append(_value("labels", INT, "batch"))
    graph.node.append(helper.make_node("Identity", ["labels"], ["named"]))
    graph.output.append(_value("named", INT, "batch"))
    _save(graph, folder / "onnx" / "decoder_model.onnx")
    with pytest.raises(ModelFileError, match=r"more than a picture \(labels\)"):
        load_model(open_model(folder))


def test_that_a_past_that_never_comes_back_is_told_of(save_writer: Callable[..., Path]) -> None:
    folder = save_writer(cache=True)
    graph = _decoder(cache=True)
    del graph.output[1]
    _save(graph, folder / "onnx" / "decoder_model_merged.onnx")
    loaded = load_model(open_model(folder))
    with pytest.raises(ModelFileError, match="never gives it"):
        loaded.predict(PICTURE)


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"num_beams": 10**9}, "num_beams"),
        ({"eos_token_id": "x"}, "eos_token_id"),
        ({"decoder_start_token_id": None}, "decoder_start_token_id"),
        ({"repetition_penalty": 0}, "repetition_penalty"),
        ({"length_penalty": "long"}, "length_penalty"),
        ({"early_stopping": 3}, "early_stopping"),
        ({"bad_words_ids": 3}, "bad_words_ids"),
        ({"max_length": -1}, "max_length"),
    ],
)
def test_that_settings_that_cannot_be_right_are_refused(
    save_writer: Callable[..., Path], values: dict[str, Any], said: str
) -> None:
    with pytest.raises(ModelFileError, match=said):
        open_model(save_writer(**values))


def test_that_an_endless_text_is_ended(save_writer: Callable[..., Path]) -> None:
    settings = describe_model(save_writer(max_length=10**8)).generation
    assert settings is not None
    assert settings.max_length == 4096


async def test_that_words_come_through_the_worker_and_into_a_file(
    save_writer: Callable[..., Path], green_picture: str, tmp_path: Path
) -> None:
    folder = save_writer(cache=True, max_length=9)
    target = tmp_path / "saved"
    target.mkdir()
    async with serving() as service:
        model = await service.open(str(folder))
        result = await service.predict(model, green_picture, threshold=0, save_to=target)
    assert isinstance(result.prediction, GeneratedText)
    assert result.prediction.text == written(folder, read_image(Path(green_picture)).pixels)
    assert (target / "green.txt").read_text("utf-8") == f"{result.prediction.text}\n"


def test_that_writing_is_stopped_between_two_tokens(save_writer: Callable[..., Path]) -> None:
    # The mark that would end it never comes: what it writes is forbidden to end.
    folder = save_writer(max_length=1024, min_length=1024, num_beams=32)
    loaded = load_model(open_model(folder))
    ended: list[BaseException] = []

    def run() -> None:
        try:
            loaded.predict(PICTURE)
        except Terminated as stopped:
            ended.append(stopped)

    thread = threading.Thread(target=run)
    thread.start()
    while thread.is_alive():  # as the worker does: between two tokens there is nothing to stop
        loaded.terminate()
        thread.join(0.001)
    assert len(ended) == 1


async def test_that_cancelling_stops_a_text_that_was_told_of_and_keeps_the_worker(
    save_writer: Callable[..., Path], green_picture: str
) -> None:
    endless = save_writer(max_length=4096, min_length=4096, num_beams=16)
    async with serving() as service:
        service._client._cancel_grace = 30.0  # a soft cancel that works needs far less
        model = await service.open(str(endless))
        told: asyncio.Queue[PictureProgress] = asyncio.Queue()
        service.watch(told.put_nowait)
        run = asyncio.create_task(service.predict(model, green_picture, threshold=0, save_to=None))
        progress = await told.get()
        assert 0 < progress.done < progress.total == 4095
        worker = service.worker_pid
        run.cancel()
        with pytest.raises(asyncio.CancelledError):
            await run
        await service.load(model)
        assert service.worker_pid == worker
