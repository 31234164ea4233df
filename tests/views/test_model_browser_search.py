"""Searching in the browser dialog, and what the list says meanwhile."""

from __future__ import annotations

import pytest
from PyQt6.QtCore import Qt
from PyQt6.QtWidgets import QApplication

from ailab.services.compatibility.runnable_tasks import RUNNABLE_TASKS
from ailab.services.hub.hub_errors import HubOfflineError, HubServerError
from ailab.services.hub.model_query import ModelSort
from ailab.services.hub.pipeline_tag import display_name
from ailab.viewmodels import model_finder
from fakes import FakeHub, Gate, a_model, until
from model_browser_driver import (
    MakeDialog,
    click_row,
    many,
    opened,
    press,
    scroll_by,
    titles,
    type_text,
    view_model_of,
)

OFFLINE = HubOfflineError("hub.test could not be reached.", "Check the network, then retry.")
BROKEN = HubServerError("The Hub failed to answer (503).", "Retry in a minute.")


async def test_that_a_slow_hub_is_told_with_the_way_round(
    make_dialog: MakeDialog, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(model_finder, "PATIENCE", 0)
    hub = FakeHub()
    dialog = await opened(make_dialog(hub))
    hub.gate.shut()
    view_model_of(dialog).refresh()
    await until(lambda: "slow" in dialog.models.footer.words)
    assert "“Offline” searches the catalogue" in dialog.models.footer.words
    hub.gate.open()
    await view_model_of(dialog).wait()
    assert "slow" not in dialog.models.footer.words


async def test_that_opening_shows_the_first_rows_and_waits_for_typing(
    make_dialog: MakeDialog,
) -> None:
    dialog = await opened(make_dialog(FakeHub(a_model("acme/a"), a_model("acme/b"))))
    assert titles(dialog) == ["acme/a", "acme/b"]
    assert dialog.models.footer.words == "That's all 2 models."
    assert dialog.focusWidget() is dialog.search
    assert not dialog.select_button.isEnabled()


async def test_that_the_first_rows_are_announced_while_they_load(make_dialog: MakeDialog) -> None:
    hub = FakeHub()
    hub.gate.shut()
    dialog = make_dialog(hub)
    dialog.open()
    assert dialog.models.message.words == "Searching the Hub…"
    assert not dialog.models.is_showing_rows
    hub.gate.open()
    await until(lambda: dialog.models.is_showing_rows)


async def test_that_typing_searches_once_the_person_rests(make_dialog: MakeDialog) -> None:
    hub = FakeHub(a_model("acme/nuclei"), a_model("acme/cells"))
    dialog = await opened(make_dialog(hub))
    asked = len(hub.queries)
    type_text(dialog.search, "nuc")
    await view_model_of(dialog).wait()
    assert [query.search for query in hub.queries[asked:]] == ["nuc"]
    assert titles(dialog) == ["acme/nuclei"]


async def test_that_enter_searches_at_once_and_answers_nothing(make_dialog: MakeDialog) -> None:
    hub = FakeHub(a_model("acme/nuclei"), a_model("acme/cells"))
    dialog = await opened(make_dialog(hub, debounce=3600))
    click_row(dialog, 0)
    type_text(dialog.search, "cells")
    press(dialog.search, Qt.Key.Key_Return)
    await until(lambda: titles(dialog) == ["acme/cells"])
    assert dialog.isVisible()


async def test_that_old_rows_stay_faint_while_another_search_runs(make_dialog: MakeDialog) -> None:
    hub = FakeHub(a_model("acme/nuclei"), a_model("acme/cells"))
    dialog = await opened(make_dialog(hub))
    hub.gate.shut()
    type_text(dialog.search, "cells")
    await until(lambda: hub.gate.waiting == 1)
    assert titles(dialog) == ["acme/nuclei", "acme/cells"]
    assert dialog.models.busy.is_busy
    assert dialog.models.list_view.is_dimmed
    assert dialog.models.footer.words == "Searching…"
    hub.gate.open()
    await view_model_of(dialog).wait()
    assert titles(dialog) == ["acme/cells"]
    assert not dialog.models.busy.is_busy
    assert not dialog.models.list_view.is_dimmed


async def test_that_a_late_older_answer_is_never_shown(make_dialog: MakeDialog) -> None:
    hub = FakeHub(a_model("acme/old"), a_model("acme/new"))
    dialog = await opened(make_dialog(hub))
    hub.gates["old"] = Gate(is_open=False)
    dialog.search.setText("old")
    await until(lambda: hub.gates["old"].waiting == 1)
    dialog.search.setText("new")
    await until(lambda: titles(dialog) == ["acme/new"])
    hub.gates["old"].open()
    await view_model_of(dialog).wait()
    assert titles(dialog) == ["acme/new"]


async def test_that_late_details_of_another_row_are_never_shown(make_dialog: MakeDialog) -> None:
    hub = FakeHub(a_model("acme/slow"), a_model("acme/quick", task="video-classification"))
    dialog = await opened(make_dialog(hub))
    hub.gates["acme/slow"] = Gate(is_open=False)
    click_row(dialog, 0)
    await until(lambda: hub.gates["acme/slow"].waiting == 1)
    click_row(dialog, 1)
    await until(lambda: "no engine" in dialog.details.verdict.words)
    hub.gates["acme/slow"].open()
    await view_model_of(dialog).wait()
    assert dialog.details.model_id.text == "acme/quick"
    assert "no engine for Video Classification" in dialog.details.verdict.words


async def test_that_task_and_order_are_chosen_by_name(make_dialog: MakeDialog) -> None:
    hub = FakeHub(a_model("acme/a"), a_model("acme/b", task="image-classification"))
    dialog = await opened(make_dialog(hub))
    task, sort = dialog.filters.task, dialog.filters.sort
    assert task.currentText() == "All tasks"
    task.setCurrentIndex(task.findText("Image Classification"))
    await view_model_of(dialog).wait()
    assert titles(dialog) == ["acme/b"]
    sort.setCurrentIndex(sort.findText("Most downloads"))
    await view_model_of(dialog).wait()
    assert (hub.queries[-1].task, hub.queries[-1].sort) == (
        "image-classification",
        ModelSort.DOWNLOADS,
    )
    assert [sort.itemText(row) for row in range(sort.count())] == [
        "Trending",
        "Most downloads",
        "Most likes",
        "Newest",
        "Recently updated",
        "Most parameters",
    ]


async def test_that_the_tasks_ailab_runs_stand_first_and_headings_cannot_be_chosen(
    make_dialog: MakeDialog,
) -> None:
    dialog = await opened(make_dialog(FakeHub()))
    task = dialog.filters.task
    names = [task.itemText(row) for row in range(task.count())]
    run = [display_name(task) for task in RUNNABLE_TASKS]
    assert names[: len(run) + 3] == ["All tasks", "Run in ailab", *run, "Other vision tasks"]
    assert {"Depth Estimation", "Keypoint Detection"} < set(names)
    assert len(names) == len(set(names))
    press(task, Qt.Key.Key_Down)
    assert task.currentText() == "Image Classification"


async def test_that_a_task_chosen_elsewhere_is_shown(make_dialog: MakeDialog) -> None:
    dialog = await opened(make_dialog(FakeHub()))
    view_model_of(dialog).set_task("object-detection")
    assert dialog.filters.task.currentText() == "Object Detection"
    view_model_of(dialog).set_task("feature-extraction")
    assert dialog.filters.task.currentText() == "Feature Extraction"
    view_model_of(dialog).set_task(None)
    assert dialog.filters.task.currentText() == "All tasks"


async def test_that_refresh_asks_anew(make_dialog: MakeDialog) -> None:
    hub = FakeHub()
    dialog = await opened(make_dialog(hub))
    asked = len(hub.queries)
    dialog.filters.refresh.click()
    await view_model_of(dialog).wait()
    assert len(hub.queries) == asked + 1
    assert dialog.filters.refresh.shortcut().toString() == "F5"


async def test_that_a_selection_among_the_new_rows_is_kept(make_dialog: MakeDialog) -> None:
    dialog = await opened(make_dialog(FakeHub(a_model("acme/a"), a_model("acme/b"))))
    click_row(dialog, 1)
    dialog.search.setText("b")
    await view_model_of(dialog).wait()
    assert titles(dialog) == ["acme/b"]
    assert dialog.models.list_view.currentIndex().row() == 0
    assert dialog.select_button.isEnabled()


async def test_that_further_rows_load_near_the_end_without_a_jump(make_dialog: MakeDialog) -> None:
    hub = many(90)
    dialog = make_dialog(hub)
    dialog.resize(800, 480)
    await opened(dialog)
    assert len(titles(dialog)) == 30
    assert dialog.models.footer.words == "30 models so far. More load as you scroll."
    click_row(dialog, 2)
    hub.gate.shut()
    scroll_by(dialog, 60)
    assert not view_model_of(dialog).state.is_loading_more, "the end is far"
    place = scroll_by(dialog, 10_000)
    await until(lambda: dialog.models.footer.words == "Loading more…")
    hub.gate.open()
    await view_model_of(dialog).wait()
    QApplication.sendPostedEvents()
    assert len(titles(dialog)) == 60
    assert scroll_by(dialog, 0) == place
    assert dialog.models.list_view.currentIndex().row() == 2
    dialog.models.list_view.scrollToBottom()
    await view_model_of(dialog).wait()
    assert dialog.models.footer.words == "That's all 90 models."


async def test_that_a_list_shorter_than_its_room_is_filled(make_dialog: MakeDialog) -> None:
    hub = many(60)
    hub.page_size = 3
    dialog = make_dialog(hub)
    dialog.resize(800, 720)
    await opened(dialog)
    await until(lambda: len(titles(dialog)) > 20)
    await view_model_of(dialog).wait()
    assert len(titles(dialog)) < 60


async def test_that_failed_further_rows_say_so_and_are_retried(make_dialog: MakeDialog) -> None:
    hub = many(60)
    dialog = make_dialog(hub)
    dialog.resize(800, 480)
    await opened(dialog)
    hub.failure = BROKEN
    scroll_by(dialog, 10_000)
    await view_model_of(dialog).wait()
    footer = dialog.models.footer
    expected = "Could not load more: The Hub failed to answer (503). Retry in a minute."
    assert footer.words == expected
    assert footer.retry.isVisible()
    assert len(titles(dialog)) == 30
    hub.failure = None
    footer.retry.click()
    await view_model_of(dialog).wait()
    assert len(titles(dialog)) == 60
    assert not footer.retry.isVisible()


async def test_that_an_empty_answer_names_the_search_and_offers_ways_out(
    make_dialog: MakeDialog,
) -> None:
    dialog = await opened(make_dialog(FakeHub(a_model("acme/a"))))
    view_model_of(dialog).set_task("object-detection")
    dialog.search.setText("zebra")
    await view_model_of(dialog).wait()
    pane = dialog.models
    assert "No model matches “zebra” in Object Detection." in pane.message.words
    assert pane.all_tasks.isVisible()
    assert pane.retry.isVisible()
    pane.all_tasks.click()
    await view_model_of(dialog).wait()
    assert dialog.filters.task.currentText() == "All tasks"
    assert "No model matches “zebra”." in pane.message.words
    assert not pane.all_tasks.isVisible()
    pane.clear_query.click()
    await view_model_of(dialog).wait()
    assert dialog.search.text() == ""
    assert titles(dialog) == ["acme/a"]


@pytest.mark.parametrize(
    ("failure", "title"), [(OFFLINE, "The Hub can't be reached"), (BROKEN, "The search failed")]
)
async def test_that_a_failed_search_says_what_happened_and_is_retried(
    make_dialog: MakeDialog, failure: HubServerError, title: str
) -> None:
    hub = FakeHub()
    hub.failure = failure
    dialog = await opened(make_dialog(hub))
    pane = dialog.models
    assert pane.message.words.startswith(f"{title}\n{failure.message}\n{failure.advice}")
    assert ("catalogue on this disk" in pane.message.words) == failure.is_offline
    assert pane.retry.isVisible()
    hub.failure = None
    pane.retry.click()
    await view_model_of(dialog).wait()
    assert titles(dialog) == ["acme/nuclei"]
    assert pane.is_showing_rows


async def test_that_home_and_end_go_to_the_first_and_the_last_row(
    make_dialog: MakeDialog,
) -> None:
    dialog = await opened(make_dialog(FakeHub(*(a_model(f"acme/{name}") for name in "abc"))))
    press(dialog.models.list_view, Qt.Key.Key_End)
    assert view_model_of(dialog).state.selected_id == "acme/c"
    press(dialog.models.list_view, Qt.Key.Key_Home)
    assert view_model_of(dialog).state.selected_id == "acme/a"
    await view_model_of(dialog).close()
