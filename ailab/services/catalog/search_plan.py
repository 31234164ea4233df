"""A question to the catalogue as conditions of SQL and as terms of the trigram index."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, time

from ailab.services.catalog.catalog_row import (
    GATED,
    author_name,
    group_name,
    license_name,
    magnitude,
    month_token,
    parameters_token,
    size_token,
    task_name,
    token,
)
from ailab.services.catalog.vocabulary import Vocabulary
from ailab.services.hub.model_query import ModelQuery

MOST_TERMS = 4
"""Trigrams of one word that are looked up; whole words are compared afterwards."""

TOO_COMMON_SHARE = 3
"""A term that more than one model in this many has is left out beside others: its list is long."""

_MOST_ALTERNATIVES = 24
_ALL_STEPS = 2 * 64
_LARGEST = 2**63 - 1


@dataclass(frozen=True, slots=True)
class SearchPlan:
    """What is asked, in two forms: as SQL, which is the whole question, and as terms.

    Attributes:
        columns: conditions on the columns of `models`.
        column_values: their values, in their order.
        texts: conditions on the columns of `texts`.
        text_values: their values, in their order.
        terms: terms of the trigram index that every row which meets the conditions has; each
            is a tuple of alternatives.
        rarest: an upper bound of the number of rows, as far as the terms tell; None for none.
        is_empty: nothing can be found.
    """

    columns: tuple[str, ...] = ()
    column_values: tuple[object, ...] = ()
    texts: tuple[str, ...] = ()
    text_values: tuple[object, ...] = ()
    terms: tuple[tuple[str, ...], ...] = ()
    rarest: int | None = None
    is_empty: bool = False

    @property
    def test(self) -> str:
        """All conditions on a row of `models`; its text is read where the columns meet theirs."""
        columns = " AND ".join(self.columns) or "1"
        return f"CASE WHEN {columns} THEN {self.text_test('models.rank')} ELSE 0 END"

    @property
    def values(self) -> tuple[object, ...]:
        """The values of `test`."""
        return (*self.column_values, *self.text_values)

    def text_test(self, rank: str) -> str:
        """The conditions on the text of the row at a rank, named in SQL."""
        if not self.texts:
            return "1"
        return f"(SELECT {' AND '.join(self.texts)} FROM texts WHERE texts.rank = {rank})"  # noqa: S608 - constants, and values are bound


def plan_search(
    query: ModelQuery,
    vocabulary: Vocabulary,
) -> SearchPlan:
    """The plan of a query.

    Args:
        query: the question; `runs_here` is left out.
        vocabulary: what is known of the index's terms.
    """
    columns: list[tuple[str, object]] = []
    terms: list[tuple[str, ...]] = []
    for column, name in _facets(query):
        number = vocabulary.number_of_facet(name)
        if number is None:
            return SearchPlan(is_empty=True)
        columns.append((f"models.{column} = ?", number))
        terms.append((token(number),))
    lines = query.search.lower().replace("\0", " ").split()
    if query.filter.library is not None:
        lines.append(f"\n{query.filter.library.lower()}\n")
    for line in lines:
        terms += _terms_of(line, vocabulary)
    for condition, value, alternatives in _ranges(query):
        columns.append((condition, value))
        if 0 < len(alternatives) <= _MOST_ALTERNATIVES:
            terms.append(alternatives)
    if query.filter.is_gated is not None:
        columns.append(("models.is_gated = ?", int(query.filter.is_gated)))
        terms += [(GATED,)] if query.filter.is_gated else []
    bounds = [sum(map(vocabulary.most_models, group)) for group in terms]
    rarest = min(bounds, default=None)
    most = max(vocabulary.models // TOO_COMMON_SHARE, rarest or 0)
    return SearchPlan(
        tuple(condition for condition, _ in columns),
        tuple(value for _, value in columns),
        ("instr(texts.words, ?)",) * len(lines),
        tuple(lines),
        tuple(group for group, bound in zip(terms, bounds, strict=True) if bound <= most),
        rarest,
        is_empty=any(not group for group in terms),
    )


def _terms_of(line: str, vocabulary: Vocabulary) -> list[tuple[str, ...]]:
    """Terms that every text with a line in it has; none where they would not narrow a search."""
    if len(line) < 3:
        beginning = vocabulary.terms_beginning_with(line)
        return [] if beginning is None else [beginning]
    models = [vocabulary.most_models(line[start : start + 3]) for start in range(len(line) - 2)]
    telling = {line[start : start + 3]: models[start] for start in _telling(line, models)}
    return [(trigram,) for trigram in sorted(telling, key=lambda trigram: telling[trigram])]


def _telling(line: str, models: list[int]) -> list[int]:
    """Where the trigrams begin that tell most of a line.

    Those are the rarest, the seams, which tell what stands side by side (`t-b` in `vit-base`),
    then such as hold letters that the ones before do not.

    Args:
        line: three letters or more.
        models: how many models have the trigram that begins at each place.
    """
    starts = range(len(models))
    found = [models.index(min(models))]
    seams = [start for start in starts if not line[start + 1].isalnum()]
    found += sorted(seams, key=lambda start: models[start])
    while len(found) < MOST_TERMS:
        missing = set(range(len(line)))
        for start in found:
            missing -= {*range(start, start + 3)}
        if not missing:
            break
        gains = [len(missing & {*range(start, start + 3)}) for start in starts]
        found.append(max(starts, key=lambda start: (gains[start], -models[start])))
    return found[:MOST_TERMS]


def match_text(terms: tuple[tuple[str, ...], ...]) -> str:
    """The terms in the trigram index's own language (SQLite's FTS5)."""
    return " AND ".join(f"({' OR '.join(map(_quoted, group))})" for group in terms)


def _quoted(term: str) -> str:
    doubled = term.replace('"', '""')
    return f'"{doubled}"'


def _facets(query: ModelQuery) -> list[tuple[str, str]]:
    wanted = query.filter
    found = []
    if query.task is not None:
        found.append(("task", task_name(query.task)))
    if wanted.license is not None:
        found.append(("license", license_name(wanted.license)))
    if wanted.license_group is not None:
        found.append(("license_group", group_name(wanted.license_group)))
    if wanted.author is not None:
        found.append(("author", author_name(wanted.author)))
    return found


def _ranges(query: ModelQuery) -> list[tuple[str, object, tuple[str, ...]]]:
    """Each bound as SQL, its value, and the terms of which a row has one.

    A side of a range is bounded by its own condition, both sides together by the terms.
    """
    wanted = query.filter
    found: list[tuple[str, object, tuple[str, ...]]] = []
    for column, sign, least, most, term in (
        ("by_parameters", -1, wanted.min_parameters, wanted.max_parameters, parameters_token),
        ("size", 1, wanted.min_size, wanted.max_size, size_token),
    ):
        if least is None and most is None:
            continue
        low = min(max(least or 0, 0), _LARGEST)
        first = magnitude(low)
        last = _ALL_STEPS if most is None else magnitude(min(most, _LARGEST))
        steps = tuple(term(step) for step in range(first, last + 1))
        compare = ("<=", ">=") if sign < 0 else (">=", "<=")
        found.append((f"models.{column} {compare[0]} ?", sign * low, steps))
        if most is not None:
            highest = max(min(most, _LARGEST), -_LARGEST)
            found.append((f"models.{column} {compare[1]} ?", sign * highest, ()))
    if wanted.updated_since is not None:
        since = datetime.combine(wanted.updated_since, time(), UTC)
        first = 12 * since.year + since.month
        months = tuple(month_token(first + step) for step in range(_months_from(since)))
        found.append(("models.by_updated <= ?", min(-int(since.timestamp()), 0), months))
    return found


def _months_from(since: datetime) -> int:
    """Months from a time until next month, for the clocks of people and of the Hub differ."""
    now = datetime.now(UTC)
    return max(12 * (now.year - since.year) + now.month - since.month + 2, 1)
