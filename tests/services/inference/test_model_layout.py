"""Which files of a repository a run needs, where a network has several parts."""

from __future__ import annotations

import pytest

from ailab.services.inference.engine_table import ONNX
from ailab.services.inference.model_layout import find_layout, find_layouts, layout_around

DESCRIBED = ["config.json", "preprocessor_config.json"]
SAM = [
    *DESCRIBED,
    "onnx/vision_encoder.onnx",
    "onnx/vision_encoder_fp16.onnx",
    "onnx/vision_encoder_quantized.onnx",
    "onnx/prompt_encoder_mask_decoder.onnx",
    "onnx/prompt_encoder_mask_decoder_quantized.onnx",
]
CAPTIONS = [
    *DESCRIBED,
    "tokenizer.json",
    "generation_config.json",
    "onnx/encoder_model.onnx",
    "onnx/encoder_model.onnx_data",
    "onnx/decoder_model.onnx",
    "onnx/decoder_model_merged.onnx",
    "onnx/decoder_with_past_model.onnx",
]


SEES, READS = "onnx/vision_encoder", "onnx/embed_tokens"
ENCODES, MERGED = "onnx/encoder_model", "onnx/decoder_model_merged"
BEGINS, GOES_ON = "onnx/decoder_model", "onnx/decoder_with_past_model"
FLORENCE = [
    *DESCRIBED,
    "tokenizer.json",
    *(
        f"{stem}{suffix}.onnx"
        for stem in (SEES, READS, ENCODES, MERGED, BEGINS, GOES_ON)
        for suffix in ("", "_fp16", "_q4", "_q4f16")
    ),
]
"""As onnx-community/Florence-2-base-ft."""


def test_that_all_parts_of_one_variant_are_needed() -> None:
    layout = find_layout(SAM)
    assert layout is not None
    assert layout.parts == (
        ("vision", "onnx/vision_encoder.onnx"),
        ("decoder", "onnx/prompt_encoder_mask_decoder.onnx"),
    )
    assert layout.weights == "onnx/vision_encoder.onnx"
    assert set(layout.files) == {*DESCRIBED, *(path for _, path in layout.parts)}


def test_that_a_variant_that_lacks_a_part_is_none() -> None:
    assert [layout.variant for layout in find_layouts(SAM)] == ["fp32", "q8"]
    layout = find_layout(SAM, "q8")
    assert layout is not None
    assert dict(layout.parts)["decoder"] == "onnx/prompt_encoder_mask_decoder_quantized.onnx"


def test_that_the_merged_decoder_is_taken_and_the_words_come_along() -> None:
    layout = find_layout(CAPTIONS)
    assert layout is not None
    assert dict(layout.parts) == {
        "encoder": "onnx/encoder_model.onnx",
        "decoder": "onnx/decoder_model_merged.onnx",
    }
    assert layout.external_data == ("onnx/encoder_model.onnx_data",)
    assert layout.texts == ("tokenizer.json", "generation_config.json")
    assert layout.tokenizer == "tokenizer.json"
    assert layout.weight_files == (
        "onnx/encoder_model.onnx",
        "onnx/decoder_model_merged.onnx",
        "onnx/encoder_model.onnx_data",
    )


def test_that_a_decoder_that_is_not_merged_does_too() -> None:
    layout = find_layout([path for path in CAPTIONS if "merged" not in path])
    assert layout is not None
    assert layout.part_files == (
        "onnx/encoder_model.onnx",
        "onnx/decoder_model.onnx",
        "onnx/decoder_with_past_model.onnx",
    )
    (alone,) = find_layouts([f"{ENCODES}.onnx", f"{BEGINS}.onnx"])
    assert dict(alone.parts) == {"encoder": f"{ENCODES}.onnx", "decoder": f"{BEGINS}.onnx"}


def test_that_a_network_that_sees_reads_and_writes_has_all_its_parts() -> None:
    layout = find_layout(FLORENCE)
    assert layout is not None
    assert dict(layout.parts) == {
        "vision": f"{SEES}.onnx",
        "tokens": f"{READS}.onnx",
        "encoder": f"{ENCODES}.onnx",
        "decoder": f"{MERGED}.onnx",
    }
    assert [each.variant for each in find_layouts(FLORENCE)] == ["fp32", "fp16", "q4", "q4f16"]
    gemma = find_layout([path for path in FLORENCE if "encoder_model" not in path], "q4")
    assert gemma is not None
    assert gemma.part_files == (f"{SEES}_q4.onnx", f"{READS}_q4.onnx", f"{MERGED}_q4.onnx")


@pytest.mark.parametrize("suffix", ["_fp16", "_q4f16"])
def test_that_a_decoder_in_half_precision_is_taken_as_two_files(suffix: str) -> None:
    layout = find_layout(FLORENCE, suffix.removeprefix("_"))
    assert layout is not None
    parts = dict(layout.parts)
    assert parts["decoder"] == f"{BEGINS}{suffix}.onnx"
    assert parts["decoder_with_past"] == f"{GOES_ON}{suffix}.onnx"
    lacking = [path for path in FLORENCE if GOES_ON not in path]
    merged = find_layout(lacking, suffix.removeprefix("_"))
    assert merged is not None
    assert dict(merged.parts)["decoder"] == f"{MERGED}{suffix}.onnx"


def test_that_a_part_of_a_larger_network_is_no_network() -> None:
    there = [*FLORENCE, f"{ENCODES}_int8.onnx", f"{MERGED}_int8.onnx"]
    assert [each.variant for each in find_layouts(there)] == ["fp32", "fp16", "q4", "q4f16"]
    assert find_layouts([f"{SEES}.onnx", f"{READS}.onnx"]) == ()


HALVES = [
    *DESCRIBED,
    "tokenizer.json",
    "onnx/text_model.onnx",
    "onnx/text_model_quantized.onnx",
    "onnx/vision_model.onnx",
    "onnx/vision_model.onnx_data",
    "onnx/vision_model_quantized.onnx",
    "onnx/vision_model_fp16.onnx",
]
"""As Xenova/mobileclip_s0, but for a variant of which one half is missing."""


def test_that_what_sees_and_what_reads_go_together() -> None:
    layout = find_layout(HALVES)
    assert layout is not None
    assert layout.parts == (("model", "onnx/vision_model.onnx"), ("words", "onnx/text_model.onnx"))
    assert layout.external_data == ("onnx/vision_model.onnx_data",)
    assert (layout.variant, layout.tokenizer) == ("fp32", "tokenizer.json")
    assert not layout.sees_alone
    names = ["fp32", "q8", "vision_model", "vision_model_fp16", "vision_model_quantized"]
    assert [each.variant for each in find_layouts(HALVES)] == names
    whole = find_layout([*HALVES, "onnx/model_q4.onnx"])
    assert whole is not None
    assert whole.weights == "onnx/model_q4.onnx"


def test_that_what_sees_is_taken_alone_where_it_is_alone_or_asked_for() -> None:
    there = [path for path in HALVES if "text_model" not in path]
    assert [each.variant for each in find_layouts(there)] == ["fp32", "fp16", "q8"]
    asked = find_layout(HALVES, "vision_model_fp16")
    for layout in (find_layout(there), asked, layout_around("onnx/vision_model.onnx", HALVES)):
        assert layout is not None
        assert layout.sees_alone
        assert len(layout.part_files) == 1
        assert layout.tokenizer is None
    assert asked is not None
    assert set(asked.files) == {*DESCRIBED, "onnx/vision_model_fp16.onnx"}
    assert find_layout(there, "vision_model_q4") is None


def test_that_a_network_that_is_whole_in_one_comes_first() -> None:
    layout = find_layout([*SAM, "onnx/model.onnx"])
    assert layout is not None
    assert (layout.weights, layout.parts) == ("onnx/model.onnx", ())


@pytest.mark.parametrize(
    ("there", "tokenizer", "texts"),
    [
        (["tokenizer.json", "vocab.json", "merges.txt"], "tokenizer.json", ("tokenizer.json",)),
        (["vocab.json", "merges.txt"], "vocab.json", ("vocab.json", "merges.txt")),
        (
            ["vocab.txt", "tokenizer_config.json"],
            "vocab.txt",
            ("vocab.txt", "tokenizer_config.json"),
        ),
        (["vocab.json"], None, ("vocab.json",)),  # a list of characters, it may be
        (["spiece.model"], None, ()),
    ],
)
def test_that_a_vocabulary_is_fetched_only_in_place_of_a_tokenizer(
    there: list[str], tokenizer: str | None, texts: tuple[str, ...]
) -> None:
    layout = find_layout([*DESCRIBED, "model.safetensors", *there])
    assert layout is not None
    assert (layout.tokenizer, layout.texts) == (tokenizer, texts)
    assert set(texts) <= set(layout.files)


@pytest.mark.parametrize("there", [[], ["preprocessor_config.json"]])
def test_that_the_newer_processors_file_says_the_same(there: list[str]) -> None:
    layout = find_layout(["config.json", "processor_config.json", "model.safetensors", *there])
    assert layout is not None
    assert layout.preprocessor == (there or ["processor_config.json"])[0]


def test_that_a_single_graph_is_taken_whatever_its_name() -> None:
    layout = find_layout([*DESCRIBED, "onnx/yolos-tiny.onnx", "onnx/yolos-tiny.ailab.json"])
    assert layout is not None
    assert (layout.weights, layout.sheet) == ("onnx/yolos-tiny.onnx", "onnx/yolos-tiny.ailab.json")
    several = [*DESCRIBED, "onnx/small.onnx", "onnx/large.onnx"]
    assert find_layout(several) is None
    assert [each.variant for each in find_layouts(several)] == ["large", "small"]
    assert find_layout([*several, "root.onnx"]) == find_layout([*DESCRIBED, "root.onnx"])
    for half in ("vision_encoder_fp16", "text_model", "decoder_model_merged_quantized"):
        assert find_layouts([*DESCRIBED, f"onnx/{half}.onnx"]) == ()


def test_that_other_names_of_the_same_precision_are_known() -> None:
    there = [*DESCRIBED, "onnx/model_fp32.onnx", "onnx/model_bf16.onnx", "onnx/model_q4.onnx"]
    assert [each.variant for each in find_layouts(there)] == ["fp32", "q4", "bf16"]
    both = find_layout([*there, "onnx/model.onnx"])
    assert both is not None
    assert both.weights == "onnx/model.onnx"


def test_that_parts_of_several_variants_go_together_where_none_is_whole() -> None:
    parts = ["onnx/encoder_model_fp16.onnx", "onnx/decoder_model_merged_int8.onnx"]
    (layout,) = find_layouts([*DESCRIBED, *parts, "onnx/decoder_model_q4.onnx"])
    assert [path for _, path in layout.parts] == parts
    assert layout.variant == "fp16"
    whole = ["onnx/encoder_model_q4.onnx", "onnx/decoder_model_q4.onnx"]
    assert [each.variant for each in find_layouts([*DESCRIBED, *parts, *whole])] == ["q4"]


def test_that_data_of_another_name_belongs_to_the_only_graph_beside_it() -> None:
    data = ["onnx/network.onnx_data", "onnx/weights.data"]
    layout = find_layout([*DESCRIBED, "onnx/model.onnx", *data, "other.data", "onnx/notes.txt"])
    assert layout is not None
    assert layout.external_data == tuple(data)
    two = find_layout([*DESCRIBED, "onnx/model.onnx", "onnx/model_fp16.onnx", *data])
    assert two is not None
    assert two.external_data == ()


def test_that_data_of_other_names_is_added_once_and_takes_no_other_file() -> None:
    layout = find_layout(CAPTIONS)
    assert layout is not None
    named = ["onnx/bias", "onnx/encoder_model.onnx_data", "onnx/encoder_model.onnx", "config.json"]
    whole = layout.with_data(named)
    assert whole.external_data == ("onnx/bias", "onnx/encoder_model.onnx_data")
    assert sorted(whole.files) == sorted({*layout.files, "onnx/bias"})


INSTRUCTED = [
    *DESCRIBED,
    "generation_config.json",
    "model.safetensors",
    "tokenizer.json",
    "qformer_tokenizer/special_tokens_map.json",
    "qformer_tokenizer/tokenizer_config.json",
    "qformer_tokenizer/vocab.txt",
]


def test_that_the_words_of_a_second_tokenizer_are_needed_too() -> None:
    layout = find_layout([*INSTRUCTED, "qformer_tokenizer/added_tokens.json"])
    assert layout is not None
    assert set(layout.files) == set(INSTRUCTED)
    assert layout.tokenizer == "tokenizer.json"
    assert layout.qformer_tokenizer == "qformer_tokenizer/vocab.txt"
    whole = find_layout([*INSTRUCTED, "qformer_tokenizer/tokenizer.json"])
    assert whole is not None
    assert whole.qformer_tokenizer == "qformer_tokenizer/tokenizer.json"
    assert "qformer_tokenizer/vocab.txt" not in whole.files
    other = find_layout(CAPTIONS)
    assert other is not None
    assert other.qformer_tokenizer is None


def test_that_a_file_named_in_capitals_is_onnx_with_the_sheet_beside_it() -> None:
    layout = layout_around("NET.ONNX", ["NET.ONNX", "NET.ailab.json", "labels.txt"])
    assert (layout.engine, layout.variant, layout.sheet) == (ONNX, "NET", "NET.ailab.json")
    assert layout.labels == ("labels.txt",)
