"""The settings' dialog over a real file."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from PyQt6.QtCore import Qt
from PyQt6.QtWidgets import QApplication, QMessageBox, QPushButton
from pytestqt.qtbot import QtBot

from ailab.services.compatibility.device_report import DeviceReport
from ailab.services.problem import Problem
from ailab.services.settings.lab_settings import LabSettings
from ailab.services.settings.override import Override
from ailab.services.settings.settings_file import SettingsFile
from ailab.services.settings.settings_store import LoadedSettings
from ailab.viewmodels.settings import SettingsViewModel
from ailab.views.settings_dialog import SettingsDialog
from model_browser_driver import press, type_text

ON_CPU = DeviceReport(("cpu",), "Now: ONNX Runtime on the CPU.")


def answer(question: QMessageBox | None, text: str) -> None:
    """Press one of a question's buttons."""
    assert question is not None
    next(button for button in question.buttons() if button.text() == text).click()


def _dialog(
    qtbot: QtBot,
    folder: Path,
    loaded: LoadedSettings | None = None,
    overrides: Mapping[str, Override] | None = None,
    devices: DeviceReport = ON_CPU,
) -> tuple[SettingsDialog, SettingsViewModel]:
    model = SettingsViewModel(
        SettingsFile(folder),
        loaded or LoadedSettings(),
        overrides or {},
        str(folder / "hub"),
        look_at_devices=lambda _: devices,
    )
    dialog = SettingsDialog(model)
    qtbot.addWidget(dialog)
    dialog.show()
    return dialog, model


async def test_that_what_is_typed_is_saved_and_a_new_start_asked_for(
    dressed: QApplication, qtbot: QtBot, tmp_path: Path
) -> None:
    (tmp_path / "hub" / "models--lab--a").mkdir(parents=True)
    dialog, model = _dialog(qtbot, tmp_path)
    await model.wait()
    assert dialog.hints["cache_folder"].text().startswith("1 model there now; ")
    assert not dialog.save.isEnabled()
    dialog.endpoint.setText("https://mirror.example")
    dialog.endpoint.textEdited.emit("https://mirror.example")
    assert dialog.save.isEnabled()
    dialog.save.click()
    await model.wait()
    assert "Start ailab again" in dialog.banner.message.text()
    loaded = await SettingsFile(tmp_path).load()
    assert loaded.settings == LabSettings(endpoint="https://mirror.example")
    dialog.reset.click()
    assert dialog.question is not None
    press(dialog.question, Qt.Key.Key_Return)  # the answer that loses nothing comes first
    assert dialog.endpoint.text() == "https://mirror.example"
    dialog.reset.click()
    answer(dialog.question, "Reset all")
    await model.wait()
    assert dialog.endpoint.text() == ""
    assert not dialog.banner.isVisible()


async def test_that_a_field_says_what_is_wrong_with_it(
    dressed: QApplication, qtbot: QtBot, tmp_path: Path
) -> None:
    dialog, model = _dialog(qtbot, tmp_path)
    dialog.proxy.setText("ftp://x")
    dialog.proxy.textEdited.emit("ftp://x")
    await model.wait()
    assert "not the address of a proxy" in dialog.hints["proxy"].text()
    assert not dialog.save.isEnabled()


async def test_that_the_time_for_a_picture_is_typed_and_what_it_means_stands_below(
    dressed: QApplication, qtbot: QtBot, tmp_path: Path
) -> None:
    dialog, model = _dialog(qtbot, tmp_path)
    await model.wait()
    assert dialog.time_limit.text() == "Automatic"
    assert "half an hour" in dialog.hints["time_limit"].text()
    dialog.time_limit.selectAll()
    type_text(dialog.time_limit, "120")
    assert dialog.time_limit.text() == "120 seconds"
    assert "half an hour" not in dialog.hints["time_limit"].text()
    dialog.save.click()
    await model.wait()
    assert model.state.settings == LabSettings(time_limit=120)
    assert dialog.banner.isHidden()


async def test_that_check_boxes_count_at_once(
    dressed: QApplication, qtbot: QtBot, tmp_path: Path
) -> None:
    dialog, model = _dialog(qtbot, tmp_path)
    dialog.previews.click()
    dialog.offline.click()
    assert model.state.settings == LabSettings(shows_previews=False, is_offline=True)
    await model.wait()


async def test_that_it_says_what_the_environment_decides(
    dressed: QApplication, qtbot: QtBot, tmp_path: Path
) -> None:
    overrides = {
        "endpoint": Override("HF_ENDPOINT", "https://mirror.lab"),
        "cache_folder": Override("HF_HOME", "/elsewhere"),
        "is_offline": Override("HF_HUB_OFFLINE", "1"),
    }
    kept = LabSettings("/mine", "https://mine.lab")
    dialog, model = _dialog(qtbot, tmp_path, LoadedSettings(kept), overrides)
    await model.wait()
    assert dialog.hints["endpoint"].text() == "HF_ENDPOINT is set in the environment, and wins."
    assert not dialog.endpoint.isEnabled()
    assert dialog.endpoint.text() == "https://mirror.lab"
    assert (dialog.folder.text(), dialog.folder.placeholderText()) == ("", str(tmp_path / "hub"))
    assert dialog.proxy.isEnabled()
    assert dialog.offline.isChecked()
    assert not dialog.offline.isEnabled()


async def test_that_a_damaged_file_of_settings_is_told(
    dressed: QApplication, qtbot: QtBot, tmp_path: Path
) -> None:
    problem = Problem("The file of settings is damaged.", "It is kept.")
    dialog, model = _dialog(qtbot, tmp_path, LoadedSettings(problem=problem))
    await model.wait()
    assert dialog.banner.message.text() == problem.message
    dialog.banner.dismiss.click()
    assert not dialog.banner.isVisible()


async def test_that_enter_saves_and_closes_from_the_close_button_alone(
    dressed: QApplication, qtbot: QtBot, tmp_path: Path
) -> None:
    dialog, model = _dialog(qtbot, tmp_path)
    await model.wait()
    type_text(dialog.proxy, "http://p:1")
    press(dialog.proxy, Qt.Key.Key_Return)
    await model.wait()
    assert model.state.settings == LabSettings(proxy="http://p:1")
    assert dialog.isVisible()
    press(dialog.proxy, Qt.Key.Key_Return)
    assert dialog.isVisible()
    closes = next(each for each in dialog.findChildren(QPushButton) if "Close" in each.text())
    press(closes, Qt.Key.Key_Return)
    assert not dialog.isVisible()


async def test_that_what_models_run_on_is_chosen_and_its_outcome_told(
    dressed: QApplication, qtbot: QtBot, tmp_path: Path
) -> None:
    report = DeviceReport(("cpu", "cuda"), "Now: ONNX Runtime on the CPU.", "pip install it")
    dialog, model = _dialog(qtbot, tmp_path, devices=report)
    assert dialog.device.words.text() == "Looking…"
    await model.wait()
    choice = dialog.device.choice
    assert [choice.itemText(row) for row in range(choice.count())] == ["Automatic", "CPU", "CUDA"]
    assert dialog.device.words.text() == report.words
    assert dialog.device.command.text.text == "pip install it"
    choice.setCurrentIndex(2)
    choice.activated.emit(2)
    await model.wait()
    assert (await SettingsFile(tmp_path).load()).settings == LabSettings(device="cuda")
    assert choice.currentText() == "CUDA"


async def test_that_no_command_is_shown_where_there_is_nothing_to_install(
    dressed: QApplication, qtbot: QtBot, tmp_path: Path
) -> None:
    dialog, model = _dialog(qtbot, tmp_path)
    await model.wait()
    assert not dialog.device.command.isVisible()
