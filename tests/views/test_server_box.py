"""Choosing a server of models and one of them, in the window."""

from __future__ import annotations

from typing import Any

import pytest
from PyQt6.QtCore import Qt
from PyQt6.QtTest import QTest
from pytestqt.qtbot import QtBot

from ailab.services.served.served_error import ServerError
from ailab.views.model_panel import ModelPanel
from ailab.views.server_box import ServerBox
from inference_lab import Lab

GESTURES: Any = QTest  # the stubs take its functions for methods


@pytest.fixture
def panel(lab: Lab, qtbot: QtBot) -> ModelPanel:
    made = ModelPanel(lab.view_model)
    qtbot.addWidget(made)
    made.show()
    made.source.setCurrentText("Server")
    return made


@pytest.fixture
def box(panel: ModelPanel) -> ServerBox:
    return panel.server


async def connect(lab: Lab, box: ServerBox) -> None:
    GESTURES.keyClicks(box.field, "host:8000")
    GESTURES.mouseClick(box.connect_button, Qt.MouseButton.LeftButton)
    await lab.view_model.wait()


async def test_that_nothing_but_the_address_is_asked_at_first(
    box: ServerBox, panel: ModelPanel
) -> None:
    assert box.isVisible()
    assert not panel.local.isVisible()
    assert not panel.model.isVisible()
    assert not box.models.isVisible()
    assert not box.name.isVisible()
    assert not box.connect_button.isEnabled()
    assert "Open Inference Protocol" in box.status.text()


async def test_that_a_model_is_chosen_from_the_servers_list(
    lab: Lab, box: ServerBox, panel: ModelPanel
) -> None:
    await connect(lab, box)
    assert box.field.text() == "http://host:8000"
    assert [box.models.itemText(i) for i in range(box.models.count())] == [
        "Choose a model",
        "yolox",
        "segformer-b0-finetuned-ade-512-512",
        "depth (unavailable)",
    ]
    box.models.setCurrentIndex(1)
    box.models.activated.emit(1)
    await lab.view_model.wait()
    assert lab.view_model.state.served_model == "http://host:8000/v2/models/yolox"
    assert "Runs on the server at host:8000" in panel.status.text()
    assert panel.sheet.text() == "Edit sheet…"
    box.models.setCurrentIndex(0)
    box.models.activated.emit(0)
    assert lab.view_model.state.served_model == ""


async def test_that_connecting_can_be_stopped(lab: Lab, box: ServerBox) -> None:
    lab.servers.gate.shut()
    GESTURES.keyClicks(box.field, "host:8000")
    GESTURES.keyClick(box.field, Qt.Key.Key_Return)
    await lab.until(lambda: bool(lab.servers.asked))
    assert box.connect_button.text() == "Stop"
    assert "Asking the server" in box.status.text()
    GESTURES.mouseClick(box.connect_button, Qt.MouseButton.LeftButton)
    assert box.connect_button.text() == "Conn&ect"
    await lab.view_model.wait()
    assert not box.models.isVisible()


async def test_that_why_a_server_fails_and_what_to_do_stand_below_it(
    lab: Lab, box: ServerBox
) -> None:
    lab.servers.failure = ServerError("No server answers at host:8000.", "Check the address.")
    await connect(lab, box)
    assert box.status.text() == "No server answers at host:8000."
    assert box.advice.text() == "Check the address."


async def test_that_a_name_is_typed_where_the_server_has_no_list(lab: Lab, box: ServerBox) -> None:
    lab.servers.rows = None
    await connect(lab, box)
    assert not box.models.isVisible()
    GESTURES.keyClicks(box.name, "yolox")
    await lab.view_model.wait()
    assert lab.view_model.state.served_model == "http://host:8000/v2/models/yolox"
    assert box.name.text() == "yolox"


async def test_that_addresses_used_before_drop_down_and_connect(lab: Lab, box: ServerBox) -> None:
    lab.servers.addresses = ("http://one:8000", "http://two:8000")
    lab.view_model.servers.open()
    await lab.view_model.wait()
    assert box.field.text() == "http://one:8000"
    box.address.setCurrentIndex(1)
    box.address.activated.emit(1)
    await lab.view_model.wait()
    assert lab.servers.asked == ["http://two:8000"]
    assert box.field.text() == "http://two:8000"
    assert [box.address.itemText(i) for i in range(box.address.count())] == [
        "http://two:8000",
        "http://one:8000",
    ]
