"""What a person can do in the Library tab, without widgets."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

from ailab.services.hub.hub_errors import HubError, RateLimitError
from ailab.services.hub.model_info import RepoFile
from ailab.services.lab_error import LabError
from ailab.services.library.cached_repo import RepoKind
from ailab.services.library.check_summary import CheckSummary
from ailab.services.library.deletion_plan import Extent
from ailab.viewmodels.library import LibraryViewModel
from ailab.viewmodels.library_state import LibrarySort, Update
from fakes import COMMIT, FakeHub, FakeLibrary, a_cached_model, a_model, details_of, until


class OfflineError(HubError):
    """No network."""

    is_offline = True


async def a_library(library: FakeLibrary, hub: FakeHub | None = None) -> LibraryViewModel:
    view_model = LibraryViewModel(library, hub or FakeHub())
    view_model.open()
    await view_model.wait()
    return view_model


def shown(view_model: LibraryViewModel) -> list[str]:
    return [repo.id for repo in view_model.state.shown]


async def test_that_rows_appear_as_they_are_read() -> None:
    library = FakeLibrary(*(a_cached_model(f"acme/m{number}") for number in range(4)))
    view_model = LibraryViewModel(library, FakeHub())
    steps = []
    view_model.changed.connect(lambda _, new: steps.append(len(new.shown)))
    view_model.open()
    await view_model.wait()
    assert sorted(set(steps) - {0}) == [2, 4]
    assert view_model.state.has_read
    assert not view_model.state.is_reading


async def test_that_rows_stay_while_the_cache_is_read_again() -> None:
    library = FakeLibrary(a_cached_model("acme/a"), a_cached_model("acme/b"))
    view_model = await a_library(library)
    view_model.select("acme/a")
    library.gate.shut()
    view_model.refresh()
    await until(lambda: library.gate.waiting == 1)
    assert len(shown(view_model)) == 2
    del library.repos["acme/a"]
    library.gate.open()
    await view_model.wait()
    assert "acme/b" in shown(view_model)


async def test_that_data_sets_are_counted_apart() -> None:
    data = replace(a_cached_model("acme/data", 500), kind=RepoKind.DATASET)
    view_model = await a_library(FakeLibrary(a_cached_model(size=1000), data))
    state = view_model.state
    assert (shown(view_model), state.size) == (["acme/nuclei"], 1000)
    assert (state.other_count, state.other_size) == (1, 500)


async def test_that_the_list_is_filtered_and_ordered() -> None:
    old, new = datetime(2026, 1, 1, tzinfo=UTC), datetime(2026, 6, 1, tzinfo=UTC)
    view_model = await a_library(
        FakeLibrary(
            a_cached_model("acme/Cells", 10, last_used=new),
            a_cached_model("zeta/cells", 30, last_used=old),
            a_cached_model("acme/dots", 20),
        )
    )
    assert shown(view_model) == ["acme/Cells", "acme/dots", "zeta/cells"]
    view_model.set_sort(LibrarySort.SIZE, is_descending=True)
    assert shown(view_model) == ["zeta/cells", "acme/dots", "acme/Cells"]
    view_model.set_sort(LibrarySort.LAST_USED, is_descending=True)
    assert shown(view_model) == ["acme/Cells", "zeta/cells", "acme/dots"]
    view_model.set_filter("CELLS ac")
    assert shown(view_model) == ["acme/Cells"]


async def test_that_nothing_is_deleted_before_the_freed_size_was_agreed_to() -> None:
    library = FakeLibrary(a_cached_model(size=2_500_000), a_cached_model("acme/other"))
    view_model = await a_library(library)
    view_model.select("acme/nuclei")
    view_model.plan_deletion(Extent.REPO)
    await view_model.wait()
    plan = view_model.state.plan
    assert plan is not None
    assert plan.freed == 2_500_000
    assert library.deleted == []
    view_model.keep()
    view_model.delete()
    assert library.deleted == []
    view_model.plan_deletion(Extent.REPO)
    await view_model.wait()
    view_model.delete()
    await view_model.wait()
    assert shown(view_model) == ["acme/other"]
    assert view_model.state.notice == "acme/nuclei was deleted: 2.5 MB are free again."
    assert (view_model.state.plan, view_model.state.selected) == (None, None)


async def test_that_a_message_goes_once_the_library_holds_something_else() -> None:
    library = FakeLibrary(a_cached_model(), a_cached_model("acme/other"))
    view_model = await a_library(library)
    view_model.select("acme/nuclei")
    view_model.plan_deletion(Extent.REPO)
    await view_model.wait()
    view_model.delete()
    await view_model.wait()
    view_model.refresh()
    await view_model.wait()
    assert "are free again" in view_model.state.notice
    library.repos["acme/nuclei"] = a_cached_model()  # it was downloaded again
    view_model.refresh()
    await view_model.wait()
    assert view_model.state.notice == ""


async def test_that_selecting_another_model_forgets_the_question() -> None:
    library = FakeLibrary(a_cached_model(), a_cached_model("acme/other"))
    view_model = await a_library(library)
    view_model.select("acme/nuclei")
    view_model.plan_deletion(Extent.REPO)
    view_model.select("acme/other")
    await view_model.wait()
    assert view_model.state.plan is None


async def test_that_a_refused_deletion_is_told_and_the_model_stays() -> None:
    library = FakeLibrary(a_cached_model())
    view_model = await a_library(library)
    view_model.select("acme/nuclei")
    view_model.plan_deletion(Extent.REPO)
    await view_model.wait()
    library.failure = LabError("acme/nuclei is in use.", "Wait.")
    view_model.delete()
    await view_model.wait()
    problem = view_model.state.action_problem
    assert problem is not None
    assert problem.message == "acme/nuclei is in use."
    assert not view_model.state.is_deleting
    assert shown(view_model) == ["acme/nuclei"]


async def test_that_a_cache_that_cannot_be_read_is_told() -> None:
    library = FakeLibrary(a_cached_model())
    library.failure = LabError("The folder can't be read.", "Choose another.")
    view_model = await a_library(library)
    assert view_model.state.problem is not None
    assert not view_model.state.is_reading


async def test_that_verifying_shows_progress_and_names_what_is_damaged() -> None:
    library = FakeLibrary(a_cached_model(), a_cached_model("acme/b"))
    library.verified["acme/nuclei"] = a_cached_model(check=CheckSummary(damaged=("model.onnx",)))
    library.verified["acme/b"] = a_cached_model("acme/b", check=CheckSummary(sound=1))
    view_model = await a_library(library)
    library.gate.shut()
    view_model.verify(["acme/b", "acme/nuclei"])
    await until(lambda: library.gate.waiting == 1)
    checking = view_model.state.checking
    assert checking is not None
    assert (checking.repo_id, checking.done, checking.total) == ("acme/b", 400_000, 1_000_000)
    library.gate.open()
    await view_model.wait()
    problem = view_model.state.action_problem
    assert problem is not None
    assert "acme/nuclei" in problem.message
    assert "acme/b" not in problem.message
    assert not view_model.state.is_checking


async def test_that_a_stopped_verification_publishes_nothing() -> None:
    library = FakeLibrary(a_cached_model())
    view_model = await a_library(library)
    library.gate.shut()
    view_model.verify(["acme/nuclei"])
    await until(lambda: library.gate.waiting == 1)
    view_model.stop_verifying()
    assert view_model.state.checking is None
    await view_model.wait()
    assert (view_model.state.notice, view_model.state.action_problem) == ("", None)


async def test_that_updates_are_asked_for_only_on_request_and_compared_with_main() -> None:
    here, there = a_model("acme/same"), a_model("acme/new")
    hub = FakeHub(here, there)
    hub.details["acme/new"] = replace(details_of(there), revision="f" * 40)
    library = FakeLibrary(a_cached_model("acme/same"), a_cached_model("acme/new"))
    view_model = await a_library(library, hub)
    assert hub.asked_details == []
    view_model.ask_for_updates()
    await view_model.wait()
    assert hub.forgotten == 1  # an answer kept from before would hide what is new
    assert dict(view_model.state.updates) == {
        "acme/same": Update.NONE,
        "acme/new": Update.AVAILABLE,
    }
    assert view_model.state.notice == "The Hub has a newer version of 1 model."


async def test_that_a_model_that_the_hub_refuses_does_not_end_the_asking() -> None:
    hub = FakeHub(a_model("acme/a"))
    hub.failure = HubError("There is no such model.", "Look at its id.")
    view_model = await a_library(FakeLibrary(a_cached_model("acme/a")), hub)
    view_model.ask_for_updates()
    await view_model.wait()
    assert dict(view_model.state.updates) == {"acme/a": Update.UNKNOWN}


async def test_that_a_missing_network_ends_the_asking_and_is_told() -> None:
    hub = FakeHub(a_model("acme/a"), a_model("acme/b"))
    hub.failure = OfflineError("The Hub can't be reached.", "Look at the network.")
    view_model = await a_library(
        FakeLibrary(a_cached_model("acme/a"), a_cached_model("acme/b")), hub
    )
    view_model.ask_for_updates()
    await view_model.wait()
    assert view_model.state.action_problem is not None
    assert not view_model.state.is_asking_updates
    assert len(hub.asked_details) == 1


async def test_that_asking_can_be_stopped() -> None:
    hub = FakeHub(a_model("acme/a"))
    hub.gate.shut()
    view_model = await a_library(FakeLibrary(a_cached_model("acme/a")), hub)
    view_model.ask_for_updates()
    await until(lambda: hub.gate.waiting == 1)
    view_model.stop_asking()
    await view_model.wait()
    assert not view_model.state.is_asking_updates
    assert dict(view_model.state.updates) == {}


async def test_that_the_hub_is_asked_for_checksums_only_where_none_are_kept() -> None:
    hub = FakeHub(a_model("acme/named"), a_model("acme/copied"))
    files = (
        RepoFile("model.onnx", 10, sha256="a" * 64),
        RepoFile("config.json", 2, None, "b" * 40),
    )
    hub.details["acme/copied"] = replace(details_of(a_model("acme/copied")), files=files)
    named = a_cached_model("acme/named", check=CheckSummary(unchecked=1))
    copied = a_cached_model("acme/copied", check=CheckSummary(unnamed=2))
    library = FakeLibrary(named, copied)
    view_model = await a_library(library, hub)
    view_model.verify(["acme/named", "acme/copied"])
    await view_model.wait()
    assert hub.asked_details == ["acme/copied"]
    assert hub.asked_revisions == [COMMIT]
    assert library.checksums == {
        f"{COMMIT}/model.onnx": "a" * 64,
        f"{COMMIT}/config.json": "b" * 40,
    }


async def test_that_without_the_hub_what_can_be_verified_is() -> None:
    hub = FakeHub()
    hub.failure = OfflineError("The Hub can't be reached.", "Look at the network.")
    library = FakeLibrary(a_cached_model(check=CheckSummary(sound=1, unnamed=2)))
    view_model = await a_library(library, hub)
    view_model.verify(["acme/nuclei"])
    await view_model.wait()
    assert "checksums of 2 files are not known" in view_model.state.notice


async def test_that_a_rate_limit_ends_the_asking() -> None:
    hub = FakeHub(a_model("acme/a"))
    hub.failure = RateLimitError("The Hub asks to wait.", "Wait a minute.", seconds=60)
    library = FakeLibrary(a_cached_model("acme/a"), a_cached_model("acme/b"))
    view_model = await a_library(library, hub)
    view_model.ask_for_updates()
    await view_model.wait()
    assert len(hub.asked_details) == 1
    assert view_model.state.action_problem is not None
