"""The tab of the layers: only what is opened is made, and what is open stays so."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PyQt6.QtCore import QModelIndex
from PyQt6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from ailab.services.architecture.config_sheet import ConfigSheet
from ailab.services.architecture.found_layers import find_layers
from ailab.services.architecture.network_outline import NetworkOutline, TensorInfo
from ailab.services.problem import Problem
from ailab.viewmodels.model_pages import ModelPagesViewModel
from ailab.viewmodels.model_pages_state import DetailsPage, ModelPagesState, PagePart
from ailab.views.model_architecture_page import ModelArchitecturePage
from ailab.views.model_architecture_rows import summary_rows
from fakes import FakeHub, a_model, details_of

DETAILS = details_of(a_model(), "m.onnx")


def outline_of(layers: int, *, is_whole: bool = True) -> NetworkOutline:
    names = (f"part{n // 10}.layer{n}.{kind}" for n in range(layers) for kind in ("w", "b"))
    tensors = tuple(TensorInfo(name, "FLOAT", (2, 2)) for name in names)
    return NetworkOutline("m.onnx", tensors, is_whole=is_whole)


def state_with(outline: NetworkOutline, search: str = "") -> ModelPagesState:
    return ModelPagesState(
        page=DetailsPage.ARCHITECTURE,
        details=DETAILS,
        weights=("m.onnx",),
        weights_path="m.onnx",
        layers=PagePart(find_layers(outline, search), is_loaded=True),
        layer_search=search,
    )


def reading(outline: NetworkOutline) -> ModelPagesState:
    state = state_with(outline)
    return replace(state, layers=PagePart(state.layers.value, is_loading=True))


@pytest.fixture
def page(dressed: QApplication, qtbot: QtBot) -> ModelArchitecturePage:
    page = ModelArchitecturePage(ModelPagesViewModel(FakeHub()))
    qtbot.addWidget(page)
    page.resize(400, 700)
    page.show()
    return page


def opened(page: ModelArchitecturePage) -> list[str]:
    """The names of all rows that are in the tree's view, above and below included."""
    found, index = [], page.layers.rows.index(0, 0)
    while index.isValid():
        found.append(index.data())
        index = page.layers.indexBelow(index)
    return found


def test_that_few_layers_are_all_open(page: ModelArchitecturePage) -> None:
    page.show_pages(state_with(outline_of(2)))
    assert opened(page) == ["part0", "layer0", "w", "b", "layer1", "w", "b"]


def test_that_rows_of_a_large_network_are_made_when_they_are_opened(
    page: ModelArchitecturePage,
) -> None:
    page.show_pages(state_with(outline_of(10_000)))
    tree = page.layers
    assert len(opened(page)) < 100
    assert len(tree.rows._nodes) < 100, "20,000 would hold the window up"
    first = tree.rows.index(0, 0)
    assert tree.rows.hasChildren(first)
    tree.expand(first)
    assert 1 < tree.rows.rowCount(first) < 100
    tree.expandToDepth(0)
    leaf = first
    while tree.rows.hasChildren(leaf):
        leaf = tree.rows.index(0, 0, leaf)
    assert leaf.data() == "w"
    assert tree.rows.rowCount(leaf) == 0
    assert leaf.parent().parent().isValid()


def test_that_what_is_open_stays_open_while_reading_goes_on(page: ModelArchitecturePage) -> None:
    page.show_pages(reading(outline_of(70, is_whole=False)))
    assert "Reading on… 140 tensors, 560 parameters so far" in page.words
    tree = page.layers
    tree.collapseAll()
    part = tree.rows.index(3, 0)
    tree.expand(part)
    tree.expand(tree.rows.index(1, 0, part))
    before = opened(page)
    assert before[3:8] == ["part3", "layer30", "layer31", "w", "b"]
    page.show_pages(reading(outline_of(90, is_whole=False)))
    assert opened(page)[: len(before)] == before
    assert opened(page)[len(before) :] == ["part7", "part8"]
    page.show_pages(state_with(outline_of(100)))
    assert opened(page)[: len(before)] == before
    assert page.words == "200 tensors, 800 parameters"


def test_that_layers_read_before_a_failure_are_said_to_be_not_all(
    page: ModelArchitecturePage,
) -> None:
    state = reading(outline_of(70, is_whole=False))
    layers = replace(state.layers, is_loading=False, problem=Problem("No network.", "Check it."))
    page.show_pages(replace(state, layers=layers))
    assert "140 tensors, 560 parameters until reading failed" in page.words
    assert "No network." in page.words
    assert page.retry.isVisible()
    assert page.layers.isVisible()


def test_that_a_search_is_asked_for_once_it_rests_and_forgotten_with_the_model(
    page: ModelArchitecturePage, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []
    monkeypatch.setattr(page._pages, "search_layers", asked.append)
    page.show_pages(state_with(outline_of(100)))
    page.search.setText("LAYER9")
    page.show_pages(reading(outline_of(100)))
    assert page.search.text() == "LAYER9", "what is being typed stays"
    page._on_search_rests()
    assert asked == ["LAYER9"]
    page.show_pages(state_with(outline_of(100), "LAYER9"))
    assert "22 of 200 tensors" in page.words
    assert opened(page)[:3] == ["part0.layer9", "w", "b"]
    page.show_pages(ModelPagesState(details=DETAILS))
    assert page.search.text() == ""
    assert not page.search.isVisible()
    assert page.layers.rows.rowCount(QModelIndex()) == 0


def test_that_part_of_a_network_does_not_tell_how_large_it_is() -> None:
    part = outline_of(2, is_whole=False)
    rows = dict(summary_rows(DETAILS, None, part))
    assert rows["Parameters"] == "at least 16 (FLOAT 16)"
    told = replace(DETAILS, parameters_by_dtype=(("F32", 1500),))
    assert dict(summary_rows(told, None, part))["Parameters"] == "1,500 (F32 1.5k)"
    assert dict(summary_rows(told, None, outline_of(2)))["Parameters"] == "16 (FLOAT 16)"


@pytest.mark.parametrize(
    ("architecture", "noun"),
    [
        ("ViTForImageClassification", "classes"),
        ("ViltForQuestionAnswering", "answers"),
        ("VitPoseForPoseEstimation", "points"),
    ],
)
def test_that_what_is_told_apart_is_called_by_its_name(
    page: ModelArchitecturePage, architecture: str, noun: str
) -> None:
    sheet = ConfigSheet(architecture, labels=((0, "yes"), (1, "no")))
    page.show_pages(replace(state_with(outline_of(1)), config=PagePart(sheet, is_loaded=True)))
    assert (noun.capitalize(), "2") in [(row[0], row[1]) for row in page.summary.rows]
    assert page.labels.words == f"2 {noun}"
    assert page.labels.search.placeholderText() == f"Search the {noun}"
    assert page.labels.search.accessibleName() == f"Search the {noun}"
    assert page.labels.list.accessibleName() == f"{noun.capitalize()} of the model"
