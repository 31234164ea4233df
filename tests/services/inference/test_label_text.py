"""Names of classes in the forms in which they go round."""

from __future__ import annotations

from pathlib import Path

import pytest

from ailab.services.inference.inference_errors import ModelFileError
from ailab.services.inference.label_file import count_labels, read_label_file
from ailab.services.inference.label_text import labels_in


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("{0: 'tench, Tinca tinca',\n 1: \"darner, devil's needle\"}\n", 2),
        ("{0:'a: b, {c}',1:'d',}", 2),
        ('{"0": "tench", "1": "gold\\u0066ish"}', 2),
        ("{'0': 'it\\'s', '1': 'a\\\\b'}", 2),
        ("{0: 'one'}", 1),
    ],
)
def test_that_a_dictionary_from_class_to_name_is_read(text: str, count: int) -> None:
    found = labels_in(text)
    assert len(found) == count
    assert not any("0:" in name or name.startswith(("'", '"')) for name in found)


@pytest.mark.parametrize(
    "text",
    [
        '["tench", "goldfish"]',
        "['tench',\n 'goldfish',\n]\n",
        '{"0": ["n01440764", "tench"], "1": ["n01443537", "goldfish"]}',
    ],
)
def test_that_a_list_and_a_dictionary_to_pairs_are_read(text: str) -> None:
    assert labels_in(text) == ["tench", "goldfish"]


def test_that_names_keep_their_quotes_and_letters() -> None:
    text = "{0: \"jack-o'-lantern\", 1: 'it\\'s', 2: 'caf\\xe9', 3: 'a\\\\b', 4: ''}"
    assert labels_in(text) == ["jack-o'-lantern", "it's", "café", "a\\b", ""]


@pytest.mark.parametrize("text", ["{1: 'person', 2: 'bicycle'}", "{0: 'a', 0: 'b'}", "{7: 'a'}"])
def test_that_a_dictionary_of_other_classes_is_refused(text: str, tmp_path: Path) -> None:
    file = tmp_path / "names.txt"
    file.write_text(text)
    with pytest.raises(ModelFileError, match=r"names\.txt does not number its names 0, 1, 2"):
        read_label_file(file)


@pytest.mark.parametrize(
    "text",
    [
        "{0: 'a', 1: __import__('os')}",
        "{0: 'a' 1: 'b'}",
        "{0: 'a'\n1: 'b'}",
        "{0: ['n01', 'tench']}",
        "{}",
        "{braces}\ncat",
        "{0: 'a}",
        "n01440764 tench\ncat",
        "n01440764\nn01443537",
        "n0144 tench\nn0145 goldfish",
    ],
)
def test_that_all_else_is_a_name_a_line(text: str) -> None:
    assert labels_in(text) == text.splitlines()


def test_that_identifiers_before_all_names_are_left_out() -> None:
    text = "n01440764 tench, Tinca tinca\nn01443537\tgoldfish\n\n"
    assert labels_in(text) == ["tench, Tinca tinca", "goldfish"]


def test_that_a_huge_text_is_read_in_one_go() -> None:
    assert len(labels_in("{" + ",".join(f"{i}:'a'" for i in range(100_000)) + "}")) == 100_000
    for text in ("{" + " " * 1_000_000 + "}", "{0:" + "'\\" * 500_000 + "}", "{" * 500_000 + "}"):
        assert labels_in(text) == [text]


@pytest.mark.parametrize("name", ["imagenet1000_clsidx_to_labels", "synset"])
def test_that_lists_of_imagenet_name_the_same_classes(shared_dir: Path, name: str) -> None:
    file = shared_dir / "realdata" / "labels" / f"{name}.txt"
    names = read_label_file(file)
    assert count_labels(file) == len(names) == 1000
    assert names[0] == "tench, Tinca tinca"
    assert names[281] == "tabby, tabby cat"
    assert names[607] == "jack-o'-lantern"
    assert names[999].startswith("toilet tissue")
