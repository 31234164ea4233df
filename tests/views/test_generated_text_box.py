"""What a model wrote, to be read and copied."""

from __future__ import annotations

from PyQt6.QtCore import Qt
from PyQt6.QtGui import QGuiApplication
from pytestqt.qtbot import QtBot

from ailab.services.inference.generated_text import GeneratedText
from ailab.services.inference.predictions import Classification, ClassScore
from ailab.views.filmstrip_view import FilmstripView
from ailab.views.results_panel import ResultsPanel
from fakes import two_nuclei
from inference_lab import Lab


async def test_that_the_text_is_shown_and_copied_whole(lab: Lab, panel: ResultsPanel) -> None:
    lab.inference.prediction = GeneratedText("two cats\non a couch")
    await lab.run()
    assert panel.text_box.isVisible()
    assert panel.text_box.words.toPlainText() == "two cats\non a couch"
    assert panel.count.text() == "5 words, written by the model: read them with care."
    for control in (panel.threshold, panel.overlay, panel.opacity, panel.labels_heading):
        assert not control.isVisible()
    panel.text_box.copy_button.click()
    clipboard = QGuiApplication.clipboard()
    assert clipboard is not None
    assert clipboard.text() == "two cats\non a couch"
    assert panel.text_box.copy_button.text() == "Copied"


async def test_that_the_question_stands_above_its_answer(lab: Lab, panel: ResultsPanel) -> None:
    lab.inference.prediction = GeneratedText("two", question="How many\ncats?")
    await lab.run()
    assert panel.question.isVisible()
    assert panel.question.text() == "Asked: How many cats?"
    assert panel.question.y() < panel.text_box.y()
    lab.inference.prediction = GeneratedText("", question="Is it <b>bold</b>? " * 60)
    await lab.run()
    assert panel.question.text().endswith(" …")
    assert "&lt;b&gt;" in panel.question.toolTip()
    assert panel.question.height() < panel.height() / 3
    for nothing_asked in (GeneratedText("a cat"), two_nuclei()):
        lab.inference.prediction = nothing_asked
        await lab.run()
        assert not panel.question.isVisible()


async def test_that_the_question_stands_above_the_answers_that_were_picked(
    lab: Lab, panel: ResultsPanel
) -> None:
    scores = (ClassScore(3, "2", 0.9), ClassScore(0, "no", 0.7))
    lab.inference.prediction = Classification(scores, "How many cats?")
    await lab.run()
    assert panel.question.text() == "Asked: How many cats?"
    assert panel.question.y() < panel.labels_heading.y()
    assert panel.labels_heading.text() == "Answers"
    assert panel.count.text() == "2 answers"
    lab.inference.prediction = Classification(scores)
    await lab.run()
    assert not panel.question.isVisible()
    assert panel.labels_heading.text() == "Classes"
    assert panel.count.text() == "2 classes"


async def test_that_it_is_told_how_sure_a_reader_is(lab: Lab, panel: ResultsPanel) -> None:
    lab.inference.prediction = GeneratedText("NO ENTRY", 0.934)
    await lab.run()
    assert panel.text_box.words.toPlainText() == "NO ENTRY"
    assert panel.count.text() == "2 words, of which the model is 93% sure."
    assert not panel.threshold.isVisible()


async def test_that_other_results_have_no_text(lab: Lab, panel: ResultsPanel) -> None:
    lab.inference.prediction = GeneratedText("a cat")
    await lab.run()
    lab.inference.prediction = two_nuclei()
    await lab.run()
    assert not panel.text_box.isVisible()
    assert panel.threshold.isVisible()


async def test_that_a_model_that_wrote_nothing_says_so(lab: Lab, panel: ResultsPanel) -> None:
    lab.inference.prediction = GeneratedText("")
    await lab.run()
    assert panel.count.text() == "No words."
    assert not panel.text_box.isVisible()


async def test_that_the_filmstrip_tells_what_was_written(lab: Lab, qtbot: QtBot) -> None:
    view = FilmstripView(lab.view_model.results, lab.filmstrip)
    qtbot.addWidget(view)
    lab.inference.prediction = GeneratedText("two cats\non a couch")
    await lab.run("folder")
    tip = view.pictures.data(view.pictures.index(1), Qt.ItemDataRole.ToolTipRole)
    assert tip == "b.png: two cats on a couch"
    lab.inference.prediction = GeneratedText("NO ENTRY", 0.934)
    await lab.run("folder")
    tip = view.pictures.data(view.pictures.index(1), Qt.ItemDataRole.ToolTipRole)
    assert tip == "b.png: NO ENTRY (93% sure)"
    await lab.close()
