"""MGP-STR as a graph: what is read with the tokenizers that are on this disk."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper, numpy_helper
from tokenizers import Tokenizer, decoders
from tokenizers.models import BPE, WordPiece
from worker_lab import serving

from ailab.services.inference.generated_text import GeneratedText
from ailab.services.inference.inference_errors import DescriptionError, ModelFileError
from ailab.services.inference.inference_service import InferenceService
from ailab.services.inference.loaded_model import load_model
from ailab.services.inference.open_model import model_files, open_model

COMMIT, OTHER = "a" * 40, "b" * 40
LETTERS = ("[GO]", "[s]", "a", "b")
GPT2, BERT = "models--openai-community--gpt2", "models--google-bert--bert-base-uncased"
PICTURE = np.zeros((20, 60, 3), np.uint8)


def a_model(folder: Path) -> Path:
    """A folder whose network reads “ab” by characters, “!!” by GPT-2's pieces, “cd” by BERT's."""
    (folder / "onnx").mkdir(parents=True)
    answers = {
        "char_logits": _steps((2, 3, 1), 0.6, len(LETTERS)),
        "bpe_logits": _steps((0, 0, 2), 0.7, 4),
        "wp_logits": _steps((103, 104, 102), 0.8, 105),
    }
    nodes = [
        helper.make_node("Constant", [], [name], value=numpy_helper.from_array(values))
        for name, values in answers.items()
    ]
    ports = [
        helper.make_tensor_value_info(name, TensorProto.FLOAT, list(shape))
        for name, shape in (
            ("pixel_values", (1, 3, 32, 128)),
            *((name, values.shape) for name, values in answers.items()),
        )
    ]
    graph = helper.make_graph(nodes, "reader", ports[:1], ports[1:])
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    onnx.save(model, folder / "onnx" / "model.onnx")
    described = {
        "config.json": {
            "architectures": ["MgpstrForSceneTextRecognition"],
            "model_type": "mgp-str",
        },
        "preprocessor_config.json": {
            "image_processor_type": "ViTImageProcessor",
            "do_normalize": False,
            "size": {"height": 32, "width": 128},
        },
        "vocab.json": {letter: number for number, letter in enumerate(LETTERS)},
    }
    for name, fields in described.items():
        (folder / name).write_text(json.dumps(fields))
    return folder


def _steps(best: tuple[int, ...], sure: float, count: int) -> np.ndarray:
    rows = np.full((1, len(best) + 1, count), (1 - sure) / (count - 1), np.float32)
    rows[0, range(len(best) + 1), (0, *best)] = sure
    return np.log(rows)


def tokenizer_of_gpt2(folder: Path) -> None:
    folder.mkdir(parents=True)
    tokenizer = Tokenizer(BPE({"!": 0, '"': 1, "#": 2, "$": 3}, []))
    tokenizer.decoder = decoders.ByteLevel()
    tokenizer.save(str(folder / "tokenizer.json"))


def tokenizer_of_bert(folder: Path) -> None:
    folder.mkdir(parents=True)
    words = [*(f"[unused{number}]" for number in range(102)), "[SEP]", "c", "##d"]
    vocabulary = {word: number for number, word in enumerate(words)}
    tokenizer = Tokenizer(WordPiece(vocabulary, unk_token="[unused0]"))
    tokenizer.decoder = decoders.WordPiece()
    tokenizer.save(str(folder / "tokenizer.json"))


def read(folder: Path) -> GeneratedText:
    found = load_model(open_model(folder)).predict(PICTURE).prediction
    assert isinstance(found, GeneratedText)
    return found


def check(folder: Path, text: str, score: float) -> None:
    found = read(folder)
    assert found.text == text
    assert found.score == pytest.approx(score, abs=1e-6)


def test_that_characters_alone_are_read_where_no_tokenizer_is_and_that_is_told(
    tmp_path: Path,
) -> None:
    folder = a_model(tmp_path / "reader")
    model = open_model(folder)
    assert "by its characters alone" in model.note
    assert "openai-community/gpt2 and google-bert/bert-base-uncased are not" in model.note
    assert "gpt2 and bert-base-uncased." in model.note
    check(folder, "ab", 0.6**3)


def test_that_tokenizers_in_the_models_own_folder_are_read(tmp_path: Path) -> None:
    folder = a_model(tmp_path / "reader")
    tokenizer_of_gpt2(folder / "gpt2")
    assert "its characters and one kind of pieces" in open_model(folder).note
    check(folder, "!!", 0.7**3)
    tokenizer_of_bert(folder / "bert-base-uncased")
    assert open_model(folder).note == ""
    check(folder, "cd", 0.8**3)
    names = [name for name, _ in model_files(folder)]
    assert {"gpt2/tokenizer.json", "bert-base-uncased/tokenizer.json", "vocab.json"} <= {*names}
    assert len(names) == len(set(names))


@pytest.mark.parametrize(
    ("gpt2", "bert"), [(GPT2, BERT), ("models--gpt2", "models--bert-base-uncased")]
)
def test_that_tokenizers_of_the_same_cache_are_read_under_both_names(
    tmp_path: Path, gpt2: str, bert: str
) -> None:
    folder = a_model(tmp_path / "hub" / "models--owner--reader" / "snapshots" / COMMIT)
    assert "Download the model again" in open_model(folder).note
    tokenizer_of_gpt2(tmp_path / "hub" / gpt2 / "snapshots" / COMMIT)
    tokenizer_of_bert(tmp_path / "hub" / bert / "snapshots" / COMMIT)
    assert open_model(folder).note == ""
    assert read(folder).text == "cd"
    names = [name for name, _ in model_files(folder)]
    assert names[-2:] == ["gpt2/tokenizer.json", "bert-base-uncased/tokenizer.json"]


def test_that_the_commit_of_the_main_branch_is_read(tmp_path: Path) -> None:
    folder = a_model(tmp_path / "hub" / "models--owner--reader" / "snapshots" / COMMIT)
    repo = tmp_path / "hub" / GPT2
    for commit in (COMMIT, OTHER):
        tokenizer_of_gpt2(repo / "snapshots" / commit)
    (repo / "refs").mkdir()
    (repo / "refs" / "main").write_text(OTHER)
    assert dict(model_files(folder))["gpt2/tokenizer.json"].parent.name == OTHER


def test_that_a_link_out_of_the_cache_is_not_followed(tmp_path: Path) -> None:
    folder = a_model(tmp_path / "hub" / "models--owner--reader" / "snapshots" / COMMIT)
    tokenizer_of_gpt2(tmp_path / "elsewhere")
    snapshot = tmp_path / "hub" / GPT2 / "snapshots" / COMMIT
    snapshot.mkdir(parents=True)
    (snapshot / "tokenizer.json").symlink_to(tmp_path / "elsewhere" / "tokenizer.json")
    assert "gpt2/tokenizer.json" not in dict(model_files(folder))


def test_that_a_tokenizer_of_fewer_pieces_than_the_network_knows_is_refused(
    tmp_path: Path,
) -> None:
    folder = a_model(tmp_path / "reader")
    (folder / "vocab.json").write_text(json.dumps({"[GO]": 0, "[s]": 1, "a": 2}))
    with pytest.raises(DescriptionError, match=r"vocab\.json names 3"):
        read(folder)


@pytest.mark.parametrize("words", [{"[GO]": 0, "a": "1"}, {"[GO]": 0, "a": 1_000_000}])
def test_that_a_damaged_list_of_characters_is_refused(
    tmp_path: Path, words: dict[str, object]
) -> None:
    folder = a_model(tmp_path / "reader")
    (folder / "vocab.json").write_text(json.dumps(words))
    with pytest.raises(ModelFileError, match=r"vocab\.json holds no list of characters"):
        read(folder)


def test_that_a_folder_without_characters_is_refused(tmp_path: Path) -> None:
    folder = a_model(tmp_path / "reader")
    (folder / "vocab.json").unlink()
    with pytest.raises(ModelFileError, match="do not say which characters"):
        open_model(folder)


@pytest.mark.parametrize("has_token", [False, True])
async def test_that_the_worker_reads_tokenizers_within_its_walls(
    tmp_path: Path, green_picture: str, has_token: bool
) -> None:
    cache = tmp_path / "hub"
    folder = a_model(cache / "models--owner--reader" / "snapshots" / COMMIT)
    tokenizer_of_bert(cache / BERT / "snapshots" / COMMIT)
    if has_token:  # of such a cache, only repositories may be read
        (cache / "token").touch()
    async with serving() as service:
        assert await text_of(service, folder, green_picture) == "cd"


async def test_that_a_tokenizer_that_came_later_is_read_in_the_next_run(
    tmp_path: Path, green_picture: str
) -> None:
    folder = a_model(tmp_path / "hub" / "models--owner--reader" / "snapshots" / COMMIT)
    async with serving() as service:
        assert await text_of(service, folder, green_picture) == "ab"
        tokenizer_of_gpt2(tmp_path / "hub" / GPT2 / "snapshots" / COMMIT)
        assert await text_of(service, folder, green_picture) == "!!"


async def text_of(service: InferenceService, folder: Path, picture: str) -> str:
    opened = await service.open(str(folder))
    result = await service.predict(opened, picture, threshold=0.0, save_to=None)
    assert isinstance(result.prediction, GeneratedText)
    return result.prediction.text
