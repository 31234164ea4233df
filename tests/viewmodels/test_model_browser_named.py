"""Models that are named in the search bar, and what is kept of searching."""

from __future__ import annotations

import pytest

from ailab.services.hub.hub_errors import InvalidModelIdError, ModelNotFoundError
from ailab.services.hub.model_filter import ModelFilter
from ailab.services.hub.model_query import ModelQuery, ModelSort
from ailab.services.hub.model_refs import ModelRefs
from ailab.services.lab_error import LabError
from ailab.services.searches.searches import MOST_RECENT, SavedSearch, Searches
from ailab.viewmodels.model_browser_name import NamedModel, find_named, is_pasted
from ailab.viewmodels.model_browser_state import Shelf
from browser_lab import BrowserLab
from fakes import FakeHub, a_model, details_of, until

HUB = "https://huggingface.co"


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("acme/nuclei", NamedModel("acme/nuclei")),
        (" acme/nuclei@v2 ", NamedModel("acme/nuclei", "v2")),
        ("acme/nuclei@main", NamedModel("acme/nuclei")),
        (f"{HUB}/acme/nuclei", NamedModel("acme/nuclei", None, is_address=True)),
        (f"{HUB}/acme/nuclei/tree/main", NamedModel("acme/nuclei", None, is_address=True)),
        (f"{HUB}/acme/nuclei/tree/v2/onnx", NamedModel("acme/nuclei", "v2", is_address=True)),
        (
            f"{HUB}/acme/nuclei/blob/refs%2Fpr%2F1/a.txt?x=1#y",
            NamedModel("acme/nuclei", "refs/pr/1", is_address=True),
        ),
        ("hf.co/acme/nuclei", NamedModel("acme/nuclei", None, is_address=True)),
        ("nuclei", None),
        ("acme/", None),
        ("a/b/c", None),
        ("nuclei / cells", None),
        ("", None),
    ],
)
def test_that_names_are_told_from_texts(text: str, named: NamedModel | None) -> None:
    assert find_named(text, HUB) == named


def test_that_the_address_of_something_else_is_refused() -> None:
    with pytest.raises(InvalidModelIdError, match="a data set"):
        find_named(f"{HUB}/datasets/acme/cells", HUB)


@pytest.mark.parametrize(
    ("old", "new", "was_pasted"),
    [
        ("", "acme/nuclei", True),
        ("https://hub.test/acme/other", "acme/nuclei", True),
        ("acme/nucle", "acme/nuclei", False),
        ("acme/nuclei", "acme/nucle", False),
        ("acme/nuclei", "", False),
        ("cells", "acme/cells", True),
        ("aaaa", "aaaaa", False),
    ],
)
def test_that_a_pasted_text_is_told_from_typing(old: str, new: str, was_pasted: bool) -> None:
    assert is_pasted(old, new) is was_pasted


async def test_that_an_address_goes_straight_to_its_model() -> None:
    lab = BrowserLab(FakeHub(a_model("acme/other"), a_model("acme/nuclei")))
    lab.browser.open()
    await lab.browser.wait()
    lab.browser.set_query("https://hub.test/acme/nuclei/tree/v2")
    await lab.browser.wait()
    assert lab.ids == ["acme/nuclei"]
    assert lab.browser.state.selected_id == "acme/nuclei@v2"
    assert lab.browser.state.details is not None
    assert lab.hub.asked_details == ["acme/nuclei"]
    assert lab.hub.asked_revisions == ["v2"]
    assert len(lab.hub.queries) == 1, "an address is no text to look for"


@pytest.mark.parametrize("text", ["https://hub.test/datasets/a/b", "https://example.com/a/b"])
async def test_that_an_address_without_a_model_says_so(text: str) -> None:
    lab = BrowserLab()
    lab.browser.set_query(text)
    await lab.browser.wait()
    assert lab.browser.state.problem is not None
    assert lab.hub.queries == []


async def test_that_an_address_of_no_model_says_so() -> None:
    lab = BrowserLab()
    lab.hub.failure = ModelNotFoundError("There is no acme/gone.", "Look for it.")
    lab.browser.set_query("https://hub.test/acme/gone")
    await lab.browser.wait()
    assert lab.browser.state.problem is not None
    assert lab.browser.state.problem.message == "There is no acme/gone."
    assert lab.browser.state.selection is None


async def test_that_a_pasted_id_stands_first_and_is_selected() -> None:
    rows = [a_model(f"acme/nuclei-{number}") for number in range(3)]
    lab = BrowserLab(FakeHub(*rows, a_model("acme/nuclei")))
    lab.browser.set_query("acme/nuclei")
    await lab.browser.wait()
    assert lab.ids[0] == "acme/nuclei"
    assert len(lab.ids) == 4
    assert lab.browser.state.selected_id == "acme/nuclei"


async def test_that_a_pasted_id_that_the_search_misses_is_asked_for() -> None:
    lab = BrowserLab(FakeHub(a_model("acme/nuclei-2")))
    lab.hub.details["acme/nuclei"] = details_of(a_model("acme/nuclei"))
    lab.browser.set_query("acme/nuclei@v2")
    await lab.browser.wait()
    assert lab.ids == ["acme/nuclei", "acme/nuclei-2"]
    assert lab.browser.state.selected_id == "acme/nuclei@v2"
    assert lab.hub.queries[0].search == "acme/nuclei"


async def test_that_an_unknown_id_is_told_and_the_search_stays() -> None:
    lab = BrowserLab(FakeHub(a_model("acme/nuclei-2")))
    missing = ModelNotFoundError("There is no acme/nuclei.", "Look for it.")
    lab.browser.changed.connect(
        lambda _, new: setattr(lab.hub, "failure", missing if new.results else None)
    )
    lab.browser.set_query("acme/nuclei")
    await lab.browser.wait()
    state = lab.browser.state
    assert lab.ids == ["acme/nuclei-2"]
    assert state.notice is not None
    assert state.notice.message == "There is no acme/nuclei."
    lab.browser.dismiss_notice()
    assert lab.browser.state.notice is None


async def test_that_an_id_being_typed_is_not_asked_for_letter_by_letter() -> None:
    lab = BrowserLab(FakeHub(a_model("acme/nuclei-2")))
    for end in range(1, len("acme/nucl")):
        lab.browser.set_query("acme/nucl"[:end])
        await lab.browser.wait()
    assert lab.hub.asked_details == []


async def test_that_revision_and_weights_make_the_reference() -> None:
    lab = BrowserLab()
    lab.judge.names = {"acme/nuclei": ("fp32", "fp16")}
    lab.hub.refs["acme/nuclei"] = ModelRefs(("main", "dev"), ("v1",))
    lab.browser.open()
    await lab.browser.wait()
    lab.browser.select(lab.browser.state.results[0])
    await lab.browser.wait()
    lab.browser.load_refs()
    await lab.browser.wait()
    assert lab.browser.state.refs == ModelRefs(("main", "dev"), ("v1",))
    assert lab.browser.state.variants == ("fp32", "fp16")
    for name, reference in (
        ("fp16", "acme/nuclei:fp16"),
        ("fp32", "acme/nuclei"),
        ("bf16", "acme/nuclei"),
        ("fp16", "acme/nuclei:fp16"),
    ):
        lab.browser.set_variant(name)
        assert lab.browser.state.selected_id == reference
    verdict = lab.browser.state.verdict
    assert verdict is not None
    assert "(fp16)" in verdict.summary
    lab.browser.set_revision("v1")
    await lab.browser.wait()
    assert lab.browser.state.selected_id == "acme/nuclei@v1"
    assert lab.hub.asked_revisions == [None, "v1"]
    lab.browser.set_revision("main")
    await lab.browser.wait()
    assert lab.browser.state.selected_id == "acme/nuclei"
    assert len(lab.hub.asked_revisions) == 2, "seen before"


async def test_that_another_selection_begins_at_the_default_revision() -> None:
    lab = BrowserLab(FakeHub(a_model("acme/a"), a_model("acme/b")))
    lab.browser.open()
    await lab.browser.wait()
    one, two = lab.browser.state.results
    lab.browser.select(one)
    lab.browser.set_revision("v1")
    lab.browser.select(two)
    await lab.browser.wait()
    assert lab.browser.state.selected_id == "acme/b"
    assert lab.hub.asked_revisions[-1] is None


async def test_that_task_order_and_filter_come_back_but_not_the_text() -> None:
    first = BrowserLab()
    first.browser.open()
    await first.browser.wait()
    first.browser.set_query("nuclei")
    first.browser.set_task("object-detection")
    first.browser.set_sort(ModelSort.LIKES)
    first.browser.set_filter(ModelFilter(author="acme"))
    await first.browser.wait()
    second = BrowserLab(searches=first.store.searches)
    second.browser.open()
    await second.browser.wait()
    expected = ModelQuery("", "object-detection", ModelSort.LIKES, 50, ModelFilter(author="acme"))
    assert second.hub.queries == [expected]


async def test_that_a_filter_set_at_once_is_not_overwritten_by_the_one_kept() -> None:
    kept = Searches(last=ModelQuery(task="depth-estimation"), favourites=(a_model("acme/a"),))
    lab = BrowserLab(searches=kept)
    lab.browser.set_task("object-detection")
    await lab.browser.wait()
    assert lab.hub.queries[-1].task == "object-detection"
    assert lab.store.searches.last.task == "object-detection"
    assert lab.store.searches.favourites == kept.favourites


async def test_that_favourites_are_kept_and_shown_without_the_hub() -> None:
    lab = BrowserLab(FakeHub(a_model("acme/a"), a_model("acme/b"), a_model("other/c")))
    lab.browser.open()
    await lab.browser.wait()
    for row in lab.browser.state.results:
        lab.browser.toggle_favourite(row)
    lab.browser.toggle_favourite(lab.browser.state.results[1])
    await lab.browser.wait()
    assert lab.browser.state.favourites == {"acme/a", "other/c"}
    again = BrowserLab(lab.hub, searches=lab.store.searches)
    lab.hub.queries.clear()
    again.browser.show_shelf(Shelf.FAVOURITES)
    await again.browser.wait()
    assert again.ids == ["other/c", "acme/a"]
    assert again.hub.queries == []
    again.browser.set_query("ACME")
    await again.browser.wait()
    assert again.ids == ["acme/a"]
    assert not again.browser.state.is_favourite
    again.browser.select(again.browser.state.results[0])
    assert again.browser.state.is_favourite
    again.browser.toggle_favourite()
    await again.browser.wait()
    assert [model.id for model in again.store.searches.favourites] == ["other/c"]


async def test_that_models_looked_at_are_the_recent_ones() -> None:
    rows = [a_model(f"acme/{number:02}") for number in range(MOST_RECENT + 2)]
    lab = BrowserLab(FakeHub(*rows))
    lab.browser.open()
    await lab.browser.wait()
    for row in (*rows, rows[5]):
        lab.browser.select(row)
        await lab.browser.wait()
    lab.browser.show_shelf(Shelf.RECENT)
    await lab.browser.wait()
    assert len(lab.ids) == MOST_RECENT
    assert lab.ids[:2] == ["acme/05", f"acme/{MOST_RECENT + 1}"]
    lab.browser.show_shelf(Shelf.SEARCH)
    await lab.browser.wait()
    assert len(lab.ids) == MOST_RECENT + 2


async def test_that_searches_are_saved_run_renamed_and_deleted() -> None:
    lab = BrowserLab()
    lab.browser.set_query("nuclei")
    lab.browser.set_task("object-detection")
    lab.browser.set_filter(ModelFilter(license="mit"))
    lab.browser.shelf.save_search("  My nuclei ")
    lab.browser.shelf.save_search("")
    lab.browser.clear_filters()
    lab.browser.set_query("")
    lab.browser.shelf.save_search("all")
    await lab.browser.wait()
    assert [saved.name for saved in lab.browser.state.saved] == ["all", "My nuclei"]
    lab.browser.run_search("My nuclei")
    await lab.browser.wait()
    expected = ModelQuery(
        "nuclei", "object-detection", ModelSort.TRENDING, 50, ModelFilter(license="mit")
    )
    assert lab.hub.queries[-1] == expected
    assert lab.browser.state.query == "nuclei"
    lab.browser.shelf.rename_search("My nuclei", "Zebra")
    lab.browser.shelf.delete_search("all")
    await lab.browser.wait()
    assert lab.store.searches.saved == (SavedSearch("Zebra", expected),)
    lab.browser.shelf.rename_search("missing", "x")
    lab.browser.run_search("missing")
    assert [saved.name for saved in lab.browser.state.saved] == ["Zebra"]


async def test_that_a_store_that_fails_is_told_and_the_search_goes_on() -> None:
    lab = BrowserLab()
    lab.store.failure = LabError("The file is damaged.", "It was set aside.")
    lab.browser.open()
    await lab.browser.wait()
    assert lab.ids == ["acme/nuclei"]
    assert lab.browser.state.notice is not None
    assert lab.browser.state.notice.message == "The file is damaged."


async def test_that_changes_are_written_one_after_the_other() -> None:
    lab = BrowserLab()
    lab.browser.open()
    await lab.browser.wait()
    before = lab.store.saves
    lab.store.gate.shut()
    for name in ("a", "b", "c"):
        lab.browser.shelf.save_search(name)
    await until(lambda: lab.store.gate.waiting == 1)
    lab.browser.shelf.save_search("d")
    lab.store.gate.open()
    await lab.browser.wait()
    assert lab.store.saves == before + 2
    assert [saved.name for saved in lab.store.searches.saved] == ["a", "b", "c", "d"]
