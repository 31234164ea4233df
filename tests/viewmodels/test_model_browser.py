from __future__ import annotations

from ailab.services.hub.hub_errors import HubOfflineError, HubServerError, ModelNotFoundError
from ailab.services.hub.model_info import RepoFile
from ailab.services.hub.model_query import ModelQuery, ModelSort
from ailab.viewmodels.model_browser import ModelBrowserViewModel
from ailab.viewmodels.model_browser_state import ModelBrowserState
from browser_lab import a_browser
from fakes import FakeHub, Gate, a_model, details_of, until


def browser(hub: FakeHub) -> ModelBrowserViewModel:
    return a_browser(hub)


def many(number: int) -> tuple[FakeHub, ModelBrowserViewModel]:
    hub = FakeHub(*(a_model(f"acme/model-{n:03}") for n in range(number)), page_size=10)
    return hub, browser(hub)


async def test_that_opening_lists_the_trending_models() -> None:
    hub = FakeHub(a_model("acme/one"), a_model("acme/two"))
    view_model = browser(hub)
    view_model.open()
    assert view_model.state.is_searching
    await view_model.wait()
    assert [model.id for model in view_model.state.results] == ["acme/one", "acme/two"]
    assert not view_model.state.is_searching
    assert hub.queries == [ModelQuery(limit=50)]


async def test_that_opening_again_asks_nothing() -> None:
    hub = FakeHub()
    view_model = browser(hub)
    view_model.open()
    await view_model.wait()
    view_model.open()
    await view_model.wait()
    assert len(hub.queries) == 1


async def test_that_text_task_and_sort_are_asked_of_the_hub() -> None:
    hub = FakeHub()
    view_model = browser(hub)
    view_model.set_query("  nuclei ")
    view_model.set_task("object-detection")
    view_model.set_sort(ModelSort.LIKES)
    await view_model.wait()
    assert hub.queries[-1] == ModelQuery("nuclei", "object-detection", ModelSort.LIKES, 50)


async def test_that_fast_typing_asks_once() -> None:
    hub = FakeHub()
    view_model = a_browser(hub, debounce=0.01)
    for text in ("n", "nu", "nuc"):
        view_model.set_query(text)
    await view_model.wait()
    assert [query.search for query in hub.queries] == ["nuc"]


async def test_that_enter_asks_without_waiting_for_rest() -> None:
    hub = FakeHub()
    view_model = a_browser(hub, debounce=3600)
    view_model.set_query("nuclei")
    view_model.submit_query()
    await view_model.wait()
    assert [query.search for query in hub.queries] == ["nuclei"]


async def test_that_a_late_older_answer_is_never_shown() -> None:
    hub = FakeHub(a_model("acme/old"), a_model("acme/new"))
    hub.gates["old"] = Gate(is_open=False)
    view_model = browser(hub)
    shown: list[tuple[str, ...]] = []

    def note(_: ModelBrowserState, new: ModelBrowserState) -> None:
        shown.append(tuple(model.id for model in new.results))

    view_model.changed.connect(note)
    view_model.set_query("old")
    await until(lambda: hub.gates["old"].waiting == 1)
    view_model.set_query("new")
    hub.gates["old"].open()
    await view_model.wait()
    assert view_model.state.results[0].id == "acme/new"
    assert ("acme/old",) not in shown


async def test_that_the_rows_before_stay_until_new_ones_come() -> None:
    hub, view_model = many(3)
    view_model.open()
    await view_model.wait()
    hub.gate.shut()
    view_model.set_query("002")
    await until(lambda: hub.gate.waiting == 1)
    assert len(view_model.state.results) == 3
    assert view_model.state.is_searching
    hub.gate.open()
    await view_model.wait()
    assert [model.id for model in view_model.state.results] == ["acme/model-002"]


async def test_that_further_pages_append() -> None:
    _, view_model = many(25)
    view_model.open()
    await view_model.wait()
    for expected in (20, 25):
        view_model.load_more()
        assert view_model.state.is_loading_more
        await view_model.wait()
        assert len(view_model.state.results) == expected
    assert view_model.state.next_page is None
    view_model.load_more()
    assert not view_model.state.is_loading_more


async def test_that_a_row_that_moved_between_pages_stands_once() -> None:
    rows = [a_model(f"acme/model-{n}") for n in range(10)]
    hub = FakeHub(*rows, rows[0], a_model("acme/last"), page_size=10)
    view_model = browser(hub)
    view_model.open()
    await view_model.wait()
    view_model.load_more()
    await view_model.wait()
    ids = [model.id for model in view_model.state.results]
    assert len(ids) == len(set(ids)) == 11


async def test_that_a_failed_further_page_is_asked_again_only_on_demand() -> None:
    hub, view_model = many(25)
    view_model.open()
    await view_model.wait()
    hub.failure = HubServerError("The Hub stumbled.", "Try again.")
    view_model.load_more()
    await view_model.wait()
    assert view_model.state.more_problem is not None
    assert len(view_model.state.results) == 10
    view_model.load_more()
    assert not view_model.state.is_loading_more
    hub.failure = None
    view_model.retry_more()
    await view_model.wait()
    assert len(view_model.state.results) == 20
    assert view_model.state.more_problem is None


async def test_that_a_new_search_drops_a_page_on_its_way() -> None:
    hub, view_model = many(25)
    view_model.open()
    await view_model.wait()
    hub.gate.shut()
    view_model.load_more()
    await until(lambda: hub.gate.waiting == 1)
    hub.gates["003"] = Gate()
    view_model.set_query("003")
    hub.gate.open()
    await view_model.wait()
    assert [model.id for model in view_model.state.results] == ["acme/model-003"]
    assert not view_model.state.is_loading_more


async def test_that_being_offline_is_told_and_can_be_retried() -> None:
    hub = FakeHub()
    hub.failure = HubOfflineError("The Hub can't be reached.", "Check the network.")
    view_model = browser(hub)
    view_model.open()
    await view_model.wait()
    problem = view_model.state.problem
    assert problem is not None
    assert problem.is_offline
    assert not view_model.state.is_empty
    hub.failure = None
    view_model.refresh()
    await view_model.wait()
    assert view_model.state.problem is None
    assert view_model.state.results


async def test_that_no_match_is_empty_and_no_problem() -> None:
    view_model = browser(FakeHub())
    assert not view_model.state.is_empty
    view_model.set_query("nothing like it")
    await view_model.wait()
    assert view_model.state.is_empty
    assert view_model.state.problem is None


async def test_that_selecting_a_row_reads_its_details_and_verdict() -> None:
    hub = FakeHub()
    view_model = browser(hub)
    view_model.open()
    await view_model.wait()
    assert not view_model.state.can_select
    view_model.select(view_model.state.results[0])
    assert view_model.state.can_select
    assert view_model.state.is_loading_details
    await view_model.wait()
    assert view_model.state.details == details_of(hub.models[0])
    assert view_model.state.verdict is not None
    assert view_model.state.verdict.runs


async def test_that_details_seen_are_not_asked_again_until_refresh() -> None:
    hub = FakeHub(a_model("acme/one"), a_model("acme/two"))
    view_model = browser(hub)
    view_model.open()
    await view_model.wait()
    one, two = view_model.state.results
    for model in (one, two, one):
        view_model.select(model)
        await view_model.wait()
    assert hub.asked_details == ["acme/one", "acme/two"]
    view_model.refresh()
    await view_model.wait()
    assert hub.asked_details == ["acme/one", "acme/two", "acme/one"]


async def test_that_details_of_a_row_left_are_never_shown() -> None:
    hub = FakeHub(a_model("acme/slow"), a_model("acme/fast"))
    hub.gates["acme/slow"] = Gate(is_open=False)
    view_model = browser(hub)
    view_model.open()
    await view_model.wait()
    slow, fast = view_model.state.results
    view_model.select(slow)
    await until(lambda: hub.gates["acme/slow"].waiting == 1)
    view_model.select(fast)
    hub.gates["acme/slow"].open()
    await view_model.wait()
    assert view_model.state.selected_id == "acme/fast"
    assert view_model.state.details is not None
    assert view_model.state.details.info.id == "acme/fast"


async def test_that_a_vanished_model_says_so_and_the_list_stays() -> None:
    hub = FakeHub()
    view_model = browser(hub)
    view_model.open()
    await view_model.wait()
    hub.failure = ModelNotFoundError("There is no such model.", "Choose another.")
    view_model.select(view_model.state.results[0])
    await view_model.wait()
    assert view_model.state.details_problem is not None
    assert view_model.state.results
    hub.failure = None
    view_model.retry_details()
    await view_model.wait()
    assert view_model.state.details is not None
    assert view_model.state.details_problem is None


async def test_that_a_renamed_model_is_selected_by_its_present_id() -> None:
    hub = FakeHub(a_model("acme/old-name"))
    hub.details["acme/old-name"] = details_of(a_model("acme/new-name"))
    view_model = browser(hub)
    view_model.open()
    await view_model.wait()
    view_model.select(view_model.state.results[0])
    assert view_model.state.selected_id == "acme/old-name"
    await view_model.wait()
    assert view_model.state.selected_id == "acme/new-name"


async def test_that_the_selection_survives_a_search_that_still_holds_it() -> None:
    _, view_model = many(5)
    view_model.open()
    await view_model.wait()
    view_model.select(view_model.state.results[3])
    await view_model.wait()
    view_model.set_query("003")
    await view_model.wait()
    assert view_model.state.selected_id == "acme/model-003"
    assert view_model.state.details is not None
    view_model.set_query("004")
    await view_model.wait()
    assert view_model.state.selection is None
    assert view_model.state.details is None


async def test_that_a_closed_dialog_leaves_nothing_under_way() -> None:
    hub = FakeHub()
    hub.gate.shut()
    view_model = browser(hub)
    view_model.open()
    await until(lambda: hub.gate.waiting == 1)
    view_model.rest()
    await view_model.wait()
    assert hub.gate.waiting == 0
    assert not view_model.state.is_searching
    hub.gate.open()
    view_model.open()
    await view_model.wait()
    assert view_model.state.results


async def test_that_closing_ends_what_is_under_way() -> None:
    hub = FakeHub()
    hub.gate.shut()
    view_model = browser(hub)
    view_model.open()
    await until(lambda: hub.gate.waiting == 1)
    await view_model.close()
    assert hub.gate.waiting == 0


async def test_that_unknown_sizes_give_no_download_size() -> None:
    hub = FakeHub()
    files = tuple(
        RepoFile(name) for name in ("config.json", "preprocessor_config.json", "model.onnx")
    )
    details = details_of(hub.models[0])
    hub.details[hub.models[0].id] = type(details)(info=details.info, files=files)
    view_model = browser(hub)
    view_model.open()
    await view_model.wait()
    view_model.select(view_model.state.results[0])
    await view_model.wait()
    assert view_model.state.verdict is not None
    assert view_model.state.verdict.runs
    assert view_model.state.verdict.download_size is None
