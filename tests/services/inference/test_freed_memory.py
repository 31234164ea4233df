"""Memory that is kept between runs, and given back."""

from __future__ import annotations

import subprocess
import sys

import pytest

_PROGRAM = """
import resource, sys
import numpy as np
from psutil import Process
from ailab.services.inference.freed_memory import keep_freed_memory, return_free_pages

def faults():
    return resource.getrusage(resource.RUSAGE_SELF).ru_minflt

def run():
    before = faults()
    tensors = [np.ones(size * 2**18, np.float32) for size in (3, 40, 100)]
    return faults() - before

keep_freed_memory()
run()
new = run()
kept = Process().memory_info().rss
return_free_pages()
print(new, kept - Process().memory_info().rss)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="glibc's alone")
def test_that_a_runs_memory_is_kept_for_the_next_one_until_it_is_given_back() -> None:
    done = subprocess.run(
        [sys.executable, "-c", _PROGRAM], capture_output=True, text=True, check=True
    )
    new_pages, given_back = map(int, done.stdout.split())
    assert new_pages < 1000, "of some 36,000"
    assert given_back > 100 * 2**20
