"""Memory that is kept between runs, and given back."""

from __future__ import annotations

import subprocess
import sys

import pytest

_PROGRAM = """
import resource, sys
import numpy as np
from psutil import Process
from ailab.services.inference import freed_memory

def faults():
    return resource.getrusage(resource.RUSAGE_SELF).ru_minflt

def run():
    before = faults()
    tensors = [np.ones(int(size) * 2**18, np.float32) for size in sys.argv[2:]]
    return faults() - before

getattr(freed_memory, sys.argv[1])()
run()
new = run()
kept = Process().memory_info().rss
freed_memory.return_free_pages()
print(new, kept - Process().memory_info().rss)
"""

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="glibc's alone")


def _pages_and_bytes(keep: str, *megabytes: int) -> tuple[int, int]:
    """New pages of a second run in pieces of that size, and bytes that are given back after it."""
    done = subprocess.run(
        [sys.executable, "-c", _PROGRAM, keep, *map(str, megabytes)],
        capture_output=True,
        text=True,
        check=True,
    )
    new_pages, given_back = map(int, done.stdout.split())
    return new_pages, given_back


def test_that_a_runs_memory_is_kept_for_the_next_one_until_it_is_given_back() -> None:
    new_pages, given_back = _pages_and_bytes("keep_freed_memory", 3, 40, 100)
    assert new_pages < 1000, "of some 36,000"
    assert given_back > 100 * 2**20


def test_that_pieces_are_kept_until_they_are_given_back() -> None:
    new_pages, given_back = _pages_and_bytes("keep_freed_pieces", 1, 3, 5)
    assert new_pages < 500, "of some 2,300"
    assert given_back > 5 * 2**20


def test_that_the_memory_of_large_pictures_is_given_back_at_once() -> None:
    _, kept = _pages_and_bytes("keep_freed_pieces", 40, 100)
    assert kept < 10 * 2**20


_THREADS = """
from concurrent.futures import ThreadPoolExecutor
import numpy as np
from psutil import Process
from ailab.services.inference import freed_memory

def held():
    return Process().memory_info().rss

freed_memory.keep_freed_pieces()
freed_memory.keep_freed_memory()
threads = [ThreadPoolExecutor(1) for _ in range(3)]
before, most = held(), []
for thread in threads:
    tensors = thread.submit(lambda: [np.ones(2**18, np.float32) for _ in range(64)]).result()
    most.append(held() - before)
    del tensors
print(*most)
"""


def test_that_what_one_thread_has_freed_serves_the_next() -> None:
    done = subprocess.run(
        [sys.executable, "-c", _THREADS], capture_output=True, text=True, check=True
    )
    first, *others = map(int, done.stdout.split())
    assert first > 60 * 2**20
    assert max(others) < 1.2 * first
