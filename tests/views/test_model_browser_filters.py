"""Filters in the browser dialog: the panel, the chips, what the list says."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from PyQt6.QtCore import Qt
from PyQt6.QtTest import QSignalSpy

from ailab.services.compatibility.verdict import Fit
from ailab.services.hub.license_group import LicenseGroup
from ailab.services.hub.model_filter import ModelFilter
from ailab.services.hub.model_info import ModelInfo
from ailab.views.model_browser_dialog import ModelBrowserDialog
from ailab.views.model_filter_numbers import (
    count_words,
    parse_count,
    parse_size,
    size_words,
    write_count,
)
from fakes import FakeHub, a_model
from model_browser_driver import MakeDialog, opened, press, titles, type_text, view_model_of

popups = pytest.mark.qt_log_ignore("This plugin does not support")
"""The platform without a display says so of each popup."""

ALL = ModelFilter(
    license_group=LicenseGroup.PERMISSIVE,
    library="onnx",
    author="acme",
    min_parameters=1_000_000,
    max_size=50_000_000,
    is_gated=False,
    updated_since=date(2026, 3, 1),
    runs_here=True,
)


def chip_texts(dialog: ModelBrowserDialog) -> list[str]:
    return [button.text().removesuffix("  ✕") for button in dialog.chips.chips]


@pytest.mark.parametrize(
    ("text", "count"),
    [
        *[("", None), (" ", None), ("0", 0), ("7", 7_000_000), ("3.5", 3_500_000)],
        *[("25M", 25_000_000), ("1.5 b", 1_500_000_000), ("300k", 300_000), ("1,5M", 1_500_000)],
    ],
)
def test_that_counts_are_read_as_people_type_them(text: str, count: int | None) -> None:
    assert parse_count(text) == count


@pytest.mark.parametrize(
    ("text", "size"),
    [
        *[("", None), ("50", 50_000_000), ("50 MB", 50_000_000), ("1.5g", 1_500_000_000)],
        *[("800 kB", 800_000), ("12 b", 12)],
    ],
)
def test_that_sizes_are_read_as_people_type_them(text: str, size: int | None) -> None:
    assert parse_size(text) == size


@pytest.mark.parametrize("text", ["x", "-1", "1 XB", "1e9", "1..2", "½", "9" * 30, "5 MBB"])
def test_that_other_texts_are_no_numbers(text: str) -> None:
    for parse in (parse_count, parse_size):
        with pytest.raises(ValueError, match=r".*"):
            parse(text)


def test_that_ranges_are_worded() -> None:
    assert count_words(1_000_000, None) == "at least 1M"
    assert count_words(None, 1_500_000_000) == "at most 1.5B"
    assert size_words(10_000_000, 50_500_000) == "10 MB to 50.5 MB"


async def test_that_each_condition_is_a_chip_that_can_be_taken_off(
    make_dialog: MakeDialog,
) -> None:
    dialog = await opened(make_dialog(FakeHub()))
    view_model = view_model_of(dialog)
    assert not dialog.chips.isVisible()
    view_model.set_terms("object-detection", ALL)
    assert chip_texts(dialog) == [
        "Object Detection",
        "Runs here",
        "Licence: permissive",
        "Library: onnx",
        "By acme",
        "Parameters: at least 1M",
        "Size: at most 50 MB",
        "Not gated",
        "Updated since 1 March 2026",
    ]
    assert dialog.chips.isVisible()
    for left in range(8, -1, -1):
        dialog.chips.chips[left // 2].click()
        assert len(dialog.chips.chips) == left
    assert not view_model.state.can_clear
    assert not dialog.chips.isVisible()
    await view_model.wait()


async def test_that_all_chips_are_taken_off_at_once(make_dialog: MakeDialog) -> None:
    dialog = await opened(make_dialog(FakeHub()))
    view_model_of(dialog).set_terms("object-detection", ModelFilter(license="mit", is_gated=True))
    assert chip_texts(dialog) == ["Object Detection", "Licence: MIT", "Gated"]
    dialog.chips.clear.click()
    assert chip_texts(dialog) == []
    assert dialog.filters.task.currentText() == "All tasks"
    await view_model_of(dialog).wait()


async def test_that_chips_wrap_in_a_narrow_window(make_dialog: MakeDialog) -> None:
    dialog = make_dialog(FakeHub())
    dialog.resize(640, 440)
    await opened(dialog)
    view_model_of(dialog).set_terms("object-detection", ALL)
    await view_model_of(dialog).wait()
    dialog.grab()
    lines = {button.y() for button in dialog.chips.chips}
    assert len(lines) == 3
    assert all(button.geometry().right() < dialog.chips.width() for button in dialog.chips.chips)


@popups
async def test_that_the_panel_sets_each_condition(make_dialog: MakeDialog) -> None:
    dialog = await opened(make_dialog(FakeHub()))
    state = view_model_of(dialog).state
    panel = dialog.filters.panel
    dialog.filters.more.click()
    assert panel.isVisible()
    panel.runs_here.click()
    panel.license.setCurrentIndex(panel.license.findText("Permissive"))
    for field, text in (
        (panel.library, "onnx"),
        (panel.author, "acme"),
        (panel.parameters.least, "1M"),
        (panel.disk_size.most, "50 MB"),
    ):
        field.setFocus()
        type_text(field, text)
        press(field, Qt.Key.Key_Return)
    panel.access.setCurrentIndex(panel.access.findText("Open only"))
    panel.updated.setCurrentIndex(panel.updated.findText("Past month"))
    state = view_model_of(dialog).state
    assert state.filter == ModelFilter(
        license_group=LicenseGroup.PERMISSIVE,
        library="onnx",
        author="acme",
        min_parameters=1_000_000,
        max_size=50_000_000,
        is_gated=False,
        updated_since=date.today() - timedelta(days=30),
        runs_here=True,
    )
    panel.license.setCurrentIndex(panel.license.findText("MIT"))
    assert view_model_of(dialog).state.filter.license == "mit"
    assert view_model_of(dialog).state.filter.license_group is None
    panel.done.click()
    assert not panel.isVisible()
    assert dialog.isVisible()
    await view_model_of(dialog).wait()


async def test_that_a_number_that_makes_no_sense_is_told_and_not_used(
    make_dialog: MakeDialog,
) -> None:
    dialog = await opened(make_dialog(FakeHub()))
    panel = dialog.filters.panel
    spy = QSignalSpy(panel.parameters.changed)
    panel.parameters.least.setText("many")
    panel.parameters.take()
    assert panel.parameters.fault == "Not understood: type 25M or 1.5B."
    panel.parameters.least.setText("5M")
    panel.parameters.most.setText("1M")
    panel.parameters.take()
    assert "greater" in panel.parameters.fault
    assert len(spy) == 0
    assert view_model_of(dialog).state.filter == ModelFilter()
    panel.parameters.most.setText("50M")
    panel.parameters.take()
    assert panel.parameters.fault == ""
    assert view_model_of(dialog).state.filter.max_parameters == 50_000_000
    await view_model_of(dialog).wait()


async def test_that_a_number_alone_gets_the_unit_that_is_meant(make_dialog: MakeDialog) -> None:
    dialog = await opened(make_dialog(FakeHub()))
    panel = dialog.filters.panel
    assert panel.parameters.least.placeholderText() == "from, in M"
    panel.parameters.most.setText("3.5")
    panel.parameters.take()
    panel.disk_size.least.setText("50")
    panel.disk_size.take()
    assert (panel.parameters.most.text(), panel.disk_size.least.text()) == ("3.5 M", "50 MB")
    assert view_model_of(dialog).state.filter == ModelFilter(
        max_parameters=3_500_000, min_size=50_000_000
    )
    assert panel.parameters.note == "Leaves out models that don't tell it."
    assert panel.parameters.fault == ""
    panel.parameters.most.clear()
    panel.parameters.take()
    assert panel.parameters.note == ""
    await view_model_of(dialog).wait()


@pytest.mark.parametrize("count", [0, 7, 999, 1234, 3_500_000, 1_234_000_000, 2 * 10**13])
def test_that_a_count_that_is_written_is_read_as_the_same(count: int) -> None:
    assert parse_count(write_count(count)) == count


async def test_that_nothing_is_said_of_none_that_were_loaded(make_dialog: MakeDialog) -> None:
    hub = FakeHub()
    hub.can_filter = False
    dialog = make_dialog(hub)
    view_model_of(dialog).set_filter(ModelFilter(author="nobody"))
    await opened(dialog)
    hub.models = ()
    view_model_of(dialog).refresh()
    await view_model_of(dialog).wait()
    assert "filtered from 0" not in dialog.models.message.words
    assert "No model" in dialog.models.message.words or "no model" in dialog.models.message.words


@popups
async def test_that_what_is_typed_holds_when_the_panel_is_left(make_dialog: MakeDialog) -> None:
    dialog = await opened(make_dialog(FakeHub()))
    dialog.filters.more.click()
    dialog.filters.panel.author.setText("acme")
    press(dialog.filters.panel, Qt.Key.Key_Escape)
    assert not dialog.filters.panel.isVisible()
    assert dialog.isVisible()
    assert view_model_of(dialog).state.filter.author == "acme"
    await view_model_of(dialog).wait()


async def test_that_the_panel_shows_conditions_set_elsewhere(make_dialog: MakeDialog) -> None:
    dialog = await opened(make_dialog(FakeHub()))
    view_model_of(dialog).set_filter(ALL)
    panel = dialog.filters.panel
    assert panel.license.currentText() == "Permissive"
    assert panel.updated.currentText() == "Since 1 March 2026"
    assert panel.disk_size.most.text() == "50 MB"
    view_model_of(dialog).set_filter(ModelFilter(license="my-own-licence"))
    assert panel.license.currentText() == "my-own-licence"
    assert panel.author.text() == ""
    view_model_of(dialog).clear_filters()
    assert panel.license.currentText() == "Any licence"
    assert view_model_of(dialog).state.filter == ModelFilter()
    await view_model_of(dialog).wait()


def half_mit(count: int) -> FakeHub:
    rows: list[ModelInfo] = [
        a_model(f"acme/m{n:04}", license="mit" if n % 400 == 0 else "other") for n in range(count)
    ]
    hub = FakeHub(*rows, page_size=200)
    hub.can_filter = False
    return hub


async def test_that_the_list_says_from_how_many_it_was_filtered(make_dialog: MakeDialog) -> None:
    dialog = await opened(make_dialog(half_mit(2000)))
    view_model_of(dialog).set_filter(ModelFilter(license="mit"))
    await view_model_of(dialog).wait()
    footer = dialog.models.footer
    assert titles(dialog) == ["acme/m0000", "acme/m0400", "acme/m0800"]
    assert footer.words == "3 models, filtered from 1,000 loaded."
    assert footer.retry.text() == "Load &more"
    footer.retry.click()
    await view_model_of(dialog).wait()
    assert footer.words == "5 models, filtered from 2,000 loaded."
    assert not footer.retry.isVisible()


async def test_that_nothing_found_so_far_can_be_gone_on_with(make_dialog: MakeDialog) -> None:
    dialog = await opened(make_dialog(half_mit(1500)))
    view_model_of(dialog).set_filter(ModelFilter(license="zlib"))
    await view_model_of(dialog).wait()
    pane = dialog.models
    assert "None of the first 1,000 models meets the filters." in pane.message.words
    assert pane.go_on.isVisible()
    pane.go_on.click()
    await view_model_of(dialog).wait()
    assert "The Hub lists no model with these filters" in pane.message.words
    assert not pane.go_on.isVisible()
    pane.clear_filters.click()
    await view_model_of(dialog).wait()
    assert pane.is_showing_rows


async def test_that_rows_say_whether_they_run(make_dialog: MakeDialog) -> None:
    dialog = await opened(make_dialog(FakeHub(a_model("acme/a", task="video-classification"))))
    models = dialog.models.list_view.models
    verdict = models.verdict_of(models.models[0])
    assert verdict is not None
    assert verdict.fit is Fit.WONT_RUN
    index = models.index(0)
    assert "no engine for Video Classification" in index.data(Qt.ItemDataRole.AccessibleTextRole)
