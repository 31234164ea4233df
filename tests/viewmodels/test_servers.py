"""Choosing a server, and a model on it."""

from __future__ import annotations

import pytest

from ailab.services.inference.inference_errors import ModelFileError, NotDescribedError
from ailab.services.served.oip_values import ServedRow
from ailab.services.served.served_error import ServerError
from ailab.viewmodels.inference_state import Fitness, ModelSource
from ailab.viewmodels.sheet_step import SheetStep
from inference_lab import Lab

SERVER = "http://host:8000"
YOLOX = f"{SERVER}/v2/models/yolox"


@pytest.fixture
def lab() -> Lab:
    made = Lab()
    made.view_model.set_model_source(ModelSource.SERVER)
    return made


async def connect(lab: Lab, address: str = "host:8000") -> None:
    lab.view_model.servers.set_address(address)
    lab.view_model.servers.connect_to_server()
    await lab.view_model.wait()


async def test_that_a_server_gives_models_to_choose_from(lab: Lab) -> None:
    await connect(lab)
    state = lab.view_model.servers.state
    assert state.address == SERVER
    assert state.known == (SERVER,)
    assert [choice.text for choice in state.choices or ()] == [
        "yolox",
        "segformer-b0-finetuned-ade-512-512",
        "depth (unavailable)",
    ]
    assert state.text == "Connected to triton 2.50.0."
    assert lab.view_model.state.why_not_run == "Choose a model first."


async def test_that_a_chosen_model_runs_and_pictures_are_said_to_leave(lab: Lab) -> None:
    await connect(lab)
    lab.view_model.servers.choose(YOLOX)
    await lab.view_model.wait()
    status = lab.view_model.state.status
    assert status.fitness is Fitness.RUNS
    assert status.text == "Runs on the server at host:8000: Object Detection, 2 classes."
    assert "are sent to that server" in status.advice
    assert status.sheet is SheetStep.EDIT


async def test_that_versions_are_told_apart_where_there_are_several(lab: Lab) -> None:
    lab.servers.rows = (ServedRow("yolox", "1", "READY"), ServedRow("yolox", "2", "READY"))
    await connect(lab)
    choices = lab.view_model.servers.state.choices or ()
    assert [(each.text, each.address) for each in choices] == [
        ("yolox, version 1", f"{YOLOX}/versions/1"),
        ("yolox, version 2", f"{YOLOX}/versions/2"),
    ]


async def test_that_the_only_model_is_taken_at_once(lab: Lab) -> None:
    lab.servers.rows = (ServedRow("yolox"),)
    await connect(lab)
    assert lab.view_model.state.served_model == YOLOX
    assert lab.view_model.state.status.fitness is Fitness.RUNS


async def test_that_a_name_is_typed_where_the_server_keeps_no_list(lab: Lab) -> None:
    lab.servers.rows = None
    await connect(lab)
    assert lab.view_model.servers.state.takes_name
    assert "type the name" in lab.view_model.servers.state.text
    lab.view_model.servers.set_model_name(" yolox ")
    await lab.view_model.wait()
    assert lab.view_model.state.served_model == YOLOX
    lab.view_model.servers.set_model_name("")
    assert lab.view_model.state.status.fitness is Fitness.NONE


async def test_that_a_server_that_fails_is_told_with_what_to_do(lab: Lab) -> None:
    lab.servers.failure = ServerError("No server answers at host:8000.", "Check the address.")
    await connect(lab)
    state = lab.view_model.servers.state
    assert state.problem is not None
    assert state.problem.message == "No server answers at host:8000."
    assert not state.is_connecting
    lab.servers.failure = None
    await connect(lab)
    assert lab.view_model.servers.state.problem is None


async def test_that_another_address_forgets_models_and_stops_asking(lab: Lab) -> None:
    await connect(lab)
    lab.view_model.servers.choose(YOLOX)
    lab.servers.gate.shut()
    lab.view_model.servers.connect_to_server()
    await lab.until(lambda: len(lab.servers.asked) == 2)
    lab.view_model.servers.set_address("other")
    assert not lab.view_model.servers.state.is_connecting
    assert lab.view_model.servers.state.choices is None
    assert lab.view_model.state.served_model == ""
    await lab.view_model.wait()
    assert lab.view_model.servers.state.listing is None


async def test_that_the_last_server_is_offered_again(lab: Lab) -> None:
    lab.servers.addresses = (SERVER, "http://old")
    lab.view_model.servers.open()
    await lab.view_model.wait()
    state = lab.view_model.servers.state
    assert (state.address, state.known) == (SERVER, (SERVER, "http://old"))
    assert not lab.servers.asked


async def test_that_a_models_whole_address_may_be_pasted(lab: Lab) -> None:
    await connect(lab, YOLOX)
    state = lab.view_model.servers.state
    assert (state.address, state.model) == (SERVER, YOLOX)
    assert lab.view_model.state.status.fitness is Fitness.RUNS


async def test_that_a_server_that_is_away_says_nothing_against_the_model(lab: Lab) -> None:
    lab.inference.open_failure = ServerError("No server answers at host.", "Check it.")
    lab.view_model.servers.show_model(YOLOX)
    await lab.view_model.wait()
    status = lab.view_model.state.status
    assert (status.fitness, status.text) == (Fitness.UNKNOWN, "No server answers at host.")


@pytest.mark.parametrize(
    ("error", "step", "by_button"),
    [
        (
            NotDescribedError("Nothing.", "Write it.", by_button="Press it."),
            SheetStep.DESCRIBE,
            "Press it.",
        ),
        (ModelFileError("No such model.", "Write it."), SheetStep.NONE, ""),
    ],
)
async def test_that_a_model_without_a_sheet_can_be_described(
    lab: Lab, error: ModelFileError, step: SheetStep, by_button: str
) -> None:
    lab.inference.open_failure = error
    lab.view_model.servers.show_model(YOLOX)
    await lab.view_model.wait()
    status = lab.view_model.state.status
    assert (status.fitness, status.sheet) == (Fitness.REFUSED, step)
    assert status.advice == "Write it.", "a terminal has no button"
    assert status.by_button == by_button


async def test_that_a_run_names_server_and_model_and_brings_them_back(lab: Lab) -> None:
    lab.view_model.servers.show_model(f"{YOLOX}/versions/2")
    lab.view_model.set_inputs(("a.png",))
    lab.view_model.set_save_to("out")
    await lab.view_model.wait()
    lab.view_model.run()
    await lab.view_model.wait()
    ((folder, record),) = lab.runs.records.items()
    assert (record.model, record.model_source) == (f"{YOLOX}/versions/2", "server")
    assert (record.endpoint, record.variant) == (None, None)
    again = Lab(runs=lab.runs)
    again.servers.addresses = (SERVER,)
    again.view_model.servers.open()
    await again.view_model.wait()
    again.view_model.load_results(str(folder))
    await again.view_model.wait()
    assert again.view_model.state.model_source is ModelSource.SERVER
    assert again.view_model.state.status.fitness is Fitness.RUNS
    servers = again.view_model.servers.state
    assert (servers.address, servers.model_name) == (SERVER, "yolox")
    assert again.view_model.results.state.title == "yolox"


async def _saved_run(lab: Lab) -> str:
    """The folder of a run of a model on the server."""
    await connect(lab)
    lab.view_model.servers.choose(YOLOX)
    lab.view_model.set_inputs(["a.png"])
    lab.view_model.set_save_to("out")
    await lab.view_model.wait()
    lab.view_model.run()
    await lab.until(lambda: not lab.view_model.state.is_running)
    await lab.view_model.wait()
    (folder,) = lab.runs.records
    lab.runs.results[folder] = lab.view_model.results.state.results
    return str(folder)


async def test_that_results_of_a_stranger_ask_no_server_by_themselves(lab: Lab) -> None:
    folder = await _saved_run(lab)
    other = Lab(runs=lab.runs)
    other.view_model.load_results(folder)
    await other.view_model.wait()
    status = other.view_model.state.status
    assert status.fitness is Fitness.UNKNOWN
    assert status.text.startswith("It is on the server at host:8000, which was not asked")
    assert other.view_model.state.served_model == YOLOX
    other.view_model.check_again()
    await other.view_model.wait()
    assert other.view_model.state.status.fitness is Fitness.RUNS


async def test_that_results_of_a_server_used_before_are_ready_to_be_repeated(lab: Lab) -> None:
    folder = await _saved_run(lab)
    lab.view_model.load_results(folder)
    await lab.view_model.wait()
    assert lab.view_model.state.status.fitness is Fitness.RUNS
