"""The command that finds models."""

from __future__ import annotations

import argparse
import json
import shlex
from difflib import get_close_matches

from ailab.cli_lines import print_line, tell_line
from ailab.cli_search_options import SORTS
from ailab.cli_words import ROW_HEADINGS, fail, print_table, row_cells, row_json
from ailab.exit_status import OK
from ailab.lab import Lab
from ailab.services.compatibility.verdict import Verdict
from ailab.services.hub.model_filter import ModelFilter
from ailab.services.hub.model_info import ModelInfo
from ailab.services.hub.pipeline_tag import VISION_TASKS, is_listed
from ailab.services.hub.task_words import find_purpose
from ailab.services.searches.no_searches import NoSearches
from ailab.viewmodels.model_browser import ModelBrowserViewModel
from ailab.viewmodels.model_browser_state import ModelBrowserState
from ailab.viewmodels.offline_text import offline_text

_EMPTY_CATALOG = (
    "The catalogue on this disk is empty: models that are seen while online are kept in it, and\n"
    "       “Sync catalogue…” in the window fetches those of whole tasks."
)


async def run_search(lab: Lab, options: argparse.Namespace) -> int:
    """List models, one a line or as a JSON array."""
    # A browser of its own: the window's filters are not meant here, and stay as they were left.
    browser = ModelBrowserViewModel(lab.hub, lab.offline, lab.compatibility, NoSearches())
    browser.set_offline(lab.browser.state.wants_offline)
    try:
        await lab.compatibility.look_around()
        return await _run_search(browser, options)
    finally:
        await browser.close()


async def _run_search(browser: ModelBrowserViewModel, options: argparse.Namespace) -> int:
    browser.set_terms(options.task, ModelFilter(runs_here=options.runs_here))
    browser.set_sort(SORTS[options.sort])
    browser.set_query(options.query)
    browser.submit_query()
    await browser.wait()
    while _wants_more(browser.state, options.limit):
        browser.load_more()
        await browser.wait()
    state = browser.state
    is_empty = state.is_offline and (state.facts is None or not state.facts.models)
    if state.is_offline:
        text = offline_text(state)
        what = _EMPTY_CATALOG if is_empty else "The catalogue on this disk was searched."
        tell_line(f"ailab: {text}\n       {what}")
    problem = state.problem or state.more_problem
    models = state.results[: options.limit]
    if options.json:
        print_line(
            json.dumps([_as_json(each, state.verdicts[each.key]) for each in models], indent=2)
        )
    else:
        rows = [(*row_cells(each), state.verdicts[each.key].fit.value) for each in models]
        print_table((*ROW_HEADINGS, "VERDICT"), rows)
    if problem is not None:
        return fail(problem)
    if state.has_paused and len(models) < options.limit:
        tell_line(f"ailab: {_paused(len(models), state.loaded)}")
    elif not models and not is_empty:
        message, advice = _nothing_found(state, " --demo" if options.demo else "")
        tell_line(f"ailab: {message}\n       {advice}")
    return OK


def _wants_more(state: ModelBrowserState, limit: int) -> bool:
    """As the window has it: no further where many rows were read and few of them are kept."""
    return (
        len(state.results) < limit
        and state.next_page is not None
        and state.more_problem is None
        and not state.has_paused
    )


def _as_json(model: ModelInfo, verdict: Verdict) -> dict[str, object]:
    return row_json(model) | {
        "runs": verdict.runs,
        "fit": verdict.fit.name.lower(),
        "verdict": verdict.summary,
    }


def _paused(count: int, loaded: int) -> str:
    found = f"only {count:,} run here as they are" if count > 1 else "only 1 runs here as it is"
    found = found if count else "none runs here as it is"
    return (
        f"of the first {loaded:,} models {found}.\n"
        "       Name a part of the model's name, or a task by --task, to look among others."
    )


def _nothing_found(state: ModelBrowserState, hub: str) -> tuple[str, str]:
    """That no model matches, and what to do next; `hub` is the option that names the Hub asked."""
    task, query = state.task, state.query.strip()
    if task is not None and not is_listed(task):
        meant = find_purpose(task)
        close = [meant.task] if meant is not None else get_close_matches(task, VISION_TASKS, n=1)
        tasks = f"Did you mean {close[0]}?" if close else f"Tasks are {', '.join(VISION_TASKS)}."
        return f"no model matches: the Hub lists no task {task}.", tasks
    here = " that runs here" if state.filter.runs_here else ""
    if (purpose := state.purpose) is not None:
        rest = f"{shlex.quote(purpose.rest)} " if purpose.rest else ""
        return (
            f"no model{here} has “{query}” in its name or its owner's.",
            f"For “{purpose.words}” name the task: ailab search {rest}--task {purpose.task}{hub}",
        )
    ways = ["fewer letters of the name"] if query else []
    ways += ["no --runs-here"] if here else []
    ways += ["another --task, or none"] if task else []
    if query and not task:
        ways.append("--task alone (“ailab search --help” lists the tasks)")
    return f"no model{here} matches.", f"Try {', or '.join(ways) or 'again later'}."
