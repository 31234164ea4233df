"""A purpose typed into the browser's search, where names are searched."""

from __future__ import annotations

from ailab.views.model_browser_dialog import ModelBrowserDialog
from fakes import FakeHub, a_model
from model_browser_driver import MakeDialog, opened, titles, type_text, view_model_of


async def search(dialog: ModelBrowserDialog, text: str) -> None:
    dialog.search.selectAll()
    type_text(dialog.search, text)
    await view_model_of(dialog).wait()


async def test_that_a_purpose_that_no_name_holds_leads_to_its_task(
    make_dialog: MakeDialog,
) -> None:
    dialog = await opened(make_dialog(FakeHub(a_model("acme/blip-base", task="image-to-text"))))
    view_model, pane = view_model_of(dialog), dialog.models
    await search(dialog, "caption")
    assert not pane.is_showing_rows
    assert pane.message.words.endswith("For “caption” choose the task Image-to-Text.")
    assert "Try fewer letters" not in pane.message.words
    assert pane.this_task.isVisible()
    assert not pane.retry.isVisible()
    pane.this_task.click()
    await view_model.wait()
    assert titles(dialog) == ["acme/blip-base"]
    assert (view_model.state.query, view_model.state.task) == ("", "image-to-text")
    assert dialog.search.text() == ""
    assert dialog.filters.task.currentText() == "Image-to-Text"
    assert not pane.this_task.isVisible()


async def test_that_what_else_was_typed_is_kept_and_a_task_that_holds_is_not_offered(
    make_dialog: MakeDialog,
) -> None:
    dialog = await opened(make_dialog(FakeHub(a_model("acme/swin2sr", task="image-to-image"))))
    view_model, pane = view_model_of(dialog), dialog.models
    await search(dialog, "upscale roots")
    pane.this_task.click()
    await view_model.wait()
    assert (view_model.state.query, view_model.state.task) == ("roots", "image-to-image")
    for text in ("upscale", "nothing like it"):
        await search(dialog, text)
        assert not pane.this_task.isVisible()
        assert "choose the task" not in pane.message.words


async def test_that_a_name_that_holds_the_word_is_listed_without_more_words(
    make_dialog: MakeDialog,
) -> None:
    dialog = await opened(make_dialog(FakeHub(a_model("acme/depth-anything"))))
    await search(dialog, "depth")
    assert titles(dialog) == ["acme/depth-anything"]
    assert not dialog.models.this_task.isVisible()
