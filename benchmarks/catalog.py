"""How long the offline catalogue takes to its first rows, beside the naive way.

    python -m benchmarks.catalog --size 200000 --size 2000000 [--folder DIR] [--rounds 100]

Builds made-up catalogues of these sizes by the lab's own writer (kept in DIR, where given, for
the next run), then asks many questions of each kind in each order, one at a time, through the
whole service with its thread and the making of 50 rows. The naive peer is a plain table of the
same models with an index for each order, searched by `LIKE '%…%'`, in the same run; it is asked
once for each kind and order, and only for the rows' numbers. The page cache of the system is warm
for both. CPU is the process's own time, which the time by the clock comes down to on a machine
that does nothing else.
"""

from __future__ import annotations

import argparse
import asyncio
import itertools
import random
import sqlite3
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from ailab.services.catalog.catalog_schema import open_catalog
from ailab.services.catalog.catalog_service import FILE_NAME, CatalogService
from ailab.services.catalog.catalog_writer import CatalogWriter
from ailab.services.hub.model_filter import ModelFilter
from ailab.services.hub.model_query import ModelQuery, ModelSort
from ailab.services.hub.model_service import ModelService
from benchmarks.synthetic_models import synthetic_models

PAGE = 50
BATCH = 50_000
FREQUENT = ("vit", "model", "base", "transformers", "segformer", "nuclei", "safetensors", "lora")
RARE = ("vitpose-b0-nuclei", "mitosis-finetuned", "sam2-huge-coral", "qwen2-vl-7b-receipts-gguf")
TASKS = ("image-segmentation", "object-detection", "keypoint-detection", "image-classification")
LICENSES = ("mit", "apache-2.0", "cc-by-4.0", "cc0-1.0", "agpl-3.0")
LETTERS = "abcdefghijklmnopqrstuvwxyz0123456789-"

SUBJECTS = ("nuclei", "mitosis", "onnx", "lr5e-5", "arxiv:23", "gpl-3.0", "b0-pollen", "9999")
"""Words of some 0.2 to 2 per cent of the models: too many to sort, too few to meet soon."""
FILTERED = "task + licence"

Times = list[tuple[float, float]]
Question = Callable[[random.Random, ModelSort], ModelQuery]


def build(folder: Path, size: int) -> None:
    """Write both catalogues, unless they are there."""
    path = folder / FILE_NAME
    if not path.exists():
        begun = time.perf_counter()
        connection = open_catalog(path)
        writer = CatalogWriter(connection)
        models = synthetic_models(size)
        while batch := list(itertools.islice(models, BATCH)):
            writer.remember(batch)
        writer.begin_tidying()
        while writer.tidy():
            pass
        writer.count_terms()
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        connection.close()
        seconds = time.perf_counter() - begun
        print(f"built in {seconds:.0f} s, {path.stat().st_size / 1e6:.0f} MB")
    naive = folder / "naive.sqlite3"
    if not naive.exists():
        begun = time.perf_counter()
        plain = sqlite3.connect(naive)
        columns = "id, tags, task, license, downloads, likes, updated"
        plain.execute(f"CREATE TABLE models({columns})")
        plain.executemany(
            "INSERT INTO models VALUES (?, ?, ?, ?, ?, ?, ?)",
            (
                (
                    model.id,
                    " ".join(model.tags),
                    model.task,
                    model.license,
                    model.downloads,
                    model.likes,
                    model.last_modified.isoformat() if model.last_modified else None,
                )
                for model in synthetic_models(size)
            ),
        )
        for column in ("downloads", "likes", "updated", "task", "license"):
            plain.execute(f"CREATE INDEX by_{column} ON models({column})")
        plain.execute("ANALYZE")
        plain.commit()
        plain.close()
        seconds = time.perf_counter() - begun
        print(f"naive one built in {seconds:.0f} s, {naive.stat().st_size / 1e6:.0f} MB")


def questions() -> dict[str, Question]:
    """The kinds of questions; each gives another one at every call."""

    def typed(chance: random.Random) -> str:
        """The beginning of a word, three letters or more, as it is while one types."""
        word = chance.choice((*FREQUENT, *RARE))
        return word[: chance.randrange(3, len(word) + 1)]

    def letters(chance: random.Random) -> str:
        return "".join(chance.choices(LETTERS, k=chance.choice((1, 2))))

    def nothing(chance: random.Random) -> str:
        return "".join(chance.choices(LETTERS[:26], k=8))

    def asked(words: Callable[[random.Random], str], *, narrow: bool = False) -> Question:
        def question(chance: random.Random, sort: ModelSort) -> ModelQuery:
            if not narrow:
                return ModelQuery(words(chance), None, sort, PAGE)
            wanted = ModelFilter(license=chance.choice(LICENSES))
            return ModelQuery(words(chance), chance.choice(TASKS), sort, PAGE, wanted)

        return question

    return {
        "nothing typed": asked(lambda _: ""),
        "as one types": asked(typed),
        "subjects": asked(lambda chance: chance.choice(SUBJECTS)),
        "frequent words": asked(lambda chance: chance.choice(FREQUENT)),
        "rare words": asked(lambda chance: chance.choice(RARE)),
        "no hit": asked(nothing),
        "1 or 2 letters": asked(letters),
        FILTERED: asked(lambda _: "", narrow=True),
        f"typed, {FILTERED}": asked(typed, narrow=True),
    }


def ask_naively(connection: sqlite3.Connection, query: ModelQuery) -> float:
    """Milliseconds of the plain table."""
    column = {ModelSort.LIKES: "likes", ModelSort.UPDATED: "updated"}.get(query.sort, "downloads")
    conditions, values = ["(id LIKE ? OR tags LIKE ?)"], [f"%{query.search}%"] * 2
    if query.task:
        conditions.append("task = ?")
        values.append(query.task)
    if query.filter.license:
        conditions.append("license = ?")
        values.append(query.filter.license)
    begun = time.perf_counter()
    connection.execute(
        f"SELECT rowid FROM models WHERE {' AND '.join(conditions)}"
        f" ORDER BY {column} DESC LIMIT {PAGE}",
        values,
    ).fetchall()
    return 1000 * (time.perf_counter() - begun)


async def measure(folder: Path, size: int, rounds: int) -> None:
    """Ask every kind of question in every order and print the tables."""
    hub = ModelService("http://127.0.0.1:9", "")
    print(f"\n{size:,} models, first {PAGE} rows, CPU ms p50 / p99, {rounds} questions a cell")
    orders = "".join(f"{sort.name.lower():>15}" for sort in ModelSort)
    print(f"{'question':<24}{orders}{'all, by clock':>15}{'naive p50':>11}{'naive ÷ ailab':>24}")
    everything: dict[bool, Times] = {False: [], True: []}
    async with CatalogService(folder, hub) as service:
        await service.facts()
        for name, question in questions().items():
            print(f"{name:<24}", end="", flush=True)
            times: Times = []
            slow: Times = []
            for sort in ModelSort:
                chance = random.Random(f"{name} {sort.name}")
                asked = [question(chance, sort) for _ in range(rounds)]
                for query in asked[:3]:
                    await service.first_page(query)
                here = [await ask(service, query) for query in asked]
                slow.append((await asyncio.to_thread(ask_in_thread, folder, asked[0]), here[0][0]))
                print(f"{_figures([work for _, work in here]):>15}", end="", flush=True)
                times += here
            everything[FILTERED in name] += times
            ratios = sorted(peer / own for peer, own in slow)
            middle = statistics.median(peer for peer, _ in slow)
            spread = f"{statistics.median(ratios):.1f} ({ratios[0]:.1f} to {ratios[-1]:.0f})"
            print(f"{_figures([wall for wall, _ in times]):>15}{middle:11.1f} {spread:>24}")
    for is_narrow, times in everything.items():
        name = "all with task and licence" if is_narrow else "all without filters"
        wall, work = (_figures([time[part] for time in times]) for part in (0, 1))
        print(f"{name:<26}CPU {work}, by the clock {wall}")


async def ask(service: CatalogService, query: ModelQuery) -> tuple[float, float]:
    """Milliseconds to a question's first rows, by the clock and of the processor."""
    begun, worked = time.perf_counter(), time.process_time()
    await service.first_page(query)
    return 1000 * (time.perf_counter() - begun), 1000 * (time.process_time() - worked)


def ask_in_thread(folder: Path, query: ModelQuery) -> float:
    """The naive way's milliseconds, over a connection that the thread keeps to itself."""
    connection = sqlite3.connect(folder / "naive.sqlite3")
    connection.execute("PRAGMA cache_size = -65536")
    try:
        ask_naively(connection, query)
        return ask_naively(connection, query)
    finally:
        connection.close()


def _figures(times: list[float]) -> str:
    return f"{_share(times, 0.5):.1f} / {_share(times, 0.99):.1f}"


def _share(times: list[float], share: float) -> float:
    return sorted(times)[min(int(share * len(times)), len(times) - 1)]


def main() -> None:
    """Build and measure each size."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--size", type=int, action="append", help="models; may be repeated")
    parser.add_argument("--folder", type=Path, help="where catalogues are kept between runs")
    parser.add_argument("--rounds", type=int, default=100, help="questions of each kind")
    given = parser.parse_args()
    for size in given.size or [200_000, 2_000_000]:
        with tempfile.TemporaryDirectory() as temporary:
            folder = (given.folder or Path(temporary)) / f"{size}"
            folder.mkdir(parents=True, exist_ok=True)
            build(folder, size)
            asyncio.run(measure(folder, size, given.rounds))


if __name__ == "__main__":
    main()
