"""What people type and paste to name a model."""

from __future__ import annotations

import pytest

from ailab.services.hub.hub_errors import InvalidModelIdError
from ailab.services.hub.model_id import is_model_id, parse_model_id

VIT = "google/vit-base-patch16-224"


@pytest.mark.parametrize(
    "text",
    [
        VIT,
        f"  {VIT}\n",
        f"`{VIT}`",
        f"<https://huggingface.co/{VIT}>",
        f"https://huggingface.co/{VIT}",
        f"http://www.huggingface.co/{VIT}/",
        f"huggingface.co/{VIT}",
        f"HF.co/{VIT}",
        f"https://hf.co/{VIT}?library=transformers#usage",
        f"https://huggingface.co/{VIT}/tree/main",
        f"https://huggingface.co/{VIT}/blob/main/onnx/model.onnx",
        f"https://huggingface.co/{VIT}/resolve/main/config.json?download=true",
        f"https://huggingface.co/{VIT}/discussions/3",
        f"https://huggingface.co/{VIT}.git",
        f"https://me:secret@huggingface.co/{VIT}",
        "https://huggingface.co/google/vit%2Dbase%2Dpatch16%2D224",
    ],
)
def test_that_every_way_to_name_a_model_gives_its_id(text: str) -> None:
    assert parse_model_id(text) == VIT


@pytest.mark.parametrize("text", ["gpt2", "https://huggingface.co/gpt2/tree/main", "hf.co/gpt2"])
def test_that_an_old_model_needs_no_owner(text: str) -> None:
    assert parse_model_id(text) == "gpt2"


@pytest.mark.parametrize("endpoint", ["http://127.0.0.1:8080", "https://hub.lab/base"])
def test_that_pages_of_the_hub_in_use_are_understood(endpoint: str) -> None:
    assert parse_model_id(f"{endpoint}/a/b/tree/main", endpoint) == "a/b"
    assert parse_model_id(f"{endpoint.partition('://')[2]}/a/b", endpoint) == "a/b"


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "No model is named"),
        ("   ", "No model is named"),
        ("a b", "only letters, digits"),
        ("modèle/été", "only letters, digits"),
        ("a/b/c", "at most one"),
        ("a/", "missing"),
        ("/b", "missing"),
        ("a--b/c", "no “--”"),
        ("../../etc/passwd", "at most one"),
        ("../passwd", "no “..”"),
        ("a/b.git", "does not end"),
        ("x" * 97, "96 characters"),
        ("-a/b", "begins and ends"),
        ("https://example.com/a/b", "page of example.com"),
        ("https://huggingface.co.evil.example/a/b", "page of huggingface.co.evil.example"),
        ("https://huggingface.co/", "not the page of a model"),
        ("https://huggingface.co/models?search=cells", "not the page of a model"),
        ("https://huggingface.co/a/b/c", "not the page of a model"),
        ("https://huggingface.co/datasets/a/b", "a data set"),
        ("https://huggingface.co/spaces/a/b", "a Space"),
        ("file:///etc/passwd", "not the address of a page"),
        ("http://[", "not a web address"),
        ("C:\\models\\a.onnx", "only letters, digits"),
    ],
)
def test_that_a_text_that_names_no_model_is_refused_with_its_reason(text: str, reason: str) -> None:
    with pytest.raises(InvalidModelIdError) as caught:
        parse_model_id(text)
    assert reason in caught.value.message
    assert "id such as" in caught.value.advice


@pytest.mark.parametrize("name", ["a/b", "a_b/c.d-e", "A/B", "x" * 96 + "/" + "y" * 96, "a/_b_"])
def test_that_valid_ids_are_taken(name: str) -> None:
    assert is_model_id(name)


def test_that_a_message_does_not_repeat_a_page_of_text() -> None:
    with pytest.raises(InvalidModelIdError) as caught:
        parse_model_id("no " * 10_000)
    assert len(caught.value.message) < 250
