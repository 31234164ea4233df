"""The dialog that fills the offline catalogue, through its real widgets."""

from __future__ import annotations

from pytestqt.qtbot import QtBot

from ailab.services.compatibility.runnable_tasks import RUNNABLE_TASKS
from ailab.services.lab_error import LabError
from ailab.viewmodels.catalog import CatalogViewModel
from ailab.views.catalog_dialog import CatalogDialog
from fakes import FakeCatalog, a_model, until


def a_dialog(qtbot: QtBot, catalog: FakeCatalog) -> tuple[CatalogDialog, CatalogViewModel]:
    view_model = CatalogViewModel(catalog)
    dialog = CatalogDialog(view_model)
    qtbot.addWidget(dialog)
    return dialog, view_model


async def test_that_ticking_a_task_and_pressing_the_button_synchronises_it(qtbot: QtBot) -> None:
    catalog = FakeCatalog(a_model())
    catalog.gate.shut()
    dialog, view_model = a_dialog(qtbot, catalog)
    dialog.show()
    await view_model.wait()
    assert {task for task, box in dialog.tasks.boxes.items() if box.isChecked()} == set(
        RUNNABLE_TASKS
    )
    other = next(task for task in dialog.tasks.boxes if task not in RUNNABLE_TASKS)
    dialog.tasks.boxes[other].click()
    dialog.sync.click()
    await until(lambda: catalog.gate.waiting == 1)
    assert dialog.cancel.isVisible()
    assert not dialog.sync.isVisible()
    assert not dialog.tasks.boxes[other].isEnabled()
    assert f"task 1 of {len(RUNNABLE_TASKS) + 1}" in dialog.status.text()
    catalog.gate.open()
    await view_model.wait()
    assert "Done" in dialog.status.text()
    assert "1 model" in dialog.facts.text()
    await view_model.close()


async def test_that_stopping_offers_to_go_on(qtbot: QtBot) -> None:
    catalog = FakeCatalog(a_model())
    catalog.gate.shut()
    dialog, view_model = a_dialog(qtbot, catalog)
    dialog.show()
    dialog.sync.click()
    await until(lambda: catalog.gate.waiting == 1)
    dialog.cancel.click()
    assert dialog.sync.isVisible()
    assert "Go" in dialog.sync.text()
    assert "What came is kept" in dialog.status.text()
    await view_model.close()


async def test_that_a_failure_is_told_with_its_advice(qtbot: QtBot) -> None:
    catalog = FakeCatalog()
    catalog.failure = LabError("The disk is full.", "Free some space.")
    dialog, view_model = a_dialog(qtbot, catalog)
    dialog.show()
    await view_model.wait()
    assert dialog.banner.message.text() == "The disk is full."
    assert dialog.banner.advice.text() == "Free some space."
    await view_model.close()


async def test_that_clearing_is_asked_for_first(qtbot: QtBot) -> None:
    catalog = FakeCatalog(a_model())
    dialog, view_model = a_dialog(qtbot, catalog)
    dialog.show()
    await view_model.wait()
    dialog.clear.click()
    question = dialog.question
    assert question is not None
    default = question.defaultButton()
    assert default is not None
    assert default.text() == "Cancel"
    assert catalog.models
    accept = next(button for button in question.buttons() if button.text() == "Clear")
    accept.click()
    await view_model.wait()
    assert not catalog.models
    assert "empty" in dialog.facts.text()
    await view_model.close()
