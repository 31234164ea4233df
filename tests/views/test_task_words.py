"""Names of tasks, explained to people who have not heard them."""

from __future__ import annotations

from PyQt6.QtCore import Qt

from ailab.services.compatibility.runnable_tasks import RUNNABLE_TASKS
from ailab.services.hub.model_filter import ModelFilter
from ailab.services.hub.pipeline_tag import display_name
from ailab.views.task_words import TASK_WORDS
from fakes import FakeHub
from model_browser_driver import MakeDialog, opened, view_model_of


def test_that_each_task_that_runs_here_is_explained_in_a_line() -> None:
    assert set(TASK_WORDS) == set(RUNNABLE_TASKS)
    assert all(len(words) < 72 for words in TASK_WORDS.values())


async def test_that_the_list_of_tasks_explains_them(make_dialog: MakeDialog) -> None:
    dialog = await opened(make_dialog(FakeHub()))
    tasks = dialog.filters.task
    row = tasks.findText(display_name("mask-generation"))
    words = TASK_WORDS["mask-generation"]
    assert tasks.itemData(row, Qt.ItemDataRole.ToolTipRole) == words
    view_model_of(dialog).set_terms("mask-generation", ModelFilter())
    assert tasks.toolTip() == words
    view_model_of(dialog).set_terms(None, ModelFilter())
    assert tasks.toolTip() == ""
    await view_model_of(dialog).wait()
