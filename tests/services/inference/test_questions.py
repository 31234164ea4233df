"""What networks that write are asked, by files that may lie."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from tokenizers import Tokenizer, models

from ailab.services.inference.florence_tasks import florence_sentence
from ailab.services.inference.generation_settings import MOST_TOKENS, GenerationSettings
from ailab.services.inference.inference_errors import ModelFileError
from ailab.services.inference.kosmos_tasks import kosmos_command
from ailab.services.inference.question import Question, question_of
from ailab.services.inference.question_tokens import QuestionTokens
from ailab.services.inference.token_text import TokenText
from ailab.services.inference.writing_models import (
    BLIP_VQA,
    CHART_2_TABLE,
    FLORENCE_2,
    GOT_OCR_2,
    INSTRUCT_BLIP,
    KOSMOS_2,
    KOSMOS_2_5,
    PALI_GEMMA,
)
from ailab.services.inference.written_fields import fields_text
from tiny_networks.word_tokens import FIELDS, VOCABULARY, save_tokenizer

GOT = ("<|im_start|>", "<|im_end|>", "<img>", "</img>", "<imgpad>")
PAD = VOCABULARY + 4
FLORENCE = {"architectures": ["Florence2ForConditionalGeneration"]}
DONUT: dict[str, Any] = {
    "architectures": ["VisionEncoderDecoderModel"],
    "encoder": {"model_type": "donut-swin"},
}


def tokens_of(folder: Path, question: Question) -> QuestionTokens:
    words = TokenText(folder / "tokenizer.json")
    return QuestionTokens(question, words.tokenizer, words.mark)


def test_that_the_files_say_how_many_words_a_picture_stands_for() -> None:
    found = question_of({**FLORENCE, "image_token_id": 9}, {}, {"image_seq_length": 5})
    assert found == Question(FLORENCE_2, 5, 9)
    assert question_of(FLORENCE, {}, {}) == Question(FLORENCE_2, 577)
    assert question_of({"architectures": ["GitForCausalLM"]}, {}, {}) is None
    assert question_of({}, {}, {}) is None
    assert question_of(DONUT, {}, {"image_processor_type": "NougatImageProcessor"}) is None


def test_that_an_export_of_florence_has_no_words_for_the_picture(tmp_path: Path) -> None:
    export = question_of(
        {**FLORENCE, "image_token_id": 9}, {}, {"image_seq_length": 5}, is_export=True
    )
    assert export == Question(FLORENCE_2)
    gemma = {"architectures": ["PaliGemmaForConditionalGeneration"], "num_image_tokens": 7}
    assert question_of(gemma, {}, {}, is_export=True) == Question(PALI_GEMMA, 7)
    save_tokenizer(tmp_path)
    assert tokens_of(tmp_path, Question(FLORENCE_2)).feeds("cat")["input_ids"] == [1, 6, 2]


@pytest.mark.parametrize("places", [-1, 10**9, "many", 2.5, True])
def test_that_impossible_numbers_of_words_are_refused(places: object) -> None:
    with pytest.raises(ModelFileError, match="how many words a picture stands for"):
        question_of(FLORENCE, {}, {"image_seq_length": places})


@pytest.mark.parametrize("token", [-1, 2**40, "five", True])
def test_that_impossible_tokens_are_passed_over(token: object) -> None:
    florence = question_of({**FLORENCE, "image_token_id": token}, {}, {})
    donut = question_of(DONUT, {"decoder_start_token_id": token}, {})
    assert florence is not None
    assert donut is not None
    assert florence.place is donut.begins_with is None


@pytest.mark.parametrize("form", [FLORENCE_2, PALI_GEMMA])
def test_that_a_tokenizer_without_a_word_for_the_picture_is_refused(
    tmp_path: Path, form: str
) -> None:
    save_tokenizer(tmp_path)
    for place in (None, 10**6):
        with pytest.raises(ModelFileError, match="no word that stands for the picture"):
            tokens_of(tmp_path, Question(form, 3, place)).feeds()


def test_that_the_pictures_places_are_written_out(tmp_path: Path) -> None:
    save_tokenizer(tmp_path, ("<image>", "</image>"))
    feeds = tokens_of(tmp_path, Question(PALI_GEMMA, 3, VOCABULARY)).feeds("cat")
    assert list(feeds["input_ids"]) == [VOCABULARY] * 3 + [1, 6]
    feeds = tokens_of(tmp_path, Question(KOSMOS_2, 2)).feeds("cat")
    assert list(feeds["input_ids"]) == [1, VOCABULARY, 4, 5, VOCABULARY + 1, 6]
    assert list(feeds["image_embeds_position_mask"]) == [0, 0, 1, 1, 0, 0]


@pytest.mark.parametrize(
    ("asked", "command"),
    [("", "<ocr>"), ("<md>", "<md>"), ("<md>a cat", "<md>a cat"), ("a {} cat", None)],
)
def test_that_kosmos_is_told_to_read_unless_it_is_asked(asked: str, command: str | None) -> None:
    found = kosmos_command(asked)
    assert found == command or (found.startswith("<md>A chat ") and " USER: a {} cat ASS" in found)


def test_that_of_lines_with_places_the_words_remain(tmp_path: Path) -> None:
    save_tokenizer(tmp_path, ("<image>", "</image>"))
    question = tokens_of(tmp_path, Question(KOSMOS_2_5, 2))
    feeds = question.feeds("cat")
    assert list(feeds["input_ids"])[:5] == [1, VOCABULARY, 1, 1, VOCABULARY + 1]
    assert list(feeds["image_embeds_position_mask"])[:6] == [0, -1, 1, 1, -1, 0]
    said = "<bbox><x_1><y_2><x_3><y_4></bbox>1 < 2\n<bbox><x_1></bbox>Total\n"
    assert question.answer(said) == "1 < 2\nTotal"


def test_that_words_which_a_tokenizer_cannot_read_are_told_of(tmp_path: Path) -> None:
    tokenizer = Tokenizer(models.WordLevel({"<image>": 0}, unk_token="<none>"))
    tokenizer.save(str(tmp_path / "tokenizer.json"))
    with pytest.raises(ModelFileError, match="cannot turn the question"):
        tokens_of(tmp_path, Question(PALI_GEMMA, 1, 0)).feeds("cat")


def test_that_fields_within_fields_without_end_are_survived() -> None:
    deep = "".join(f"<s_{number}>" for number in range(3000))
    deep += "".join(f"</s_{number}>" for number in reversed(range(3000)))
    assert len(fields_text(deep, FIELDS)) > 1000
    json.loads(fields_text("<s_name>a</s_name><sep/>" * 400, FIELDS))


@pytest.mark.parametrize(
    ("settings", "most"),
    [
        (GenerationSettings((0,), max_length=20, counts_start=True), 20),
        (GenerationSettings((0,), max_length=21), MOST_TOKENS),
    ],
)
def test_that_a_question_which_leaves_no_room_for_an_answer_is_refused(
    settings: GenerationSettings, most: int
) -> None:
    assert settings.beginning_with((1,) * (most - 1)).max_length == most
    with pytest.raises(ModelFileError, match=f"takes {most} at most"):
        settings.beginning_with((1,) * most)


def test_that_instruct_blips_question_goes_through_both_tokenizers(tmp_path: Path) -> None:
    save_tokenizer(tmp_path, ("<image>",))
    save_tokenizer(tmp_path / "second", words=["dog", "cat"], is_whole=True)
    words = TokenText(tmp_path / "tokenizer.json")
    second = TokenText(tmp_path / "second" / "tokenizer.json").tokenizer
    config = {
        "architectures": ["InstructBlipForConditionalGeneration"],
        "num_query_tokens": 2,
        "image_token_index": VOCABULARY,
        "qformer_config": {"max_position_embeddings": 4},
    }
    question = question_of(config, {}, {})
    assert question == Question(INSTRUCT_BLIP, 2, VOCABULARY, longest=4)
    tokens = QuestionTokens(question, words.tokenizer, words.mark, second)
    feeds = tokens.feeds("cat dog")
    assert list(feeds["input_ids"]) == [VOCABULARY, VOCABULARY, 6, 7]
    assert list(feeds["qformer_input_ids"]) == [1, 5, 4, 2]
    assert list(feeds["qformer_attention_mask"]) == [1] * 4
    with pytest.raises(ModelFileError, match="5 words and signs") as told:
        tokens.feeds("cat dog cat")
    assert "fewer words" in told.value.advice
    with pytest.raises(ModelFileError, match=r"missing: qformer_tokenizer/tokenizer\.json"):
        QuestionTokens(question, words.tokenizer, words.mark)


def test_that_blip_reads_a_question_between_its_marks_and_no_longer_one_than_it_can(
    tmp_path: Path,
) -> None:
    save_tokenizer(tmp_path, is_whole=True)
    config = {
        "architectures": ["BlipForQuestionAnswering"],
        "text_config": {"max_position_embeddings": 4},
    }
    question = question_of(config, {}, {})
    assert question == Question(BLIP_VQA, longest=4)
    tokens = tokens_of(tmp_path, question)
    assert tokens.feeds("cat dog") == {"input_ids": [1, 6, 7, 2], "attention_mask": [1] * 4}
    with pytest.raises(ModelFileError, match="5 words and signs"):
        tokens.feeds("cat dog cat")
    assert question_of({"architectures": ["BlipForQuestionAnswering"]}, {}, {}) == Question(
        BLIP_VQA
    )


def test_that_a_picture_in_pieces_is_asked_about_with_tokens_for_each(tmp_path: Path) -> None:
    save_tokenizer(tmp_path, GOT)
    config = {"architectures": ["GotOcr2ForConditionalGeneration"], "image_token_index": PAD}
    question = question_of(config, {}, {"num_image_tokens": 2})
    assert question == Question(GOT_OCR_2, 2, PAD)
    whole = tokens_of(tmp_path, question)
    assert whole.wants_pieces("OCR upon the patch reference:")
    assert not whole.wants_pieces("OCR with format:")
    assert list(whole.about(7).feeds("cat")["input_ids"]).count(PAD) == 14
    chart = question_of({**config, "model_type": "pp_chart2table"}, {}, {"num_image_tokens": 2})
    assert chart == Question(CHART_2_TABLE, 2, PAD)
    assert not tokens_of(tmp_path, chart).wants_pieces("OCR upon the patch reference:")


@pytest.mark.parametrize(
    ("asked", "read"),
    [
        ("", "What does the image describe?"),
        ("<OD>", "Locate the objects with category name in the image."),
        ("<OPEN_VOCABULARY_DETECTION> a cat", "Locate a cat in the image."),
        ("is it red?", "is it red?"),
    ],
)
def test_that_florence_is_asked_in_sentences(asked: str, read: str) -> None:
    assert florence_sentence(asked) == read
