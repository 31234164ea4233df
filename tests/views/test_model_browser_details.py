"""What the details pane tells of the selected model."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from PyQt6.QtCore import QUrl
from PyQt6.QtGui import QDesktopServices
from PyQt6.QtWidgets import QApplication

from ailab.services.hub.hub_errors import HubOfflineError
from ailab.services.hub.model_info import ModelInfo
from ailab.viewmodels.day_text import day_text
from ailab.views.model_details_facts import LABELS, OPTIONAL, facts_of
from ailab.views.model_details_links import is_web_page
from ailab.views.model_text import short_count
from fakes import FakeHub, a_model, details_of, until
from model_browser_driver import MakeDialog, click_row, opened, view_model_of

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
FULL = a_model(
    "acme/nuclei",
    license="cc-by-4.0",
    downloads=1_234_567,
    likes=8901,
    last_modified=datetime(2026, 11, 1, tzinfo=UTC),
    gated="manual",
    parameters=25_600_000,
)


def test_that_every_fact_is_told_in_words() -> None:
    details = replace(
        details_of(FULL),
        base_models=("acme/base", "acme/other"),
        datasets=("acme/cells",),
        spaces=("acme/app",),
        languages=("en", "de"),
        license_link="https://licence.test/by",
    )
    facts = facts_of(FULL, details, NOW)
    assert {label: "\n".join(words for words, _ in lines) for label, lines in facts} == {
        "Author": "acme",
        "Task": "Object Detection",
        "Library": "Transformers",
        "Licence": "Creative Commons Attribution 4.0",
        "Downloads": "1,234,567 in 30 days",
        "Likes": "8,901",
        "Last modified": "1 November 2026, 3 weeks ago",
        "Parameters": "25.6 M",
        "Size on disk": "3.0 MB in 3 files",
        "Access": "Gated: granted by its author, after a request",
        "Languages": "en, de",
        "Made from": "acme/base\nacme/other",
        "Trained on": "acme/cells",
        "Used by": "acme/app",
    }
    assert [address for _, lines in facts for _, address in lines if address] == [
        "https://licence.test/by",
        "https://hub.test/acme/base",
        "https://hub.test/acme/other",
        "https://hub.test/datasets/acme/cells",
        "https://hub.test/spaces/acme/app",
    ]


def test_that_a_licence_of_the_author_s_own_is_told_by_its_name() -> None:
    other = a_model("acme/own", license="other")
    details = replace(details_of(other), license_name="acme-research", license_link=None)
    assert dict(facts_of(other, details, NOW))["Licence"] == (("acme-research", ""),)


def test_that_what_the_hub_does_not_tell_is_none() -> None:
    facts = dict(facts_of(ModelInfo("key", "gpt2"), None, NOW))
    assert facts.pop("Access") == (("Open to everyone", ""),)
    assert set(facts.values()) == {()}


@pytest.mark.parametrize(
    ("count", "text"),
    [
        (0, "0"),
        (999, "999"),
        (1000, "1k"),
        (1234, "1.2k"),
        (99_949, "99.9k"),
        (99_950, "100k"),
        (999_499, "999k"),
        (999_500, "1M"),
        (1_249_000, "1.2M"),
        (3_000_000_000, "3B"),
        (999_999_999_999, "1T"),
        (5_000_000_000_000_000, "5000T"),
    ],
)
def test_that_counts_are_short(count: int, text: str) -> None:
    assert short_count(count) == text


@pytest.mark.parametrize(
    ("when", "text"),
    [
        (datetime(2026, 11, 22, 1, tzinfo=UTC), "22 November 2026, today"),
        (datetime(2026, 11, 21, 23, tzinfo=UTC), "21 November 2026, yesterday"),
        (datetime(2026, 11, 20, tzinfo=UTC), "20 November 2026, 2 days ago"),
        (datetime(2026, 11, 15, tzinfo=UTC), "15 November 2026, 1 week ago"),
        (datetime(2026, 9, 1, tzinfo=UTC), "1 September 2026, 2 months ago"),
        (datetime(2024, 1, 1, tzinfo=UTC), "1 January 2024, 2 years ago"),
        (datetime(2027, 1, 1, tzinfo=UTC), "1 January 2027"),
    ],
)
def test_that_days_are_told_with_their_age(when: datetime, text: str) -> None:
    assert day_text(when, NOW) == text


@pytest.mark.parametrize(
    ("url", "is_page"),
    [
        ("https://huggingface.co/acme/nuclei", True),
        ("http://127.0.0.1:8080/acme/nuclei", True),
        ("http://[::1]:8080/acme", True),
        ("http://localhost:8080/acme", True),
        ("http://huggingface.co/acme", False),
        ("http://127.0.0.1.evil.example/acme", False),
        ("https://user:secret@huggingface.co/acme", False),
        ("file:///etc/passwd", False),
        ("javascript:alert(1)", False),
        ("https://", False),
        ("", False),
    ],
)
def test_that_only_web_pages_are_opened(url: str, *, is_page: bool) -> None:
    assert is_web_page(url) is is_page


async def test_that_the_row_is_told_at_once_and_the_rest_when_it_comes(
    make_dialog: MakeDialog,
) -> None:
    hub = FakeHub(FULL)
    dialog = await opened(make_dialog(hub))
    assert "No model selected" in dialog.details.nothing.words
    assert not dialog.details.is_showing_details
    hub.gate.shut()
    click_row(dialog, 0)
    pane = dialog.details
    await until(lambda: hub.gate.waiting == 1)
    assert pane.model_id.text == "acme/nuclei"
    assert pane.verdict.words == "Checking whether it runs here…"
    assert pane.overview.values["Downloads"].text == "1,234,567 in 30 days"
    assert pane.overview.values["Size on disk"].text == "…"
    assert not pane.links.open_page.isEnabled()
    hub.gate.open()
    await view_model_of(dialog).wait()
    assert pane.overview.values["Size on disk"].text == "3.0 MB in 3 files"
    assert pane.overview.values["Made from"].text == "none named"
    assert pane.overview.tags.tags == FULL.tags
    assert pane.links.open_page.isEnabled()


async def test_that_a_model_without_anything_is_told_as_unknown(make_dialog: MakeDialog) -> None:
    bare = ModelInfo("key", "gpt2")
    hub = FakeHub(bare)
    hub.details["gpt2"] = replace(details_of(bare), files=(), url="")
    dialog = await opened(make_dialog(hub))
    click_row(dialog, 0)
    await view_model_of(dialog).wait()
    values = dialog.details.overview.values
    unknown = {label for label in LABELS if values[label].text == "unknown"}
    assert unknown == set(LABELS) - {"Access", "Made from"}
    assert not any(values[label].isVisible() for label in OPTIONAL)
    assert dialog.details.verdict.words.startswith("✕")
    assert not dialog.details.links.open_page.isEnabled()


async def test_that_failed_details_say_why_and_are_retried(make_dialog: MakeDialog) -> None:
    hub = FakeHub(FULL)
    dialog = await opened(make_dialog(hub))
    hub.failure = HubOfflineError("hub.test could not be reached.", "Check the network.")
    click_row(dialog, 0)
    await view_model_of(dialog).wait()
    verdict = dialog.details.verdict
    assert verdict.words == "hub.test could not be reached.\nCheck the network."
    assert verdict.retry.isVisible()
    assert dialog.details.overview.values["Size on disk"].text == "unknown"
    assert dialog.select_button.isEnabled(), "the id alone can be answered"
    hub.failure = None
    verdict.retry.click()
    await view_model_of(dialog).wait()
    assert not verdict.retry.isVisible()
    assert dialog.details.overview.values["Size on disk"].text == "3.0 MB in 3 files"


async def test_that_the_page_opens_in_the_web_browser_or_its_address_is_told(
    make_dialog: MakeDialog, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened_pages: list[str] = []
    answers = iter((True, False))

    def open_url(url: QUrl) -> bool:
        opened_pages.append(url.toString())
        return next(answers)

    monkeypatch.setattr(QDesktopServices, "openUrl", open_url)
    dialog = await opened(make_dialog(FakeHub(FULL)))
    click_row(dialog, 0)
    await view_model_of(dialog).wait()
    links = dialog.details.links
    links.open_page.click()
    assert opened_pages == ["https://hub.test/acme/nuclei"]
    assert links.note == ""
    links.open_page.click()
    assert links.note == "No web browser answered. The address is https://hub.test/acme/nuclei"


async def test_that_long_names_and_many_tags_stay_inside_the_pane(make_dialog: MakeDialog) -> None:
    tags = (*(f"tag-{number}" for number in range(400)), "x" * 300, "細胞核", "نواة")
    long = a_model(f"{'a' * 96}/{'b' * 96}", tags=tags)
    dialog = make_dialog(FakeHub(long))
    dialog.resize(760, 480)
    await opened(dialog)
    click_row(dialog, 0)
    await view_model_of(dialog).wait()
    QApplication.sendPostedEvents()
    pane = dialog.details
    content, viewport = pane.overview.scroll_area.widget(), pane.overview.scroll_area.viewport()
    assert content is not None
    assert viewport is not None
    assert content.width() <= viewport.width()
    for text in (pane.model_id, pane.overview.values["Author"]):
        assert text.height() >= text.heightForWidth(text.width())
        assert text.geometry().right() < pane.width()
    assert pane.overview.tags.height() >= pane.overview.tags.heightForWidth(
        pane.overview.tags.width()
    )
    assert dialog.size().width() == 760


async def test_that_what_the_hub_says_is_never_read_as_markup(make_dialog: MakeDialog) -> None:
    evil = a_model("acme/evil", library="<b>bold</b>", author="<img src='/etc/passwd'>")
    hub = FakeHub(evil)
    hub.details["acme/evil"] = details_of(evil, "README.md")
    dialog = await opened(make_dialog(hub))
    click_row(dialog, 0)
    await view_model_of(dialog).wait()
    assert dialog.details.overview.values["Author"].text == "<img src='/etc/passwd'>"
    assert "<b>bold</b>" in dialog.details.verdict.words
