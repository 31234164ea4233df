"""The Library tab as it is seen and used."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from PyQt6.QtCore import QPoint, Qt
from PyQt6.QtTest import QTest
from PyQt6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from ailab.services.lab_error import LabError
from ailab.services.library.cached_repo import CachedRevision
from ailab.services.library.check_summary import CheckSummary
from ailab.services.library.deletion_plan import DeletionPlan, Extent
from ailab.viewmodels.library import LibraryViewModel
from ailab.views.library_view import LibraryView
from ailab.views.library_words import ago, consequence_text
from fakes import COMMIT, FakeHub, FakeLibrary, a_cached_model, until
from model_browser_driver import press

# PyQt6's stubs take these static methods for methods of an instance.
_TEST: Any = QTest

MakeView = Callable[[FakeLibrary], LibraryView]


@pytest.fixture
def make_view(dressed: QApplication, qtbot: QtBot) -> MakeView:
    def make(library: FakeLibrary) -> LibraryView:
        view = LibraryView(LibraryViewModel(library, FakeHub()), "https://hub.test")
        qtbot.addWidget(view)
        view.resize(1000, 600)
        view.show()
        return view

    return make


def texts(view: LibraryView) -> list[list[str]]:
    rows, columns = range(view.models.rowCount()), range(view.models.columnCount())
    return [[view.models.data(view.models.index(row, at)) for at in columns] for row in rows]


async def loaded(view: LibraryView) -> LibraryView:
    await view._library.wait()
    return view


async def test_that_the_tab_reads_the_cache_when_it_is_shown(make_view: MakeView) -> None:
    used = datetime.now(UTC) - timedelta(days=3)
    library = FakeLibrary(a_cached_model(size=168_000_000, last_used=used, is_in_use=True))
    view = await loaded(make_view(library))
    assert texts(view) == [["acme/nuclei", "168 MB", "3 days ago", "–", "in use"]]
    assert view.facts.text() == "1 model, 168 MB · 5.0 GB free on this disk"


async def test_that_an_empty_cache_leads_to_the_browser(make_view: MakeView, qtbot: QtBot) -> None:
    view = await loaded(make_view(FakeLibrary()))
    assert "No models on this disk yet" in view.message.words
    with qtbot.waitSignal(view.browse_wanted, timeout=1000):
        view.browse.click()


async def test_that_a_failure_is_shown_with_a_way_to_try_again(make_view: MakeView) -> None:
    library = FakeLibrary()
    library.failure = LabError("The folder can't be read.", "Ask its owner.")
    view = await loaded(make_view(library))
    assert view.message.words == "The folder can't be read.\nAsk its owner."
    library.failure = None
    library.repos["acme/nuclei"] = a_cached_model()
    view.retry.click()
    await loaded(view)
    assert len(texts(view)) == 1


async def test_that_a_filter_that_leaves_nothing_says_so(make_view: MakeView) -> None:
    view = await loaded(make_view(FakeLibrary(a_cached_model())))
    view.filter.setText("zebra")
    assert "No model's name matches" in view.message.words


async def test_that_a_column_orders_the_list_and_keeps_the_selection(make_view: MakeView) -> None:
    library = FakeLibrary(a_cached_model("acme/a", 10), a_cached_model("acme/b", 20))
    view = await loaded(make_view(library))
    view.table.selectRow(0)
    header = view.table.horizontalHeader()
    assert header is not None
    header.setSortIndicator(1, Qt.SortOrder.DescendingOrder)
    header.sectionClicked.emit(1)
    assert [row[0] for row in texts(view)] == ["acme/b", "acme/a"]
    assert view._library.state.selected_id == "acme/a"
    assert [index.row() for index in view.table.selectedIndexes()][:1] == [1]


async def test_that_the_weights_on_this_disk_are_told(make_view: MakeView) -> None:
    repo = a_cached_model()
    file = repo.revisions[0].files[0]
    files = (file, replace(file, path="onnx/model_fp16.onnx"), replace(file, path="README.md"))
    repo = replace(repo, revisions=(replace(repo.revisions[0], files=files),))
    view = await loaded(make_view(FakeLibrary(repo)))
    view.table.selectRow(0)
    assert "Weights: fp32, fp16" in view.details.facts.text()


async def test_that_the_freed_size_is_shown_before_anything_is_deleted(
    make_view: MakeView,
) -> None:
    library = FakeLibrary(a_cached_model(size=168_000_000))
    view = await loaded(make_view(library))
    view.table.selectRow(0)
    view.details.delete.click()
    await loaded(view)
    question = view.details.question
    assert question.isVisible()
    assert "168 MB become free" in question.consequence.text()
    question.keep.click()
    assert not question.isVisible()
    assert library.deleted == []
    view.details.delete.click()
    await loaded(view)
    question.delete.click()
    await loaded(view)
    assert len(library.deleted) == 1
    assert "168 MB are free again" in view.banner.message.text()


async def test_that_a_refused_deletion_says_why_and_what_to_do(make_view: MakeView) -> None:
    library = FakeLibrary(a_cached_model(is_in_use=True))
    view = await loaded(make_view(library))
    view.table.selectRow(0)
    library.failure = LabError("acme/nuclei is in use.", "Cancel the run.")
    view.details.delete.click()
    await view._library.wait()
    assert view.banner.message.text() == "acme/nuclei is in use."
    assert view.banner.advice.text() == "Cancel the run."


async def test_that_a_loaded_model_says_what_a_deletion_does_about_it(make_view: MakeView) -> None:
    view = await loaded(make_view(FakeLibrary(a_cached_model(is_loaded=True))))
    view.table.selectRow(0)
    assert "Loaded in the lab" in view.details.facts.text()
    plan = DeletionPlan("acme/nuclei", Extent.REPO, 5, is_loaded=True)
    assert "takes it out first" in consequence_text(plan)


async def test_that_the_question_is_whole_where_there_is_little_room(
    make_view: MakeView, qtbot: QtBot
) -> None:
    view = await loaded(make_view(FakeLibrary(a_cached_model("acme/" + "long-" * 12 + "name"))))
    view.resize(900, 460)
    view.table.selectRow(0)
    view.details.delete.click()
    await loaded(view)
    question = view.details.question
    labels = (question.question, question.consequence)
    qtbot.waitUntil(  # everything finds its place
        lambda: all(label.height() >= label.heightForWidth(label.width()) for label in labels)
    )
    for part in (*labels, question.keep, question.delete):
        assert part.visibleRegion().boundingRect() == part.rect()


async def test_that_buttons_keep_their_distance_where_there_is_little_room(
    make_view: MakeView, qtbot: QtBot
) -> None:
    faults = tuple(f"Its file refs/v{number} names a commit that is not here." for number in "123")
    repo = a_cached_model("acme/" + "long-" * 12 + "name", faults=faults, unused=55_000_000)
    view = await loaded(make_view(FakeLibrary(repo)))
    view.resize(660, 400)
    view.table.selectRow(0)
    details = view.details
    content = details.column.widget()
    assert content is not None
    qtbot.waitUntil(lambda: content.height() >= content.heightForWidth(content.width()))
    view.grab()  # everything finds its place
    assert details.delete.y() > details.verify.geometry().bottom() + 1
    assert details.verify.y() > details.use.geometry().bottom() + 1
    assert details.revisions.y() > details.delete_revision.geometry().bottom()


async def test_that_a_revision_is_told_by_its_name_first(make_view: MakeView) -> None:
    view = await loaded(make_view(FakeLibrary(a_cached_model())))
    view.table.selectRow(0)
    item = view.details.revisions.topLevelItem(0)
    assert item is not None
    assert item.text(0) == "main · 01234567"
    button = view.details.delete_revision
    assert not button.isEnabled()
    assert button.toolTip() == "Select a revision first"
    item.setSelected(True)
    assert button.isEnabled()
    assert button.toolTip() == "Says first how much becomes free"


async def test_that_damaged_files_are_named_with_a_way_to_mend(make_view: MakeView) -> None:
    damaged = a_cached_model(check=CheckSummary(damaged=("model.onnx",)))
    view = await loaded(make_view(FakeLibrary(damaged)))
    view.table.selectRow(0)
    assert "model.onnx" in view.details.check.text()
    assert view.details.mend.isVisible()
    view.details.mend.click()
    await loaded(view)
    assert "downloaded again" in view.details.question.consequence.text()


async def test_that_a_verification_shows_its_progress_and_can_be_stopped(
    make_view: MakeView,
) -> None:
    library = FakeLibrary(a_cached_model())
    view = await loaded(make_view(library))
    library.gate.shut()
    view.verify_all.click()
    await until(lambda: library.gate.waiting == 1)
    assert view.progress.text() == "Verifying acme/nuclei: model.onnx · 400 kB of 1.0 MB"
    assert view.bar.value() == 400
    view.stop.click()
    await loaded(view)
    assert not view.progress.isVisible()


async def test_that_a_double_click_chooses_the_model_and_a_revision_its_commit(
    make_view: MakeView, qtbot: QtBot
) -> None:
    old = CachedRevision("f" * 40, Path("old"))
    main = a_cached_model()
    library = FakeLibrary(replace(main, revisions=(*main.revisions, old)))
    view = await loaded(make_view(library))
    viewport = view.table.viewport()
    assert viewport is not None
    place = view.table.visualRect(view.models.index(0, 0)).topLeft() + QPoint(5, 5)
    left = Qt.MouseButton.LeftButton
    with qtbot.waitSignal(view.model_chosen, timeout=1000) as chosen:
        _TEST.mouseClick(viewport, left, pos=place)
        _TEST.mouseDClick(viewport, left, pos=place)
    assert chosen.args == ["acme/nuclei"]
    rows = view.details.revisions
    for commit, text in ((COMMIT, "acme/nuclei"), ("f" * 40, f"acme/nuclei@{'f' * 40}")):
        at = [commit == each.commit for each in library.repos["acme/nuclei"].revisions].index(True)
        rows.setCurrentItem(rows.topLevelItem(at))
        with qtbot.waitSignal(view.model_chosen, timeout=1000) as chosen:
            view.details.use.click()
        assert chosen.args == [text]


async def test_that_the_folder_of_a_model_is_opened(
    make_view: MakeView, opened_folders: list[str]
) -> None:
    view = await loaded(make_view(FakeLibrary(a_cached_model())))
    view.table.selectRow(0)
    view.details.open_folder.click()
    assert opened_folders[0].endswith("models--acme--nuclei")


async def test_that_a_narrow_table_leaves_out_columns_rather_than_names(
    make_view: MakeView,
) -> None:
    view = await loaded(make_view(FakeLibrary(a_cached_model())))
    view.table.selectRow(0)  # the details need room then
    view.resize(640, 440)
    view.grab()  # lays it out
    assert view.table.isColumnHidden(2)
    assert not view.table.isColumnHidden(1)
    assert view.table.columnWidth(0) >= 100


@pytest.mark.parametrize(
    ("days", "text"), [(0, "today"), (1, "1 day ago"), (8, "1 week ago"), (800, "2 years ago")]
)
def test_that_times_are_told_as_people_do(days: int, text: str) -> None:
    now = datetime(2026, 6, 1, tzinfo=UTC)
    assert ago(now - timedelta(days=days), now) == text


async def test_that_escape_keeps_what_was_to_be_deleted(make_view: MakeView, qtbot: QtBot) -> None:
    library = FakeLibrary(a_cached_model())
    view = await loaded(make_view(library))
    view.activateWindow()
    qtbot.waitUntil(view.isActiveWindow)
    view.table.selectRow(0)
    view.details.delete.click()
    await loaded(view)
    assert view.focusWidget() is view.details.question.keep
    press(view.details.question.keep, Qt.Key.Key_Escape)
    assert not view.details.question.isVisible()
    assert view.focusWidget() is view.details.delete
    assert library.deleted == []
    view.table.setFocus()
    press(view.table, Qt.Key.Key_Escape)  # nothing is asked, so nothing is answered
    assert view.focusWidget() is view.table


async def test_that_the_names_of_columns_stand_apart(make_view: MakeView) -> None:
    view = await loaded(make_view(FakeLibrary(a_cached_model())))
    header = view.table.horizontalHeader()
    assert header is not None
    image = header.grab().toImage()
    edge = header.sectionViewportPosition(2)  # “Size” ends before it, “Last used” begins there
    rows = range(4, header.height() - 4)
    between = {image.pixel(x, y) for x in range(edge - 6, edge + 6) for y in rows}
    assert len(between) == 1
    within = {image.pixel(x, y) for x in range(edge + 6, edge + 40) for y in rows}
    assert len(within) > 1
