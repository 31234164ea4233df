"""Favourites, recent models, saved searches, and the browser without the Hub."""

from __future__ import annotations

from PyQt6.QtCore import QPoint, Qt
from PyQt6.QtTest import QSignalSpy
from PyQt6.QtWidgets import QInputDialog, QMenu
from pytestqt.qtbot import QtBot

from ailab.services.hub.hub_errors import HubOfflineError, ModelNotFoundError
from ailab.viewmodels.model_browser_state import Shelf
from ailab.views.model_browser_dialog import ModelBrowserDialog
from ailab.views.model_list_delegate import star_area
from ailab.views.model_search_menu import suggestion_for
from browser_lab import BrowserLab
from fakes import FakeCatalog, FakeHub, a_model, until
from model_browser_driver import (
    MakeDialog,
    click_at,
    click_row,
    opened,
    press,
    titles,
    view_model_of,
)

OFFLINE = HubOfflineError("hub.test could not be reached.", "Check the network, then retry.")


def offline_dialog(qtbot: QtBot, *kept: str) -> tuple[BrowserLab, ModelBrowserDialog]:
    lab = BrowserLab(catalog=FakeCatalog(*map(a_model, kept)))
    dialog = ModelBrowserDialog(lab.browser)
    qtbot.addWidget(dialog)
    return lab, dialog


def actions_of(menu: QMenu) -> list[str]:
    return [action.text() for action in menu.actions() if action.text()]


def trigger(menu: QMenu, *path: str) -> None:
    for name in path[:-1]:
        inner = next(action.menu() for action in menu.actions() if action.text() == name)
        assert inner is not None
        menu = inner
    next(action for action in menu.actions() if action.text() == path[-1]).trigger()


async def test_that_the_star_of_a_row_and_the_key_mark_it(make_dialog: MakeDialog) -> None:
    dialog = await opened(make_dialog(FakeHub(a_model("acme/a"), a_model("acme/b"))))
    view_model, rows = view_model_of(dialog), dialog.models.list_view
    row = rows.visualRect(rows.models.index(1))
    click_at(dialog, star_area(row).center())
    assert view_model.state.favourites == {"acme/b"}
    assert view_model.state.selection is None, "a click on the star selects nothing"
    assert rows.models.is_favourite(rows.models.models[1])
    click_at(dialog, star_area(row).center(), twice=True)
    assert dialog.isVisible(), "two clicks on the star choose nothing"
    click_row(dialog, 0)
    press(rows, Qt.Key.Key_F)
    assert "acme/a" in view_model.state.favourites
    press(rows, Qt.Key.Key_F)
    assert "acme/a" not in view_model.state.favourites
    await view_model.wait()


async def test_that_a_click_beside_the_star_selects(make_dialog: MakeDialog) -> None:
    dialog = await opened(make_dialog(FakeHub()))
    rows = dialog.models.list_view
    row = rows.visualRect(rows.models.index(0))
    click_at(dialog, star_area(row).center() - QPoint(40, 0))
    assert view_model_of(dialog).state.selected_id == "acme/nuclei"
    await view_model_of(dialog).wait()


async def test_that_the_star_of_the_details_marks_the_model(make_dialog: MakeDialog) -> None:
    dialog = await opened(make_dialog(FakeHub()))
    click_row(dialog, 0)
    dialog.details.star.click()
    assert view_model_of(dialog).state.favourites == {"acme/nuclei"}
    assert dialog.details.star.isChecked()
    dialog.details.star.click()
    assert view_model_of(dialog).state.favourites == frozenset()
    assert not dialog.details.star.isChecked()
    await view_model_of(dialog).wait()


async def test_that_favourites_and_recent_models_are_a_click_away(make_dialog: MakeDialog) -> None:
    dialog = await opened(make_dialog(FakeHub(a_model("acme/a"), a_model("acme/b"))))
    shelves = dialog.models.shelves.buttons
    shelves[Shelf.FAVOURITES].click()
    await view_model_of(dialog).wait()
    assert "No favourites yet" in dialog.models.message.words
    shelves[Shelf.SEARCH].click()
    await view_model_of(dialog).wait()
    click_row(dialog, 1)
    await view_model_of(dialog).wait()
    view_model_of(dialog).toggle_favourite()
    for shelf in (Shelf.FAVOURITES, Shelf.RECENT):
        shelves[shelf].click()
        await view_model_of(dialog).wait()
        assert titles(dialog) == ["acme/b"]
        assert shelves[shelf].isChecked()
    dialog.search.setText("zebra")
    await view_model_of(dialog).wait()
    assert "Nothing here matches “zebra”." in dialog.models.message.words
    view_model_of(dialog).set_task("object-detection")
    assert shelves[Shelf.SEARCH].isChecked(), "a filter holds for all models"
    await view_model_of(dialog).wait()


async def test_that_a_model_chosen_in_haste_is_a_recent_one(make_dialog: MakeDialog) -> None:
    hub = FakeHub()
    dialog = await opened(make_dialog(hub))
    hub.gate.shut()
    click_row(dialog, 0)
    dialog.accept()
    hub.gate.open()
    view_model_of(dialog).show_shelf(Shelf.RECENT)
    await view_model_of(dialog).wait()
    assert [model.id for model in view_model_of(dialog).state.results] == ["acme/nuclei"]


async def test_that_searches_are_saved_renamed_run_and_deleted(make_dialog: MakeDialog) -> None:
    dialog = await opened(make_dialog(FakeHub()))
    view_model, menu = view_model_of(dialog), dialog.saved.searches
    dialog.saved.fill()
    assert actions_of(menu)[:2] == ["No search is saved yet", "&Save this search…"]
    dialog.search.setText("nuc")
    view_model.set_task("object-detection")
    assert suggestion_for(view_model.state) == "nuc, Object Detection"
    trigger(menu, "&Save this search…")
    question = dialog.findChild(QInputDialog)
    assert question is not None
    assert question.textValue() == "nuc, Object Detection"
    question.setTextValue("My & nuclei")
    question.accept()
    dialog.search.setText("")
    view_model.clear_filters()
    dialog.saved.fill()
    assert actions_of(menu)[0] == "My && nuclei"
    trigger(menu, "My && nuclei")
    await view_model.wait()
    assert dialog.search.text() == "nuc"
    assert dialog.filters.task.currentText() == "Object Detection"
    dialog.saved.ask_to_rename("My & nuclei")
    question = dialog.findChildren(QInputDialog)[-1]
    question.setTextValue("Mine")
    question.accept()
    dialog.saved.fill()
    assert actions_of(menu)[0] == "Mine"
    trigger(menu, "&Delete", "Mine")
    assert view_model.state.saved == ()
    await view_model.wait()


async def test_that_a_long_name_of_a_search_is_shortened_in_the_menu(
    make_dialog: MakeDialog,
) -> None:
    dialog = await opened(make_dialog(FakeHub()))
    view_model, menu = view_model_of(dialog), dialog.saved.searches
    long = f"nuclei, {'very ' * 60}small & last"
    view_model.shelf.save_search(long)
    dialog.saved.fill()
    action = menu.actions()[0]
    assert action.text().startswith("nuclei, ")
    assert action.text().endswith("small && last")
    assert menu.sizeHint().width() < 450
    assert action.toolTip() == long
    assert menu.toolTipsVisible()
    action.trigger()
    assert [saved.name for saved in view_model.state.saved] == [long]
    await view_model.wait()


async def test_that_a_lost_hub_leaves_the_catalogue_and_says_its_age(
    make_dialog: MakeDialog, qtbot: QtBot
) -> None:
    lab, dialog = offline_dialog(qtbot, "acme/kept", "acme/other")
    lab.hub.failure = OFFLINE
    await opened(dialog)
    assert titles(dialog) == ["acme/kept", "acme/other"]
    strip = dialog.models.offline
    assert strip.isVisible()
    assert strip.words.startswith(
        f"{OFFLINE.message} {OFFLINE.advice}\nOffline: 2 models, seen up to 1 March 2026, "
    )
    assert not dialog.offline.isChecked()
    lab.hub.failure = None
    strip.go_online.click()
    await lab.browser.wait()
    assert titles(dialog) == ["acme/nuclei"]
    assert not strip.isVisible()


async def test_that_offline_is_switched_on_and_off(make_dialog: MakeDialog, qtbot: QtBot) -> None:
    lab, dialog = offline_dialog(qtbot, "acme/kept")
    await opened(dialog)
    dialog.offline.click()
    await lab.browser.wait()
    assert lab.browser.state.wants_offline
    assert "acme/kept" in titles(dialog)
    assert dialog.models.offline.words.startswith("Offline: 2 models")
    assert "Go online" in dialog.models.offline.go_online.text().replace("&", "")
    dialog.models.offline.go_online.click()
    await lab.browser.wait()
    assert not dialog.offline.isChecked()
    assert titles(dialog) == ["acme/nuclei"]


async def test_that_an_empty_catalogue_says_how_to_fill_it(
    make_dialog: MakeDialog, qtbot: QtBot
) -> None:
    lab, dialog = offline_dialog(qtbot)
    lab.browser.set_offline(True)
    await opened(dialog)
    assert "The catalogue on this disk is empty." in dialog.models.message.words
    assert "Sync catalogue…" in dialog.models.message.words
    spy = QSignalSpy(dialog.sync_requested)
    dialog.sync_button.click()
    assert len(spy) == 1


async def test_that_a_pause_is_told_and_counted_down(make_dialog: MakeDialog, qtbot: QtBot) -> None:
    lab, dialog = offline_dialog(qtbot)
    await opened(dialog)
    lab.hub.tell_wait(75, is_refused=True)
    footer = dialog.models.footer
    assert footer.words == "Too many questions: the Hub answers again in 1 min 15 s."
    await until(lambda: lab.second.waiting == 1)
    lab.second.open()
    await until(lambda: footer.words.endswith("1 min 14 s."))
    lab.hub.tell_wait(9)
    assert footer.words == "Slowed down to stay within the Hub's limit: goes on in 9 s."
    lab.hub.tell_wait(0)
    assert footer.words == "That's the only model."
    await lab.browser.close()


async def test_that_a_model_that_is_not_there_is_told_beside_the_rows(
    make_dialog: MakeDialog,
) -> None:
    hub = FakeHub(a_model("acme/nuclei-2"))
    dialog = await opened(make_dialog(hub))
    missing = ModelNotFoundError("There is no acme/nuclei.", "Look for it.")
    view_model_of(dialog).changed.connect(
        lambda old, new: setattr(hub, "failure", missing if new.results != old.results else None)
    )
    hub.models = (a_model("acme/nuclei-2", likes=1),)
    dialog.search.setText("acme/nuclei")
    await view_model_of(dialog).wait()
    assert titles(dialog) == ["acme/nuclei-2"]
    notice = dialog.models.notice
    assert notice.isVisible()
    assert notice.message.text() == "There is no acme/nuclei."
    notice.dismiss.click()
    assert not notice.isVisible()
