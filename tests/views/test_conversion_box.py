"""Turning the chosen model into ONNX, as it is seen and used in both tabs."""

from __future__ import annotations

import itertools
from dataclasses import replace

from fake_judge import FakeJudge
from fake_runs import FakeRuns
from PyQt6.QtWidgets import QApplication, QMessageBox
from pytestqt.qtbot import QtBot

from ailab.services.compatibility.compatibility import Compatibility
from ailab.services.compatibility.machine import Machine
from ailab.services.conversion.conversions import ConversionStage
from ailab.services.inference.engine_table import ONNX, TORCH
from ailab.services.lab_error import LabError
from ailab.services.library.cached_repo import CachedRepo
from ailab.viewmodels.conversion import ConversionViewModel
from ailab.viewmodels.inference import InferenceViewModel
from ailab.viewmodels.inference_state import ModelSource
from ailab.viewmodels.library import LibraryViewModel
from ailab.viewmodels.model_choice import ModelChoice
from ailab.views.conversion_box import ConversionBox
from ailab.views.library_conversion import LibraryConversion
from ailab.views.library_view import LibraryView
from fake_conversions import FakeConversions, a_conversion
from fake_pictures import FakePictures
from fakes import (
    FakeDownloads,
    FakeHub,
    FakeInference,
    FakeLibrary,
    a_cached_model,
    a_model,
    details_of,
    until,
)

SAFETENSORS = ("config.json", "preprocessor_config.json", "model.safetensors")


class Bench:
    """A lab with PyTorch, whose one model is safetensors."""

    def __init__(self) -> None:
        model = a_model()
        self.hub = FakeHub(model)
        self.hub.details[model.id] = details_of(model, *SAFETENSORS)
        self.downloads, self.inference = FakeDownloads(), FakeInference()
        machine = Machine(engines=frozenset({ONNX, TORCH}))
        self.lab = InferenceViewModel(
            self.hub,
            self.downloads,
            self.inference,
            FakePictures(),
            FakeRuns(),
            judge=Compatibility(lambda: False, look=lambda: machine),
            debounce=0,
        )
        self.conversions = FakeConversions()
        self.conversion = ConversionViewModel(
            self.conversions, self.downloads, self.inference, self._choose
        )

    def _choose(self, text: str) -> ModelChoice:
        return ModelChoice(
            *(FakeHub(a_model()), self.downloads, self.inference, FakeJudge()),
            source=ModelSource.HUGGING_FACE,
            text=text,
        )

    async def box(self, qtbot: QtBot) -> ConversionBox:
        """The box below the model that is chosen."""
        box = ConversionBox(self.conversion, self.lab)
        qtbot.addWidget(box)
        self.lab.set_model_text("acme/nuclei")
        self.lab.set_inputs(["a.png"])
        await self.lab.wait()
        box.show()
        return box


async def test_that_a_model_that_pytorch_runs_is_converted_in_one_click(
    dressed: QApplication, qtbot: QtBot
) -> None:
    bench = Bench()
    box = await bench.box(qtbot)
    assert box.convert.isVisible()
    assert not box.cancel.isVisible()
    bench.conversions.gate.shut()
    box.convert.setFocus()
    box.convert.click()
    await until(lambda: bench.conversion.state.stage is ConversionStage.EXPORTING)
    assert box.stage.text() == "Step 2 of 4: Writing it as ONNX …"
    assert box.cancel.isVisible()
    assert not box.convert.isVisible()
    bench.conversions.gate.open()
    await bench.conversion.wait()
    assert [picture for _, picture in bench.conversions.asked] == ["a.png"]
    assert box.banner.message.text().startswith("Converted to ONNX (346 MB)")
    box.banner.dismiss.click()
    assert not box.banner.isVisible()


async def test_that_cancelling_says_that_nothing_was_kept(
    dressed: QApplication, qtbot: QtBot
) -> None:
    bench = Bench()
    box = await bench.box(qtbot)
    bench.conversions.gate.shut()
    box.convert.click()
    await until(lambda: bench.conversion.state.stage is not None)
    box.cancel.click()
    await bench.conversion.wait()
    assert box.banner.message.text() == "Cancelled: nothing was kept."
    assert box.convert.isVisible()


async def test_that_what_is_told_of_a_conversion_goes_with_its_model(
    dressed: QApplication, qtbot: QtBot
) -> None:
    bench = Bench()
    box = await bench.box(qtbot)
    box.convert.click()
    await bench.conversion.wait()
    assert box.banner.isVisible()
    bench.lab.set_model_text("acme/other")
    assert not box.banner.isVisible()
    await bench.lab.wait()
    bench.lab.set_model_text("acme/nuclei")
    await bench.lab.wait()
    assert not box.banner.isVisible()


async def test_that_a_conversion_that_ends_under_another_model_is_not_told_there(
    dressed: QApplication, qtbot: QtBot
) -> None:
    bench = Bench()
    box = await bench.box(qtbot)
    bench.conversions.gate.shut()
    box.convert.click()
    await until(lambda: bench.conversion.state.stage is not None)
    bench.lab.set_model_text("acme/other")
    await bench.lab.wait()
    bench.conversions.gate.open()
    await bench.conversion.wait()
    assert not box.banner.isVisible()


async def test_that_a_failure_is_told_with_what_to_do(dressed: QApplication, qtbot: QtBot) -> None:
    bench = Bench()
    box = await bench.box(qtbot)
    bench.conversions.failure = LabError("It answers otherwise.", "It runs on PyTorch as before.")
    box.convert.click()
    await bench.conversion.wait()
    assert box.banner.message.text() == "It answers otherwise."
    assert box.banner.advice.text() == "It runs on PyTorch as before."


async def test_that_nothing_is_offered_where_there_is_nothing_to_convert(
    dressed: QApplication, qtbot: QtBot
) -> None:
    bench = Bench()
    bench.hub.details.clear()  # an ONNX model
    box = await bench.box(qtbot)
    assert not box.convert.isVisible()


async def test_that_the_reason_stands_where_a_model_cannot_be_converted(
    dressed: QApplication, qtbot: QtBot
) -> None:
    bench = Bench()
    bench.inference.engine = TORCH
    bench.inference.architectures = ("Kosmos2ForConditionalGeneration",)
    box = await bench.box(qtbot)
    assert not box.reason.isVisible()
    bench.lab.set_model_source(ModelSource.LOCAL)
    bench.lab.set_local_path("/models/own")
    await bench.lab.wait()
    assert not box.convert.isVisible()
    assert box.reason.isVisible()
    assert "it writes in a way of its own" in box.reason.text()
    bench.lab.set_model_source(ModelSource.HUGGING_FACE)
    await bench.lab.wait()
    assert box.convert.isVisible()
    assert not box.reason.isVisible()


async def test_that_a_local_folder_is_converted_too(dressed: QApplication, qtbot: QtBot) -> None:
    bench = Bench()
    bench.inference.engine = TORCH
    box = await bench.box(qtbot)
    bench.lab.set_model_source(ModelSource.LOCAL)
    bench.lab.set_local_path("/models/own")
    await bench.lab.wait()
    box.convert.click()
    await bench.conversion.wait()
    [(model, picture)] = bench.conversions.asked
    assert (str(model.path), picture) == ("/models/own", "a.png")
    assert box.banner.isVisible()
    bench.lab.set_model_source(ModelSource.HUGGING_FACE)
    assert not box.banner.isVisible()


def _safetensors(model_id: str = "acme/nuclei") -> CachedRepo:
    repo = a_cached_model(model_id)
    [revision] = repo.revisions
    [file] = revision.files
    files = tuple(replace(file, path=path) for path in SAFETENSORS)
    return replace(repo, revisions=(replace(revision, files=files),))


def _answer(question: QMessageBox | None, text: str) -> None:
    assert question is not None
    next(button for button in question.buttons() if button.text() == text).click()


async def _details(
    bench: Bench, qtbot: QtBot, *repos: CachedRepo
) -> tuple[LibraryView, LibraryConversion]:
    library = LibraryViewModel(FakeLibrary(*repos), FakeHub())
    view = LibraryView(library, "https://hub.test", bench.conversion)
    qtbot.addWidget(view)
    view.resize(1000, 600)
    view.show()
    await library.wait()
    library.select(repos[0].id)
    bench.conversion.open()
    await bench.conversion.wait()
    found = view.details.conversion
    assert found is not None
    return view, found  # the view lives as long as somebody holds it


async def test_that_the_library_converts_tells_the_size_and_deletes(
    dressed: QApplication, qtbot: QtBot
) -> None:
    bench = Bench()
    _view, shown = await _details(bench, qtbot, _safetensors())
    assert shown.convert.isVisible()
    assert not shown.delete.isVisible()
    shown.convert.click()
    await bench.conversion.wait()
    assert shown.words.text() == "Converted to ONNX on this machine: 346 MB, 2026-11-29"
    assert not shown.convert.isVisible()
    shown.delete.click()
    assert shown.question is not None
    assert "346 MB become free" in shown.question.informativeText()
    _answer(shown.question, "Cancel")
    assert len(bench.conversions.there) == 1
    shown.delete.click()
    _answer(shown.question, "Delete conversion")
    await bench.conversion.wait()
    assert bench.conversions.there == []
    assert shown.convert.isVisible()


async def test_that_the_library_says_why_a_model_cannot_be_converted_instead_of_offering_it(
    dressed: QApplication, qtbot: QtBot
) -> None:
    bench = Bench()
    bench.inference.architectures = ("Kosmos2ForConditionalGeneration",)
    _view, shown = await _details(bench, qtbot, _safetensors())
    assert not shown.convert.isVisible()
    assert shown.words.text().startswith("It cannot be converted to ONNX: it writes in a way")


async def test_that_the_library_offers_to_convert_what_it_cannot_read_so_that_it_says_why(
    dressed: QApplication, qtbot: QtBot
) -> None:
    bench = Bench()
    bench.inference.open_failure = LabError("Its config.json is damaged.", "Download it again.")
    _view, shown = await _details(bench, qtbot, _safetensors())
    assert shown.convert.isVisible()


async def test_that_the_library_offers_nothing_for_onnx_models_but_tells_of_conversions(
    dressed: QApplication, qtbot: QtBot
) -> None:
    bench = Bench()
    _view, shown = await _details(bench, qtbot, a_cached_model())
    assert not shown.isVisible()
    bench.conversions.there = [a_conversion()]
    bench.conversion.open()
    await bench.conversion.wait()
    assert shown.delete.isVisible()
    assert not shown.convert.isVisible()


async def test_that_a_failure_of_this_model_is_told_in_the_library(
    dressed: QApplication, qtbot: QtBot
) -> None:
    bench = Bench()
    _view, shown = await _details(bench, qtbot, _safetensors())
    bench.conversions.failure = LabError("It answers otherwise.", "It runs as before.")
    shown.convert.click()
    await bench.conversion.wait()
    assert shown.words.text() == "It answers otherwise. It runs as before."


async def test_that_a_conversion_whose_model_was_deleted_is_listed_and_can_go_too(
    dressed: QApplication, qtbot: QtBot
) -> None:
    bench = Bench()
    gone, local = a_conversion("acme/gone", size=12_000_000), a_conversion("/models/own")
    bench.conversions.there = [a_conversion(), gone, local]
    view, _ = await _details(bench, qtbot, _safetensors())
    orphans = view.orphans
    assert orphans is not None
    [(label, button), (other, _button)] = orphans.rows
    assert "acme/gone" in label.text()
    assert "12.0 MB; its own files were deleted" in label.text()
    assert other.text() == "/models/own: converted to ONNX on this machine, 346 MB"
    button.click()
    _answer(orphans.question, "Delete conversion")
    await bench.conversion.wait()
    there = [each.record.model_id for each in bench.conversions.there]
    assert there == ["acme/nuclei", "/models/own"]
    [(left, _)] = orphans.rows
    assert "/models/own" in left.text()


async def test_that_what_is_told_of_a_model_is_whole_and_apart_where_there_is_little_room(
    dressed: QApplication, qtbot: QtBot
) -> None:
    bench = Bench()
    bench.conversions.there = [a_conversion()]
    view, shown = await _details(bench, qtbot, _safetensors())
    view.resize(640, 380)
    details = view.details
    rows = (details.use, details.verify, details.open_page, shown.words, shown.delete)
    parts = (*rows, details.delete_revision, details.revisions)

    def tops() -> list[tuple[int, int]]:
        whole = [(part.mapToGlobal(part.rect().topLeft()).y(), part.height()) for part in parts]
        return [(top, top + height) for top, height in whole]

    bar = details.column.verticalScrollBar()
    assert bar is not None
    qtbot.waitUntil(bar.isVisible)  # everything has found its place
    for (_, end), (top, _) in itertools.pairwise(tops()):
        assert end <= top
    for part in parts:
        assert part.height() >= min(part.minimumSizeHint().height(), part.sizeHint().height())
